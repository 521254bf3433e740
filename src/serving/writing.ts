import type { WriteRequest, WrittenToken } from "../core/local-model.ts";
import type { Generation, TokenIds } from "../core/model.ts";
import { deriveSeed } from "../core/random.ts";
import type { Caller } from "./engine-queue.ts";
import { samplingOf, stopsOf, type WritingFields } from "./request-fields.ts";
import type { Service } from "./service.ts";
import { TextStream } from "./text-stream.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** A text with the tokens it was written by. */
export interface WrittenText {
  readonly text: string;
  readonly tokens: readonly WrittenToken[];
  readonly finish: Generation["finish"];
  /** The text that ended it; null where something else did. */
  readonly stoppedBy: string | null;
}

/** A piece of one of several texts that are being written. */
export interface TextPart {
  readonly index: number;
  readonly text: string;
  /** Those drawn since the piece before. */
  readonly tokens: readonly WrittenToken[];
  /** With the last piece. */
  readonly whole: WrittenText | null;
}

/** As many requests as texts are asked for, each with a seed of its own. */
export function writeRequests(
  fields: WritingFields,
  context: TokenIds,
  { maxTokens, topCount }: Pick<WriteRequest, "maxTokens" | "topCount">,
  { randomSeed }: Service,
): readonly WriteRequest[] {
  return Array.from({ length: fields.n ?? 1 }, (_, text) => ({
    id: `text ${text + 1}`,
    context,
    maxTokens,
    topCount,
    sampling: samplingOf(fields),
    seed: seedOf(fields.seed ?? randomSeed(), text),
    stop: stopsOf(fields),
  }));
}

function seedOf(seed: number, text: number): number {
  return text === 0 ? seed : deriveSeed(seed, "text", text);
}

/** Writes one text to its end. */
export async function writeText(
  request: WriteRequest,
  { queue, vocabulary }: Service,
  caller: Caller,
): Promise<WrittenText> {
  const tokens: WrittenToken[] = [];
  const generation = await queue.write(request, (written) => tokens.push(written), caller);
  return wholeText(generation, tokens, request.stop, vocabulary);
}

/** Writes texts at once and hands out every piece as soon as it is certain. */
export function writeParts(
  requests: readonly WriteRequest[],
  { queue, vocabulary }: Service,
  caller: Caller,
): ReadableStream<TextPart> {
  let open = true;
  const writePart = async (
    request: WriteRequest,
    index: number,
    tell: (part: TextPart) => void,
  ): Promise<void> => {
    const stream = new TextStream(request.stop);
    const tokens: WrittenToken[] = [];
    let told = 0;
    const sinceThen = (): readonly WrittenToken[] => tokens.slice(told, (told = tokens.length));
    const generation = await queue.write(
      request,
      (written) => {
        tokens.push(written);
        const text = stream.push(vocabulary.bytes(written.token));
        if (text !== "") tell({ index, text, tokens: sinceThen(), whole: null });
      },
      caller,
    );
    const whole = wholeText(generation, tokens, request.stop, vocabulary);
    tell({ index, text: stream.end(whole.text), tokens: sinceThen(), whole });
  };
  const writeAll = async (parts: ReadableStreamDefaultController<TextPart>): Promise<void> => {
    const tell = (part: TextPart): void => {
      if (open) parts.enqueue(part);
    };
    try {
      await Promise.all(requests.map((request, index) => writePart(request, index, tell)));
      if (open) parts.close();
    } catch (error) {
      if (open) parts.error(error);
      open = false;
    }
  };
  return new ReadableStream<TextPart>({
    start: (parts) => void writeAll(parts),
    cancel: () => {
      open = false;
    },
  });
}

function wholeText(
  { text, finish }: Generation,
  tokens: readonly WrittenToken[],
  stop: readonly string[],
  vocabulary: Vocabulary,
): WrittenText {
  const stoppedBy = finish === "stop" ? firstStop(tokens, stop, vocabulary) : null;
  return { text, finish, tokens, stoppedBy };
}

/** Which of the texts stands first in what was written. */
function firstStop(
  tokens: readonly WrittenToken[],
  stop: readonly string[],
  vocabulary: Vocabulary,
): string | null {
  const bytes = Buffer.concat(tokens.map(({ token }) => vocabulary.bytes(token)));
  const text = bytes.toString("utf8");
  const found = stop
    .map((each) => ({ each, place: text.indexOf(each) }))
    .filter(({ place }) => place >= 0)
    .sort((a, b) => a.place - b.place);
  return found[0]?.each ?? null;
}

/** OpenAI's word for why a text ended. */
export function finishReason(finish: Generation["finish"]): "stop" | "length" {
  return finish === "length" ? "length" : "stop";
}

/** OpenAI's count of tokens. */
export function usageOf(promptTokens: number, texts: readonly WrittenText[]): object {
  const completionTokens = texts.reduce((sum, { tokens }) => sum + tokens.length, 0);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}
