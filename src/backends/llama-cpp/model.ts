import { createHash } from "node:crypto";
import type { Message } from "../../core/candidate.ts";
import type { PmpoError } from "../../core/errors.ts";
import type {
  LocalModel,
  PlaceScore,
  RankedScoreRequest,
  TokenListener,
  WriteRequest,
} from "../../core/local-model.ts";
import {
  type CallOptions,
  type GenerateRequest,
  type Generation,
  type ModelCapabilities,
  type ModelIdentity,
  NO_USAGE,
  type ScoreRequest,
  type TokenIds,
  type TokenLogProbs,
  type Usage,
} from "../../core/model.ts";
import type { Encoder } from "../encoding/encode-pieces.ts";
import type { Tokenize } from "../encoding/text-tokens.ts";
import type { TemplateTokens } from "./chat-template.ts";
import { createEncoder } from "./encode.ts";
import type { GenerateResult } from "./generate.ts";
import type { LoadedFacts } from "./protocol.ts";
import type { ConvertFormat } from "./quantise.ts";
import type { WriteProgress } from "./ranked.ts";
import { sharingName, sharingOf } from "./sharing.ts";
import { processors, threadCandidates } from "./threads.ts";
import { WorkerClient } from "./worker-client.ts";

/** How to open a GGUF file in the embedded engine. */
export interface LlamaCppOptions {
  readonly path: string;
  /** As the user named the model. */
  readonly name: string;
  /** sha256 of the file, for the identity. */
  readonly weightsSha256: string;
  /** Default: the fastest that is remembered, else one per physical core. */
  readonly threads?: number;
  /** Where the fastest thread count is remembered; without it none is measured. */
  readonly threadMemory?: ThreadMemory;
  /** Default `auto`: a GPU is used when a package for it is installed. */
  readonly gpu?: "auto" | "off";
  /**
   * Map the file into memory, so that runs of one model share it. Default true. Not worth it for
   * number formats whose weights are repacked for the processor: they would stand there twice.
   */
  readonly mapWeights?: boolean;
  /** Cells of the cache; default 8,192 or what the model was trained for, if less. */
  readonly contextTokens?: number;
}

/** Remembers how many threads are the fastest for one model on one machine. */
export interface ThreadMemory {
  recall(): number | null;
  /** Whether the machine is idle enough for a measurement to mean something. */
  isWorthMeasuring(): Promise<boolean>;
  keep(threads: number): void;
}

const DEFAULT_CONTEXT_TOKENS = 8192;

/** Changes whenever the engine's batching or rounding changes, because that changes last digits. */
const BATCHING_VERSION = 8;

