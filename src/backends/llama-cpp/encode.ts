import { modelError } from "../../core/errors.ts";
import type { EncodedRequest, EncodeRequest, TokenIds } from "../../core/model.ts";
import type { ChatTemplate, Segment } from "./chat-template.ts";
import { createChatTemplate } from "./chat-template.ts";
import type { NativeModelFacts } from "./native-model.ts";
import { createTextTokenizer, type TextTokens, type Tokenize } from "./text-tokens.ts";

/** Text to tokenize with nothing read as a control token, or a control token itself. */
type Piece = { readonly text: string } | { readonly token: number } | "blank-line";

type Prompt = EncodeRequest["prompt"];

/** An answer: what stands of it already, and what is to be scored. */
interface AnswerPieces {
  readonly begun: readonly Piece[];
  readonly target: readonly Piece[];
}

/** How a model's conversations are written. */
interface Chat {
  readonly template: ChatTemplate;
  readonly endOfTurn: number | null;
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
export function createEncoder(facts: NativeModelFacts, tokenize: Tokenize): Encoder {
  const tokenizeTexts = createTextTokenizer(tokenize);
  const control = controlFinder(facts.controlTokens);
  // Made on first use, so that a template that cannot be read does not stand in the way of plain text.
  let chat: Chat | undefined;
  const loadChat = (): Chat => {
    const template = createChatTemplate(needTemplate(facts.chatTemplate), facts.templateTokens);
    return { template, endOfTurn: endOfTurnToken(template, control, facts) };
  };
  const contextPieces = (prompt: Prompt): readonly Piece[] => {
    if (prompt.kind === "text") return [{ text: withoutSpaces(prompt.text) }];
    chat ??= loadChat();
    return control(chat.template.render(prompt.messages).segments);
  };
  const answerPieces = (request: EncodeRequest): AnswerPieces => {
    if (request.prompt.kind === "text") return plainAnswer(request.prompt.text, request);
    chat ??= loadChat();
    return chatAnswer(request, chat);
  };

  return async (requests) => {
    // Rendering a template costs far more than all the rest: once for a prompt with many answers.
    const prompts = [...new Set(requests.map(({ prompt }) => prompt))];
    const contexts = prompts.map(contextPieces);
    const answers = requests.map(answerPieces);
    const answerTexts = answers.flatMap(({ begun, target }) => textsIn([...begun, ...target]));
    const ends = answers.some(({ target }) => target.includes("blank-line"));
    const idsOf = await tokenizeTexts(
      [...contexts.flatMap(textsIn), ...answerTexts],
      [...answerTexts, ...(ends ? Object.values(BLANK_LINE_PROBE) : [])],
    );
    const join = (pieces: readonly Piece[], place: keyof TextTokens): readonly number[] =>
      pieces.flatMap((piece) => {
        if (piece === "blank-line") return [...blankLine(idsOf)];
        return "token" in piece ? [piece.token] : [...idsOf[place](piece.text)];
      });
    const encoded = new Map(
      contexts.map((context, index): [Prompt, EncodedContext] => [
        prompts[index] as Prompt,
        {
          ids: Int32Array.from(withBegin(join(context, "start"), facts)),
          answerPlace: endsInText(context) ? "continuing" : "start",
        },
      ]),
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
  return textsIn(pieces.slice(-1)).some((text) => text !== "");
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

function needTemplate(template: string | null): string {
  if (template !== null) return template;
  throw modelError("NO_CHAT_TEMPLATE", "This model has no chat template: it is a base model", {
    hint: "Use the layout `plain`.",
  });
}

function chatAnswer(request: EncodeRequest, { template, endOfTurn }: Chat): AnswerPieces {
  return cutAnswer(
    template.beforeAnswer,
    request,
    endOfTurn === null ? [] : [{ token: endOfTurn }],
  );
}

/**
 * Spaces between context and target belong to the target, as in lm-eval: " yes" is one token. Line
 * breaks stay in the context, where many tokenizers join them with what stands before them.
 */
function plainAnswer(prompt: string, request: EncodeRequest): AnswerPieces {
  return cutAnswer(prompt.slice(withoutSpaces(prompt).length), request, ["blank-line"]);
}

/** What stands before an answer is the begun answer's, and the spaces at the end of that the target's. */
function cutAnswer(
  before: string,
  { prefix, target, scoreEnd = true }: EncodeRequest,
  end: readonly Piece[],
): AnswerPieces {
  const whole = `${before}${prefix ?? ""}`;
  const begun = prefix === undefined ? "" : withoutSpaces(whole);
  return {
    begun: begun === "" ? [] : [{ text: begun }],
    target:
      target === undefined
        ? []
        : [{ text: `${whole.slice(begun.length)}${target}` }, ...(scoreEnd ? end : [])],
  };
}

function withoutSpaces(prompt: string): string {
  return prompt.replace(/ +$/, "");
}

/** BOS is added exactly when the model wants it and the template did not write it already. */
function withBegin(ids: readonly number[], facts: NativeModelFacts): readonly number[] {
  if (facts.beginToken !== null && ids[0] !== facts.beginToken) return [facts.beginToken, ...ids];
  if (ids.length > 0) return ids;
  // Nothing to predict the first target token from: the end token stands for the start of a text.
  return facts.endTokens.slice(0, 1);
}

/** The end-of-turn token is what the template writes after an answer; else the file's own. */
function endOfTurnToken(
  template: ChatTemplate,
  control: (segments: readonly Segment[]) => readonly Piece[],
  facts: NativeModelFacts,
): number | null {
  const [first] = control([{ text: template.afterAnswer, origin: "template" }]);
  const isToken = typeof first === "object" && "token" in first;
  return isToken ? first.token : facts.endOfTurnToken;
}

/**
 * Cuts a rendering at the control tokens that the template wrote. Text between them, template and
 * data together, stays whole, so that it is tokenized as in one string.
 */
function controlFinder(
  controlTokens: NativeModelFacts["controlTokens"],
): (segments: readonly Segment[]) => readonly Piece[] {
  const tokens = new Map(controlTokens.filter(([text]) => text !== ""));
  const longestFirst = [...tokens.keys()].sort((a, b) => b.length - a.length);
  const pattern =
    longestFirst.length === 0 ? null : new RegExp(longestFirst.map(escapePattern).join("|"), "g");
  return (segments) => {
    const pieces: Piece[] = [];
    let text = "";
    const flush = (): void => {
      if (text !== "") pieces.push({ text });
      text = "";
    };
    for (const segment of segments) {
      if (segment.origin === "data" || pattern === null) {
        text += segment.text;
        continue;
      }
      let end = 0;
      for (const match of segment.text.matchAll(pattern)) {
        text += segment.text.slice(end, match.index);
        flush();
        pieces.push({ token: tokens.get(match[0]) as number });
        end = match.index + match[0].length;
      }
      text += segment.text.slice(end);
    }
    flush();
    return pieces;
  };
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
