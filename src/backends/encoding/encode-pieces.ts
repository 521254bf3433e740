import type { EncodedRequest, EncodeRequest, TokenIds } from "../../core/model.ts";
import type { AnswerPieces, Piece } from "./pieces.ts";
import type { TextTokenizer, TextTokens } from "./text-tokens.ts";

type Prompt = EncodeRequest["prompt"];

/** How one model's prompts and answers are written. */
export interface Writing {
  context(prompt: Prompt): Promise<readonly Piece[]>;
  answer(request: EncodeRequest): AnswerPieces;
  /** A prompt's ids with whatever has to stand in front of them; never empty. */
  withBegin(ids: readonly number[], prompt: Prompt): readonly number[];
}

/** Turns rendered prompts into token ids. */
export type Encoder = (requests: readonly EncodeRequest[]) => Promise<readonly EncodedRequest[]>;

/**
 * A plain answer ends with the blank line that also stands between demonstrations: what follows the
 * "A" in this text. Alone at the end of a text, some tokenizers make another token of it than in
 * front of the next block.
 */
const BLANK_LINE_PROBE = { before: "A", text: "A\n\nA" };

/**
 * The encoder of one model. Context and target are tokenized apart and joined as ids, so that the
 * target's ids do not depend on the prompt before it. See docs/scoring.md.
 */
export function createPieceEncoder(writing: Writing, tokenizeTexts: TextTokenizer): Encoder {
  return async (requests) => {
    // Rendering a template costs far more than all the rest: once for a prompt with many answers.
    const prompts = [...new Set(requests.map(({ prompt }) => prompt))];
    const contexts = await Promise.all(prompts.map((prompt) => writing.context(prompt)));
    const answers = requests.map((request) => writing.answer(request));
    const answerTexts = answers.flatMap(({ begun, target }) => textsIn([...begun, ...target]));
    const ends = answers.some(({ target }) => target.includes("blank-line"));
    const idsOf = await tokenizeTexts(
      [...contexts.flatMap(textsIn), ...answerTexts],
      [...answerTexts, ...(ends ? Object.values(BLANK_LINE_PROBE) : [])],
    );
    const join = (pieces: readonly Piece[], place: keyof TextTokens): readonly number[] =>
      pieces.flatMap((piece) => {
        if (piece === "blank-line") return [...blankLine(idsOf)];
        return "ids" in piece ? piece.ids : [...idsOf[place](piece.text)];
      });
    const encoded = new Map(
      contexts.map((context, index): [Prompt, EncodedContext] => {
        const prompt = prompts[index] as Prompt;
        return [
          prompt,
          {
            ids: Int32Array.from(writing.withBegin(join(context, "start"), prompt)),
            answerPlace: endsInText(context) ? "continuing" : "start",
          },
        ];
      }),
    );
    return requests.map(({ prompt }, index) => {
      const { ids, answerPlace } = encoded.get(prompt) as EncodedContext;
      const { begun, target } = answers[index] as AnswerPieces;
      const targetPlace = begun.length === 0 ? answerPlace : "continuing";
      return {
        context: begun.length === 0 ? ids : Int32Array.from([...ids, ...join(begun, answerPlace)]),
        target: Int32Array.from(join(target, targetPlace)),
      };
    });
  };
}

/** A prompt's ids, and how the answer behind it is tokenized. */
interface EncodedContext {
  readonly ids: TokenIds;
  readonly answerPlace: keyof TextTokens;
}

function endsInText(pieces: readonly Piece[]): boolean {
  const last = pieces.at(-1);
  if (last === undefined || last === "blank-line") return false;
  return "ids" in last ? last.endsInText : last.text !== "";
}

function textsIn(pieces: readonly Piece[]): readonly string[] {
  return pieces.flatMap((piece) =>
    typeof piece === "object" && "text" in piece ? [piece.text] : [],
  );
}

/** The first token of the blank line behind a plain answer. */
function blankLine(idsOf: TextTokens): TokenIds {
  const { before, text } = BLANK_LINE_PROBE;
  const end = idsOf.continuing(before).length;
  return idsOf.continuing(text).slice(end, end + 1);
}
