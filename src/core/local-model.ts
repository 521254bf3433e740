import type { Message } from "./candidate.ts";
import type { PmpoError } from "./errors.ts";
import type {
  CallOptions,
  GenerateRequest,
  Generation,
  LanguageModel,
  ScoreRequest,
  TokenIds,
} from "./model.ts";

/** A token that could stand at a place, and its log-probability there (nats). */
export interface RankedToken {
  readonly token: number;
  readonly logProb: number;
}

/** What a model says of the token that stands at a place. */
export interface PlaceScore {
  /** Nats, <= 0. */
  readonly logProb: number;
  /** 1 for the likeliest of the vocabulary. */
  readonly rank: number;
  /** The likeliest tokens there, likeliest first, the lower id first among equals. */
  readonly top: readonly RankedToken[];
}

/** A request to score that also asks what else could stand at each place. */
export interface RankedScoreRequest extends ScoreRequest {
  /** How many of the likeliest tokens to name at each place. */
  readonly topCount: number;
}

/** A request to write of which every token is told. */
export interface WriteRequest extends GenerateRequest {
  /** How many of the likeliest tokens to name at each place; null: no log-probabilities are wanted. */
  readonly topCount: number | null;
}

/** One token as it was written. */
export interface WrittenToken {
  readonly token: number;
  /** Of the model's own distribution, whatever the temperature; null where none were wanted. */
  readonly place: PlaceScore | null;
}

/** Told of every token of a request, in order, as soon as it is there. */
export type TokenListener = (request: number, written: WrittenToken) => void;

/** A model in this process: what serving it needs beyond a language model. */
export interface LocalModel extends LanguageModel {
  /** Resolves with why, when the engine has ended by itself, at work or not. */
  readonly lost: Promise<PmpoError>;
  readonly vocabularySize: number;
  /** The token that stands before every text; null where the model wants none. */
  readonly beginToken: number | null;
  /** The tokens that end a text. */
  readonly endTokens: readonly number[];
  /** The model's own, in Jinja; null for a base model. */
  readonly chatTemplate: string | null;
  /** What the template calls its begin and end tokens; empty where the model has none. */
  readonly templateTokens: { readonly begin: string; readonly end: string };
  /** Ids of texts in which names of control tokens are read as those tokens. Nothing is added. */
  tokenizeWithControls(texts: readonly string[]): Promise<readonly TokenIds[]>;
  /** Ids of a conversation after the model's own template; what stands in messages is text. */
  encodeConversation(
    messages: readonly Message[],
    options: { readonly addGenerationPrompt: boolean },
  ): Promise<TokenIds>;
  /** The bytes that each token adds to a text; none for control tokens. */
  tokenBytes(tokens: TokenIds): Promise<readonly Uint8Array[]>;
  /** As `score`, with rank and likeliest tokens at each place of the target. */
  scoreRanked(
    requests: readonly RankedScoreRequest[],
    options?: CallOptions,
  ): Promise<readonly (readonly PlaceScore[])[]>;
  /** As `generate`, and tells of every token. */
  write(
    requests: readonly WriteRequest[],
    onToken: TokenListener,
    options?: CallOptions,
  ): Promise<readonly Generation[]>;
}