/** Loads a GGUF file into a thread of this process. Rejects with a PmpoError of kind `model`. */
export async function createLlamaCppModel(options: LlamaCppOptions): Promise<LocalModel> {
  const known = options.threads ?? options.threadMemory?.recall() ?? null;
  const candidates = threadCandidates(processors());
  const gpu = options.gpu ?? "auto";
  const contextTokens = options.contextTokens ?? DEFAULT_CONTEXT_TOKENS;
  const client = new WorkerClient();
  try {
    const facts = await client.call("load", {
      path: options.path,
      threads: known ?? candidates[0],
      gpu,
      contextTokens,
      mapWeights: options.mapWeights ?? true,
    });
    const threads = known ?? (await measuredThreads(client, candidates, options.threadMemory));
    return new LlamaCppModel(client, facts, identityOf(options, facts, threads));
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}

/** The fastest count, measured once where there is a choice and someone remembers it; else the usual one. */
async function measuredThreads(
  client: WorkerClient,
  candidates: ReturnType<typeof threadCandidates>,
  memory: ThreadMemory | undefined,
): Promise<number> {
  if (candidates.length === 1 || memory === undefined) return candidates[0];
  if (!(await memory.isWorthMeasuring())) return candidates[0];
  const threads = await client.call("chooseThreads", candidates);
  memory.keep(threads);
  return threads;
}

/** Converts a GGUF file to another number format in a thread of its own. */
export async function convertGguf(
  source: string,
  target: string,
  format: ConvertFormat,
): Promise<void> {
  await using client = new WorkerClient();
  await client.call("convert", { source, target, format });
}

class LlamaCppModel implements LocalModel {
  readonly identity: ModelIdentity;
  readonly capabilities: ModelCapabilities;
  readonly encode: Encoder;
  readonly lost: Promise<PmpoError>;
  readonly vocabularySize: number;
  readonly beginToken: number | null;
  readonly endTokens: readonly number[];
  readonly chatTemplate: string | null;
  readonly templateTokens: TemplateTokens;
  readonly #client: WorkerClient;
  readonly #encodeClosed: Encoder;

  constructor(client: WorkerClient, facts: LoadedFacts, identity: ModelIdentity) {
    this.#client = client;
    this.identity = identity;
    this.capabilities = {
      score: true,
      generate: true,
      chat: facts.chatTemplate !== null,
      ...sharingOf(facts),
      prefixMemoryTokens: facts.prefixMemoryTokens,
      contextTokens: facts.contextTokens,
      parameters: facts.parameters,
    };
    const tokenize: Tokenize = (texts) => client.call("tokenize", texts);
    this.encode = createEncoder(facts, tokenize);
    this.#encodeClosed = createEncoder(facts, tokenize, false);
    this.lost = client.lost;
    this.vocabularySize = facts.vocabularySize;
    this.beginToken = facts.beginToken;
    this.endTokens = facts.endTokens;
    this.chatTemplate = facts.chatTemplate;
    this.templateTokens = facts.templateTokens;
  }

  tokenizeWithControls(texts: readonly string[]): Promise<readonly TokenIds[]> {
    return this.#client.call("tokenizeWithControls", texts);
  }

  async encodeConversation(
    messages: readonly Message[],
    { addGenerationPrompt }: { readonly addGenerationPrompt: boolean },
  ): Promise<TokenIds> {
    const encode = addGenerationPrompt ? this.encode : this.#encodeClosed;
    const [encoded] = await encode([{ prompt: { kind: "chat", messages } }]);
    return encoded?.context ?? new Int32Array();
  }

  tokenBytes(tokens: TokenIds): Promise<readonly Uint8Array[]> {
    return this.#client.call("tokenBytes", tokens);
  }

  tokenTexts(tokens: TokenIds): Promise<readonly string[]> {
    return this.#client.call("tokenTexts", tokens);
  }

  async score(
    requests: readonly ScoreRequest[],
    options: CallOptions = {},
  ): Promise<readonly TokenLogProbs[]> {
    if (requests.length === 0) return [];
    const reply = await this.#client.call("score", requests, options.signal);
    options.onUsage?.(scoringUsage(requests, reply));
    return reply.results;
  }

  async scoreRanked(
    requests: readonly RankedScoreRequest[],
    options: CallOptions = {},
  ): Promise<readonly (readonly PlaceScore[])[]> {
    if (requests.length === 0) return [];
    const reply = await this.#client.call("scoreRanked", requests, options.signal);
    options.onUsage?.(scoringUsage(requests, reply));
    return reply.results;
  }

  async generate(
    requests: readonly GenerateRequest[],
    options: CallOptions = {},
  ): Promise<readonly Generation[]> {
    if (requests.length === 0) return [];
    const reply = await this.#client.call("generate", requests, options.signal);
    options.onUsage?.(writingUsage(requests, reply));
    return reply.results;
  }

  async write(
    requests: readonly WriteRequest[],
    onToken: TokenListener,
    options: CallOptions = {},
  ): Promise<readonly Generation[]> {
    if (requests.length === 0) return [];
    const tell = ({ request, written }: WriteProgress): void => onToken(request, written);
    const reply = await this.#client.call("write", requests, options.signal, tell);
    options.onUsage?.(writingUsage(requests, reply));
    return reply.results;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }
}

function scoringUsage(
  requests: readonly ScoreRequest[],
  { evaluatedTokens }: { readonly evaluatedTokens: number },
): Usage {
  const requestedTokens = requests.reduce(
    (sum, { context, target }) => sum + context.length + target.length,
    0,
  );
  return { ...NO_USAGE, calls: 1, requestedTokens, evaluatedTokens };
}

function writingUsage(
  requests: readonly GenerateRequest[],
  { evaluatedTokens, generatedTokens }: GenerateResult,
): Usage {
  const promptTokens = requests.reduce((sum, { context }) => sum + context.length, 0);
  const requestedTokens = promptTokens + generatedTokens;
  return { ...NO_USAGE, calls: 1, requestedTokens, evaluatedTokens, generatedTokens };
}

/** With how many threads a model was computed; null where that is not said. */
export function threadsOf({ engine }: ModelIdentity): number | null {
  const [, count] = /, threads (\d+),/.exec(engine) ?? [];
  return count === undefined ? null : Number(count);
}

function identityOf(options: LlamaCppOptions, facts: LoadedFacts, threads: number): ModelIdentity {
  const template = createHash("sha256").update(facts.chatTemplate ?? "");
  return {
    name: options.name,
    weights: options.weightsSha256,
    format: facts.description,
    engine: [
      facts.libraryVersion,
      facts.device,
      `threads ${threads}`,
      `context ${facts.contextTokens}`,
      `batching ${BATCHING_VERSION}`,
      sharingName(sharingOf(facts)),
    ].join(", "),
    template: template.digest("hex"),
  };
}
