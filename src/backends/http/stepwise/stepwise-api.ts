import type { EstimatingApiName } from "../../../core/endpoint.ts";
import type { GenerateRequest } from "../../../core/model.ts";
import type { WrittenText } from "../scoring-api.ts";
import type { HttpRequest } from "../transport.ts";
import type { BegunPrompt } from "./characters.ts";
import type { NextTokens } from "./next-token.ts";

/** Likely next tokens that are asked for: as many as services give at the most. */
export const LISTED_TOKENS = 20;

/** How to speak to one kind of server that takes texts alone. Readers throw ReplyProblem. */
export interface StepwiseApi {
  readonly name: EstimatingApiName;
  /** As people call it. */
  readonly label: string;
  readonly takes: "chat" | "text";
  /** Asks what comes next; the list does not depend on the seed, by which one token is drawn. */
  nextRequest(model: string, prompt: BegunPrompt, seed: number): HttpRequest;
  readNext(reply: unknown): ListedNext;
  generateRequest(model: string, prompt: BegunPrompt, request: GenerateRequest): HttpRequest;
  readGeneration(reply: unknown, request: GenerateRequest): WrittenText;
}

/** What a server says of the next token; an empty list where it says nothing. */
export interface ListedNext {
  readonly listed: NextTokens;
  readonly promptTokens: number;
  /** Of them, those that the server had in its cache. */
  readonly cachedTokens: number;
}
