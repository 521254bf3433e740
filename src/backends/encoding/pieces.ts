import type { EncodeRequest } from "../../core/model.ts";
import { withoutTrailingSpaces } from "../../core/trailing-spaces.ts";

/**
 * Text to tokenize with nothing read as a control token, ids that are known already, or the blank
 * line that ends a plain answer.
 */
export type Piece =
  | { readonly text: string }
  | {
      readonly ids: readonly number[];
      /** Whether what follows continues a text; false behind a control token. */
      readonly endsInText: boolean;
    }
  | "blank-line";

/** An answer: what stands of it already, and what is to be scored. */
export interface AnswerPieces {
  readonly begun: readonly Piece[];
  readonly target: readonly Piece[];
}

/** How a conversation's answers are written. */
export interface ChatAnswers {
  /** Blanks that the template writes between where an answer begins and its text. */
  readonly beforeAnswer: string;
  readonly endOfTurn: number | null;
}

/** One control token. */
export function controlPiece(token: number): Piece {
  return { ids: [token], endsInText: false };
}

export function chatAnswer(
  request: EncodeRequest,
  { beforeAnswer, endOfTurn }: ChatAnswers,
): AnswerPieces {
  return cutAnswer(beforeAnswer, request, endOfTurn === null ? [] : [controlPiece(endOfTurn)]);
}

/** A plain prompt. Spaces at its end belong to the answer, see `plainAnswer`. */
export function plainContext(prompt: string): readonly Piece[] {
  return [{ text: withoutTrailingSpaces(prompt) }];
}

/**
 * Spaces between context and target belong to the target, as in lm-eval: " yes" is one token. Line
 * breaks stay in the context, where many tokenizers join them with what stands before them.
 */
export function plainAnswer(prompt: string, request: EncodeRequest): AnswerPieces {
  return cutAnswer(prompt.slice(withoutTrailingSpaces(prompt).length), request, ["blank-line"]);
}

/** What stands before an answer is the begun answer's, and the spaces at the end of that the target's. */
function cutAnswer(
  before: string,
  { prefix, target, scoreEnd = true }: EncodeRequest,
  end: readonly Piece[],
): AnswerPieces {
  const whole = `${before}${prefix ?? ""}`;
  const begun = prefix === undefined ? "" : withoutTrailingSpaces(whole);
  return {
    begun: begun === "" ? [] : [{ text: begun }],
    target:
      target === undefined
        ? []
        : [{ text: `${whole.slice(begun.length)}${target}` }, ...(scoreEnd ? end : [])],
  };
}
