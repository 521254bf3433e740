import type { Message } from "../../core/candidate.ts";
import type { ScoringApiName } from "../../core/endpoint.ts";
import type { GenerateRequest, Generation, ScoreRequest, TokenLogProbs } from "../../core/model.ts";
import type { HttpRequest } from "./transport.ts";

/** What is asked for; with one target token where the interface is stepwise. */
export interface AskedScore extends ScoreRequest {
  /** Whether that token is only a piece of a character. */
  readonly isPiece?: boolean;
}

/** How to speak to one kind of server: requests are built and replies read; nothing is sent here. */
export interface ScoringApi {
  readonly name: ScoringApiName;
  /** The interface whose numbers these are: in the eyes of cache and runs it is the same model. Default: `name`. */
  readonly numbersOf?: ScoringApiName;
  /** As people call it. */
  readonly label: string;
  /** Tokens that a scoring request writes, for which the context needs room. */
  readonly writtenTokens: number;
  /** Whether a request tells the number of one token alone: targets then have one token each. */
  readonly stepwise: boolean;
  /** Prompts in one HTTP request at most. */
  readonly batchRequests: number;
  /** HTTP requests at the same time where the user says nothing; default 8. */
  readonly concurrency?: number;
  /** Whether what requests have in common is computed once when they are scored. */
  readonly prefixSharing: boolean;
  readonly prefixSharingNote: string;
  readonly tokenizer: TokenizerApi;
  scoreRequest(model: string, requests: readonly AskedScore[]): HttpRequest;
  /**
   * One result per request, in order; null where the server's cache kept it from scoring. Throws
   * ReplyProblem.
   */
  readScores(reply: unknown, requests: readonly AskedScore[]): ScoredBatch | null;
  /** The same request, for which the server reads no cache: sent once where there were no scores. */
  uncachedRequest?(model: string, requests: readonly AskedScore[]): HttpRequest;
  generateRequest(model: string, request: GenerateRequest): HttpRequest;
  /** Throws ReplyProblem. */
  readGeneration(reply: unknown, request: GenerateRequest): WrittenText;
}

/** How to ask a server for token ids and their texts. Readers throw ReplyProblem. */
export interface TokenizerApi {
  /** The text's ids; where it holds the name of a control token, the server reads that as one. */
  tokenizeRequest(model: string, text: string, specialTokens: boolean): HttpRequest;
  /** `specialTokens` as the request was told. */
  readonly readTokens: (reply: unknown, specialTokens: boolean) => readonly number[];
  /** The ids of a conversation after the server's own template; null where the server cannot say. */
  chatRequest(
    model: string,
    messages: readonly Message[],
    addGenerationPrompt: boolean,
  ): HttpRequest | null;
  /** The conversation out of the reply, where that is a text and not ids. */
  readonly readChatText?: (reply: unknown) => string;
  detokenizeRequest(model: string, tokens: readonly number[]): HttpRequest;
  readonly readText: (reply: unknown) => string;
}

export interface ScoredBatch {
  readonly results: readonly TokenLogProbs[];
  /** Prompt tokens that the server found in its cache. */
  readonly cachedTokens: number;
}

export interface WrittenText {
  readonly generation: Generation;
  readonly cachedTokens: number;
}

/** What is wrong with a reply; whoever sent the request adds where it came from. */
export class ReplyProblem extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
