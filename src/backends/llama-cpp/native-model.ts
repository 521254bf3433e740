import koffi from "koffi";
import { modelError } from "../../core/errors.ts";
import type { TokenIds } from "../../core/model.ts";
import { batchSizes } from "./batches.ts";
import type { TemplateTokens } from "./chat-template.ts";
import type { Library, Pointer } from "./library.ts";
import { type BatchViews, createBatch } from "./native-batch.ts";
import {
  BATCH_TOKENS,
  batchOutputs,
  createContext,
  loadWeights,
  MAX_SEQUENCES,
  type NativeModelOptions,
} from "./native-context.ts";
import { type Group, type PlannedToken } from "./plan.ts";
import type { PrefixStore } from "./prefix-store.ts";
import { TRUNK_SEQUENCES, trunkPieces } from "./trunk.ts";

/** What the file says about itself. */
export interface NativeModelFacts {
  readonly description: string;
  readonly parameters: number;
  readonly contextTokens: number;
  readonly vocabularySize: number;
  readonly chatTemplate: string | null;
  /** Why common prefixes cannot be shared exactly, or null when they can. */
  readonly sharingObstacle: string | null;
  /** How far back some layers look; null where all see everything. */
  readonly slidingWindowTokens: number | null;
  /** What the template prints as its begin and end tokens, whether or not the model wants them elsewhere. */
  readonly templateTokens: TemplateTokens;
  /** The token that stands before every text, where the model wants one. */
  readonly beginToken: number | null;
  readonly endTokens: readonly number[];
  readonly endOfTurnToken: number | null;
  /** Texts of control tokens, which user text must never become. */
  readonly controlTokens: readonly (readonly [text: string, token: number])[];
  readonly device: string;
}

interface TokenizeOptions {
  /** Whether names of control tokens are read as those tokens. */
  readonly readControls?: boolean;
}

const CONTROL_ATTRIBUTE = 1 << 3;

/** Receives the logits of one position; the view is valid during the call only. */
export type OutputListener = (token: PlannedToken, logits: Float32Array, start: number) => void;

/** A loaded GGUF file with one cache. Blocks while it computes: lives in a worker thread. */
export class NativeModel implements Disposable {
  readonly facts: NativeModelFacts;
  readonly vocabSize: number;
  readonly #library: Library;
  readonly #model: Pointer;
  readonly #vocab: Pointer;
  readonly #context: Pointer;
  readonly #memory: Pointer;
  readonly #batch: BatchViews;
  /** Positions whose logits one batch may compute. */
  readonly #outputs: number;
  #liveSequences = 0;

