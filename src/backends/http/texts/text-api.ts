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
  /** What has to be asked, all at once, of a prompt without any answer. */
  promptRequests(model: string, text: string): readonly HttpRequest[];
  /** Out of one reply for each of those requests. */
  readPrompt(replies: readonly unknown[]): PromptCut;
  /** Whether the model computes a prompt to answer that. */
  readonly computesPrompt: boolean;
  /** What has to be asked, all at once, to score what of `whole` stands behind the prompt. */
  scoreRequests(model: string, whole: string): readonly HttpRequest[];
  /** The tokens of `whole`, out of one reply for each of those requests. */
  readScores(replies: readonly unknown[], texts: ScoredTexts): EchoedText;
}

/** What a server says of a prompt alone. */
export interface PromptCut {
  /** Where it adds a token that begins texts, that one is among them. */
  readonly ids: readonly number[];
  /** Of all tokens but the first, nats; null where it is not asked for. */
  readonly crossEntropy: number | null;
}

/** A prompt, and a text of it with the answer behind it. */
export interface ScoredTexts {
  readonly prompt: PromptCut;
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
