import type { GenerateRequest, Generation } from "../../core/model.ts";
import { createRandom, type Random } from "../../core/random.ts";
import { checkGenerateRequest } from "../request-checks.ts";
import { MAX_SEQUENCES, type NativeModel } from "./native-model.ts";
import type { Group, PlannedToken } from "./plan.ts";
import type { PrefixStore } from "./prefix-store.ts";
import { sampleToken } from "./sampler.ts";
import { planWithTrunk, type TrunkPlan } from "./trunk.ts";

/** Texts and the number of prompt and answer tokens that were evaluated for them. */
export interface GenerateResult {
  readonly results: readonly Generation[];
  readonly evaluatedTokens: number;
  readonly generatedTokens: number;
}

const GENERATE_SEQUENCES = 32;

/** Told of every token that is drawn, with the logits it was drawn from; valid during the call only. */
type DrawListener = (request: number, token: number, logits: Float32Array, start: number) => void;

/**
 * Writes a continuation of every prompt: prompts share prefixes, and many are written at once.
 *
 * @param prefixes what earlier calls evaluated; null where this model's prefixes cannot be shared
 */
export function generateTexts(
  model: NativeModel,
  requests: readonly GenerateRequest[],
  prefixes: PrefixStore | null,
  checkCancelled: () => void,
  onDraw: DrawListener = () => {},
): GenerateResult {
  const { trunk, groups } = planGeneration(requests, model.facts.contextTokens, prefixes !== null);
  const results: Generation[] = [];
  let evaluatedTokens = model.enterTrunk(trunk, prefixes);
  for (const group of groups) {
    checkCancelled();
    const writers = group.paths.map(
      (path, sequence) =>
        new Writer(model, requests[path] as GenerateRequest, sequence, (...draw) =>
          onDraw(path, ...draw),
        ),
    );
    evaluatedTokens += writeGroup(model, group, writers, checkCancelled);
    group.paths.forEach((path, sequence) => {
      results[path] = (writers[sequence] as Writer).generation();
    });
  }
  const generatedTokens = results.reduce((sum, { tokenCount }) => sum + tokenCount, 0);
  return { results, evaluatedTokens, generatedTokens };
}

/** How the requests' prompts are evaluated. Throws where one is empty or too long. */
export function planGeneration(
  requests: readonly GenerateRequest[],
  contextTokens: number,
  sharing: boolean,
): TrunkPlan {
  requests.forEach((request) => checkGenerateRequest(request, contextTokens));
  const contexts = requests.map(({ context }) => context);
  return planWithTrunk(contexts, contexts, {
    sequences: Math.min(GENERATE_SEQUENCES, MAX_SEQUENCES),
    newTokens: contextTokens,
    cells: contextTokens,
    reservedPerSequence: Math.max(0, ...requests.map(({ maxTokens }) => maxTokens)),
    sharing,
  });
}

/** Prefills the group's prompts, then extends all live sequences by one token a step. */
function writeGroup(
  model: NativeModel,
  group: Group,
  writers: readonly Writer[],
  checkCancelled: () => void,
): number {
  model.enterGroup(group);
  let evaluated = group.tokens.length;
  // Equal prompts end in the same node: its logits start every one of them.
  const startingAt = (token: PlannedToken): readonly Writer[] =>
    writers
      .slice(token.firstSequence, token.firstSequence + token.sequenceCount)
      .filter((writer) => writer.position === token.position + 1);
  model.evaluate(
    group.tokens,
    (token) => startingAt(token).length > 0,
    (token, logits, start) => {
      for (const writer of startingAt(token)) writer.append(logits, start);
    },
  );
  for (;;) {
    checkCancelled();
    const step = writers.flatMap((writer) => writer.pending());
    if (step.length === 0) return evaluated;
    evaluated += step.length;
    model.evaluate(
      step,
      () => true,
      (token, logits, start) => {
        const writer = writers[token.firstSequence] as Writer;
        writer.position++;
        writer.append(logits, start);
      },
    );
  }
}

/** One answer in the making. */
class Writer {
  /** Place of the next token. */
  position: number;
  readonly #model: NativeModel;
  readonly #request: GenerateRequest;
  readonly #sequence: number;
  readonly #random: Random;
  readonly #onDraw: (token: number, logits: Float32Array, start: number) => void;
  readonly #bytes: number[] = [];
  #lastToken = 0;
  #tokenCount = 0;
  #finish: Generation["finish"] | null = null;

  constructor(
    model: NativeModel,
    request: GenerateRequest,
    sequence: number,
    onDraw: (token: number, logits: Float32Array, start: number) => void,
  ) {
    this.#model = model;
    this.#request = request;
    this.#sequence = sequence;
    this.#random = createRandom(request.seed, "sampling");
    this.#onDraw = onDraw;
    this.position = request.context.length;
  }

  /** Draws the next token and decides whether the answer goes on. */
  append(logits: Float32Array, start: number): void {
    const { sampling, maxTokens } = this.#request;
    const token = sampleToken(logits, start, this.#model.vocabSize, sampling, this.#random);
    this.#tokenCount++;
    this.#onDraw(token, logits, start);
    if (this.#model.facts.endTokens.includes(token)) {
      this.#finish = "end";
      return;
    }
    this.#bytes.push(...this.#model.pieceBytes(token));
    this.#lastToken = token;
    if (this.#stopIndex() >= 0) this.#finish = "stop";
    else if (this.#tokenCount >= maxTokens) this.#finish = "length";
  }

  /** The token to evaluate next, unless the answer is finished. */
  pending(): readonly PlannedToken[] {
    if (this.#finish !== null) return [];
    const { position } = this;
    return [{ token: this.#lastToken, position, firstSequence: this.#sequence, sequenceCount: 1 }];
  }

  generation(): Generation {
    const text = this.#text();
    const stop = this.#stopIndex();
    return {
      text: stop >= 0 ? text.slice(0, stop) : text,
      tokenCount: this.#tokenCount,
      finish: this.#finish ?? "length",
    };
  }

  #text(): string {
    return Buffer.from(this.#bytes).toString("utf8");
  }

  /** Where the earliest stop string begins in the text, or −1. */
  #stopIndex(): number {
    if (this.#request.stop.length === 0) return -1;
    const text = this.#text();
    const places = this.#request.stop.map((stop) => text.indexOf(stop));
    return places.reduce(
      (first, place) => (place >= 0 && (first < 0 || place < first) ? place : first),
      -1,
    );
  }
}