  constructor(library: Library, options: NativeModelOptions) {
    this.#library = library;
    this.#model = loadWeights(library, options);
    this.#vocab = library.modelVocab(this.#model);
    this.vocabSize = library.vocabSize(this.#vocab);
    const trained = library.modelTrainedContext(this.#model);
    const contextTokens = Math.min(options.contextTokens, trained);
    this.#outputs = batchOutputs(this.vocabSize);
    const outputs = this.#outputs;
    this.#context = createContext(library, this.#model, { ...options, contextTokens, outputs });
    this.#memory = library.memory(this.#context);
    this.#batch = createBatch(library, { tokens: BATCH_TOKENS, sequences: MAX_SEQUENCES });
    this.facts = this.#readFacts(contextTokens, options.gpu);
  }

  [Symbol.dispose](): void {
    this.#library.batchFree(this.#batch.native);
    this.#library.contextFree(this.#context);
    this.#library.modelFree(this.#model);
  }

  /** Computes with so many threads from now on. */
  useThreads(count: number): void {
    this.#library.setThreads(this.#context, count, count);
  }

  /** Token ids of a text. No BOS is added. */
  tokenize(text: string, { readControls = false }: TokenizeOptions = {}): TokenIds {
    const bytes = Buffer.from(text, "utf8");
    const fill = (tokens: Int32Array): number =>
      this.#library.tokenize(
        this.#vocab,
        bytes,
        bytes.length,
        tokens,
        tokens.length,
        false,
        readControls,
      );
    const guess = new Int32Array(bytes.length + 8);
    const count = fill(guess);
    if (count >= 0) return guess.slice(0, count);
    // Some vocabularies write a blank in three bytes; the number is what it needs, negated.
    const whole = new Int32Array(-count);
    if (fill(whole) !== whole.length) {
      throw modelError("ENGINE_TOKENIZE", `A text of ${bytes.length} bytes cannot be tokenized`);
    }
    return whole;
  }

  /** The bytes of one token; nothing for control tokens. */
  pieceBytes(token: number): Uint8Array {
    const read = (buffer: Uint8Array): number =>
      this.#library.tokenToPiece(this.#vocab, token, buffer, buffer.length, 0, false);
    const buffer = new Uint8Array(256);
    const length = read(buffer);
    if (length >= 0) return buffer.slice(0, length);
    // A longer token: the number is what it needs, negated.
    const whole = new Uint8Array(-length);
    return whole.slice(0, Math.max(0, read(whole)));
  }

  /** The text of one token, control tokens by name. */
  tokenText(token: number): string {
    const piece = this.pieceBytes(token);
    return piece.length > 0
      ? Buffer.from(piece).toString("utf8")
      : this.#library.vocabText(this.#vocab, token);
  }

  /** Empties the cache, so that what follows does not depend on what came before. */
  clear(): void {
    this.#library.memoryClear(this.#memory, false);
    this.#liveSequences = 0;
  }

  /** Drops everything but the kept prefix of the last sequence and shares that with the group's sequences. */
  enterGroup(group: Group): void {
    const [kept = 0] = group.kept;
    if (kept === 0) {
      this.clear();
    } else {
      const trunk = this.#liveSequences - 1;
      for (let sequence = 0; sequence < trunk; sequence++) this.truncate(sequence, 0);
      this.share(
        trunk,
        group.kept.map((own, sequence) => ({ sequence, kept: own })),
      );
      if (trunk >= group.paths.length) this.truncate(trunk, 0);
    }
    this.#liveSequences = group.paths.length;
  }

  /** Makes sequences hold the leading tokens of one of them or another, and nothing else. */
  share(source: number, shares: readonly { sequence: number; kept: number }[]): void {
    for (const { sequence, kept } of shares) {
      if (sequence === source) continue;
      this.truncate(sequence, 0);
      if (kept > 0) this.#library.sequenceCopy(this.#memory, source, sequence, 0, kept);
    }
    const own = shares.find(({ sequence }) => sequence === source);
    if (own !== undefined) this.truncate(source, own.kept);
  }

  /** Leaves only the leading tokens of a sequence. */
  truncate(sequence: number, length: number): void {
    this.#library.sequenceRemove(this.#memory, sequence, length, -1);
  }

  /**
   * Empties the cache but for a trunk in its first sequence: restored as far as an earlier call
   * evaluated it, the rest evaluated. Answers the number of tokens evaluated.
   */
  enterTrunk(
    trunk: TokenIds,
    prefixes: PrefixStore | null,
    beforeBatch: () => void = () => {},
  ): number {
    this.clear();
    if (trunk.length === 0 || prefixes === null) return 0;
    this.#liveSequences = 1;
    const known = this.#restoreTrunk(trunk, prefixes);
    for (const piece of trunkPieces(trunk, known)) {
      this.evaluate(
        piece,
        () => false,
        () => {},
        beforeBatch,
      );
    }
    const state = known < trunk.length ? this.#sequenceState() : null;
    if (state !== null) prefixes.keep(trunk, state);
    return trunk.length - known;
  }

  /** How many of the trunk's tokens the first sequence holds afterwards. */
  #restoreTrunk(trunk: TokenIds, prefixes: PrefixStore): number {
    const stored = prefixes.closest(trunk);
    if (stored === null) return 0;
    const { state, length } = stored;
    const read = this.#library.setSequenceState(this.#context, state, state.length, 0);
    if (Number(read) === 0) {
      // Evaluating it anew gives the same bits.
      this.#library.memoryClear(this.#memory, false);
      return 0;
    }
    this.truncate(0, length);
    return length;
  }

