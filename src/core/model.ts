import type { RenderedPrompt } from "./candidate.ts";

/** Token ids of one model's vocabulary. */
export type TokenIds = Int32Array;

/** Everything about a model that can change a number. Part of every cache key. */
export interface ModelIdentity {
  /** As the user named it: `smollm2-135m`, a path, an address. */
  readonly name: string;
  /** sha256 of the weights file, or of what stands for it at an endpoint. */
  readonly weights: string;
  /** Architecture and number format: `llama Q8_0`. */
  readonly format: string;
  /** Library and version, device, and settings that change sums. */
  readonly engine: string;
  /** sha256 of the chat template. */
  readonly template: string;
}

/** What a model can do: declared, never found out by trying. */
export interface ModelCapabilities {
  readonly score: boolean;
  readonly generate: boolean;
  /** False for base models: `encode` then refuses conversations. */
  readonly chat: boolean;
  /** Whether common prefixes are evaluated once; when not, or not always, `prefixSharingNote` says why. */
  readonly prefixSharing: boolean;
  readonly prefixSharingNote?: string;
  /** Present where only calls share prefixes whose requests, answers included, all have fewer tokens. */
  readonly sharingBelowTokens?: number;
  /** Tokens of evaluated beginnings that are kept for later calls, about; absent where nobody knows. */
  readonly prefixMemoryTokens?: number;
  /** False where it takes conversations alone. Default true. */
  readonly plain?: false;
  /** Present where each token of an answer takes a request of its own. */
  readonly stepwise?: Stepwise;
  /**
   * Present where its ids are characters: one token of its server has so many, about. A token's
   * number then stands at its first character, and the others have 0.
   */
  readonly charactersPerToken?: number;
  readonly contextTokens: number;
  /** Number of parameters, for the choice of request templates. */
  readonly parameters: number;
}

/** How answers are scored that take a request for each of their tokens. */
export interface Stepwise {
  /** Whether a token that the server does not list has a bound in place of its log-probability. */
  readonly isEstimate: boolean;
}

/** A prompt to turn into token ids, with the answer to score after it or none. */
export interface EncodeRequest {
  readonly prompt: RenderedPrompt;
  /** What of the answer stands there already: part of the context. Spaces at its end belong to the target. */
  readonly prefix?: string;
  readonly target?: string;
  /** Whether the end of the answer (end-of-turn token; blank line in plain text) is scored too. Default true. */
  readonly scoreEnd?: boolean;
}

export interface EncodedRequest {
  readonly context: TokenIds;
  /** Empty where no target was given. */
  readonly target: TokenIds;
}

export interface ScoreRequest {
  /** Names the example and candidate in errors. */
  readonly id: string;
  /** At least one token (BOS where the model wants it). */
  readonly context: TokenIds;
  /** At least one token. */
  readonly target: TokenIds;
}

/** Natural-log probability (nats, <= 0) of each target token given all tokens before it; same length as the target. */
export interface TokenLogProbs {
  readonly logProbs: Float64Array;
  /** Present where the numbers are an estimate. */
  readonly estimate?: Estimated;
}

/** Tokens of an answer by its numbers: those of the server where the model's ids are characters. */
export function answerLength(
  logProbs: Float64Array,
  { charactersPerToken }: Pick<ModelCapabilities, "charactersPerToken">,
): number {
  return charactersPerToken === undefined
    ? logProbs.length
    : logProbs.filter((logProb) => logProb !== 0).length;
}

/** What an estimate was made of. */
export interface Estimated {
  /** Tokens into which the server cut the answer. */
  readonly tokens: number;
  /** Those that are at most as likely as their number says. */
  readonly bounded: number;
}

/** How tokens are drawn. `temperature` 0 is greedy; the other fields then do nothing. */
export interface Sampling {
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
  readonly minP: number;
}

export interface GenerateRequest {
  readonly id: string;
  readonly context: TokenIds;
  readonly maxTokens: number;
  readonly sampling: Sampling;
  /** Seeds this request's own random stream. */
  readonly seed: number;
  /** Generation ends before the first of these; none of it is in the text. */
  readonly stop: readonly string[];
}

export interface Generation {
  readonly text: string;
  /** Tokens evaluated to make the text, the end token included. */
  readonly tokenCount: number;
  readonly finish: "end" | "stop" | "length";
}

/** What calls cost. */
export interface Usage {
  readonly calls: number;
  /** Calls whose answer came from the cache. */
  readonly cachedCalls: number;
  /** Tokens of prompts and targets in the requests, each request counted whole. */
  readonly requestedTokens: number;
  /** Tokens the model evaluated: shared prefixes once, nothing for a cached call. */
  readonly evaluatedTokens: number;
  /** Tokens the model wrote. */
  readonly generatedTokens: number;
  /** Requested tokens whose answer came from the cache. */
  readonly cachedTokens: number;
  /** What a server was sent that is asked several times for one answer; else absent. */
  readonly sent?: Sent;
  /** What was paid, in the currency of the price table; absent where no price is known. */
  readonly cost?: number;
}

/** Requests, and all tokens of their prompts. */
export interface Sent {
  readonly requests: number;
  readonly tokens: number;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Told what the call cost, once, before it resolves. */
  readonly onUsage?: (usage: Usage) => void;
}

/**
 * A language model that can say how likely given tokens are.
 *
 * Every method answers exactly one result per request, in request order, or rejects with a
 * PmpoError that names the request. The same call on the same machine gives the same bits,
 * whatever calls came before it.
 */
export interface LanguageModel extends AsyncDisposable {
  readonly identity: ModelIdentity;
  readonly capabilities: ModelCapabilities;
  encode(requests: readonly EncodeRequest[]): Promise<readonly EncodedRequest[]>;
  /** The text of each token alone; byte pieces that are no valid UTF-8 alone come as replacement characters. */
  tokenTexts(tokens: TokenIds): Promise<readonly string[]>;
  score(
    requests: readonly ScoreRequest[],
    options?: CallOptions,
  ): Promise<readonly TokenLogProbs[]>;
  generate(
    requests: readonly GenerateRequest[],
    options?: CallOptions,
  ): Promise<readonly Generation[]>;
}

export const NO_USAGE: Usage = {
  calls: 0,
  cachedCalls: 0,
  requestedTokens: 0,
  evaluatedTokens: 0,
  generatedTokens: 0,
  cachedTokens: 0,
};

export function addUsage(a: Usage, b: Usage): Usage {
  const cost = a.cost === undefined && b.cost === undefined ? {} : { cost: costOf(a) + costOf(b) };
  const sent = addSent(a.sent, b.sent);
  return {
    ...cost,
    ...(sent === undefined ? {} : { sent }),
    calls: a.calls + b.calls,
    cachedCalls: a.cachedCalls + b.cachedCalls,
    requestedTokens: a.requestedTokens + b.requestedTokens,
    evaluatedTokens: a.evaluatedTokens + b.evaluatedTokens,
    generatedTokens: a.generatedTokens + b.generatedTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
  };
}

function addSent(a: Sent | undefined, b: Sent | undefined): Sent | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { requests: a.requests + b.requests, tokens: a.tokens + b.tokens };
}

/** What was paid; nothing where no price is known. */
export function costOf({ cost = 0 }: Pick<Usage, "cost">): number {
  return cost;
}
