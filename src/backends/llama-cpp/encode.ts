import { modelError } from "../../core/errors.ts";
import type { EncodeRequest } from "../../core/model.ts";
import { createPieceEncoder, type Encoder, type Writing } from "../encoding/encode-pieces.ts";
import {
  type AnswerPieces,
  chatAnswer,
  controlPiece,
  type Piece,
  plainAnswer,
  plainContext,
} from "../encoding/pieces.ts";
import { createTextTokenizer, type Tokenize } from "../encoding/text-tokens.ts";
import type { ChatTemplate, Segment } from "./chat-template.ts";
import { createChatTemplate } from "./chat-template.ts";
import type { NativeModelFacts } from "./native-model.ts";

type Prompt = EncodeRequest["prompt"];

/** How a model's conversations are written. */
interface Chat {
  readonly template: ChatTemplate;
  readonly endOfTurn: number | null;
}

/**
 * The encoder of one model. Context and target are tokenized apart and joined as ids, so that the
 * target's ids do not depend on the prompt before it. See docs/scoring.md.
 *
 * @param addGenerationPrompt whether conversations end where the next answer begins
 */
export function createEncoder(
  facts: NativeModelFacts,
  tokenize: Tokenize,
  addGenerationPrompt: boolean = true,
): Encoder {
  const control = controlFinder(facts.controlTokens);
  // Made on first use, so that a template that cannot be read does not stand in the way of plain text.
  let chat: Chat | undefined;
  const loadChat = (): Chat => {
    const template = createChatTemplate(needTemplate(facts.chatTemplate), facts.templateTokens);
    return { template, endOfTurn: endOfTurnToken(template, control, facts) };
  };
  const contextPieces = (prompt: Prompt): readonly Piece[] => {
    if (prompt.kind === "text") return plainContext(prompt.text);
    chat ??= loadChat();
    return control(chat.template.render(prompt.messages, addGenerationPrompt).segments);
  };
  const answerPieces = (request: EncodeRequest): AnswerPieces => {
    if (request.prompt.kind === "text") return plainAnswer(request.prompt.text, request);
    chat ??= loadChat();
    const { template, endOfTurn } = chat;
    return chatAnswer(request, { beforeAnswer: template.beforeAnswer, endOfTurn });
  };

  const writing: Writing = {
    context: (prompt) => Promise.resolve(contextPieces(prompt)),
    answer: answerPieces,
    withBegin: (ids) => withBegin(ids, facts),
  };
  return createPieceEncoder(writing, createTextTokenizer(tokenize));
}

function needTemplate(template: string | null): string {
  if (template !== null) return template;
  throw modelError("NO_CHAT_TEMPLATE", "This model has no chat template: it is a base model", {
    hint: "Use the layout `plain`.",
  });
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
  const isToken = typeof first === "object" && "ids" in first;
  return (isToken ? first.ids[0] : undefined) ?? facts.endOfTurnToken;
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
        pieces.push(controlPiece(tokens.get(match[0]) as number));
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