  /** How much larger a stored prefix is for each of its tokens. Empties the cache. */
  stateBytesPerToken(): number {
    this.clear();
    const empty = Number(this.#library.sequenceStateSize(this.#context, 0));
    const [token = 0] = this.facts.endTokens;
    this.evaluate(
      [{ token, position: 0, sequences: TRUNK_SEQUENCES }],
      () => false,
      () => {},
    );
    const one = Number(this.#library.sequenceStateSize(this.#context, 0));
    this.clear();
    return one - empty;
  }

  /** Null where the library cannot write it out. */
  #sequenceState(): Uint8Array | null {
    const size = Number(this.#library.sequenceStateSize(this.#context, 0));
    const state = new Uint8Array(size);
    const written = Number(this.#library.sequenceState(this.#context, state, size, 0));
    return written === size && size > 0 ? state : null;
  }

  /** Evaluates tokens in batches; calls `onOutput` in order for those that `wanted` names. What `beforeBatch` throws ends it. */
  evaluate(
    tokens: readonly PlannedToken[],
    wanted: (token: PlannedToken) => boolean,
    onOutput: OutputListener,
    beforeBatch: () => void = () => {},
  ): void {
    const isWanted = tokens.map((token) => wanted(token));
    const limits = { tokens: BATCH_TOKENS, outputs: this.#outputs };
    let start = 0;
    for (const size of batchSizes(isWanted, limits)) {
      beforeBatch();
      const outputs: PlannedToken[] = [];
      for (let place = 0; place < size; place++) {
        const token = tokens[start + place] as PlannedToken;
        const isOutput = isWanted[start + place] === true;
        if (isOutput) outputs.push(token);
        this.#batch.put(place, token, isOutput);
      }
      this.#decode(size);
      this.#readLogits(outputs, onOutput);
      start += size;
    }
  }

  #decode(count: number): void {
    this.#batch.native["n_tokens"] = count;
    const status = this.#library.decode(this.#context, this.#batch.native);
    if (status !== 0) {
      throw modelError(
        "ENGINE_DECODE",
        `llama_decode answered ${status} for a batch of ${count} tokens`,
        { hint: "A larger --context-tokens may help; otherwise please report this." },
      );
    }
  }

  #readLogits(outputs: readonly PlannedToken[], onOutput: OutputListener): void {
    if (outputs.length === 0) return;
    const bytes = outputs.length * this.vocabSize * Float32Array.BYTES_PER_ELEMENT;
    const logits = new Float32Array(koffi.view(this.#library.logits(this.#context), bytes));
    outputs.forEach((token, index) => onOutput(token, logits, index * this.vocabSize));
  }

  #readFacts(contextTokens: number, gpu: "auto" | "off"): NativeModelFacts {
    const library = this.#library;
    const buffer = new Uint8Array(256);
    const length = library.modelDescription(this.#model, buffer, buffer.length);
    const begin = library.vocabBos(this.#vocab);
    const tokens = Array.from({ length: this.vocabSize }, (_, token) => token);
    const endOfTurn = [library.vocabEot(this.#vocab), library.vocabEos(this.#vocab)].find(
      (token) => token >= 0,
    );
    return {
      description: Buffer.from(buffer.subarray(0, length)).toString("utf8"),
      parameters: Number(library.modelParameters(this.#model)),
      contextTokens,
      vocabularySize: this.vocabSize,
      chatTemplate: library.modelChatTemplate(this.#model, null),
      sharingObstacle: this.#sharingObstacle(),
      slidingWindowTokens: this.#library.modelSlidingWindow(this.#model) || null,
      templateTokens: {
        begin: this.#tokenName(begin),
        end: this.#tokenName(library.vocabEos(this.#vocab)),
      },
      beginToken: library.vocabAddsBos(this.#vocab) && begin >= 0 ? begin : null,
      endTokens: tokens.filter((token) => library.vocabIsEndOfGeneration(this.#vocab, token)),
      endOfTurnToken: endOfTurn ?? null,
      controlTokens: tokens
        .filter((token) => library.vocabAttributes(this.#vocab, token) & CONTROL_ATTRIBUTE)
        .map((token) => [library.vocabText(this.#vocab, token), token] as const),
      device:
        gpu === "auto" && library.gpuDevices.length > 0 ? library.gpuDevices.join("+") : "CPU",
    };
  }

  #tokenName(token: number): string {
    return token < 0 ? "" : this.#library.vocabText(this.#vocab, token);
  }

  #sharingObstacle(): string | null {
    if (this.#library.modelIsRecurrent(this.#model)) return "the model keeps a recurrent state";
    if (this.#library.modelIsHybrid(this.#model))
      return "some of its layers keep a recurrent state";
    return null;
  }
}
