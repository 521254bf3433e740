import type { EstimatingApiName } from "../../../core/endpoint.ts";
import type { CharacterApi } from "../characters/model.ts";
import type { HttpRequest } from "../transport.ts";
import type { BegunPrompt } from "../characters/vocabulary.ts";
import type { NextTokens } from "./next-token.ts";

/** Likely next tokens that are asked for: as many as services give at the most. */
export const LISTED_TOKENS = 20;

/** How to speak to one kind of server that lists likely next tokens. */
export interface StepwiseApi extends CharacterApi {
  readonly name: EstimatingApiName;
  /** Asks what comes next; the list does not depend on the seed, by which one token is drawn. */
  nextRequest(model: string, prompt: BegunPrompt, seed: number): HttpRequest;
  readNext(reply: unknown): ListedNext;
}

/** What a server says of the next token; an empty list where it says nothing. */
export interface ListedNext {
  readonly listed: NextTokens;
  readonly promptTokens: number;
  /** Of them, those that the server had in its cache. */
  readonly cachedTokens: number;
}
