import type { TextScoringApiName } from "../../../core/endpoint.ts";
import type { CharacterApi } from "../characters/model.ts";
import type { HttpRequest } from "../transport.ts";

/** What ends a plain answer. */
export const BLANK_LINE = "\n\n";
/** The same with a letter behind it, as in a prompt with demonstrations: there tokenizers may cut it otherwise. */
export const NEXT_LINE = "\n\nA";

/**
 * How to speak to one kind of server that says how likely the tokens of a given text are, and takes no
 * token ids. Readers throw ReplyProblem.
 */
export interface TextScoringApi extends CharacterApi {
  readonly name: TextScoringApiName;
  readonly takes: "text";
  /** What is sent behind an answer whose end is scored. */
  readonly behindAnswer: typeof BLANK_LINE | typeof NEXT_LINE;
  /** Requests at the same time where the user says nothing; default 8. */
  readonly concurrency?: number;
  /** Asks for the ids of a text; where the server adds a token that begins texts, that one is among them. */
  idsRequest(model: string, text: string): HttpRequest;
  readIds(reply: unknown): readonly number[];
  /** What has to be asked, all at once, to score what of `whole` stands behind `context`. */
  scoreRequests(model: string, texts: ScoredTexts): readonly HttpRequest[];
  /** The tokens of `whole`, out of one reply for each of those requests. */
  readScores(replies: readonly unknown[], texts: ScoredTexts): EchoedText;
}

/** A prompt, and the same with the answer behind it. */
export interface ScoredTexts {
  readonly context: string;
  /** As the server cuts the context alone. */
  readonly contextIds: readonly number[];
  readonly whole: string;
}

/** A text as a server cuts it, all lists of one length. */
export interface EchoedText {
  readonly ids: readonly number[];
  /** Of each token alone; of pieces of characters anything. Null where the server does not say. */
  readonly texts: readonly string[] | null;
  /** Nats; null where the server says nothing. */
  readonly logProbs: readonly (number | null)[];
}
