import { createHash } from "node:crypto";
import type { Message } from "../../core/candidate.ts";
import { modelError } from "../../core/errors.ts";
import type { Writing } from "../encoding/encode-pieces.ts";
import { chatAnswer, type ChatAnswers, plainAnswer, plainContext } from "../encoding/pieces.ts";
import { HttpError } from "./http-error.ts";
import { ASK_FOR_ESTIMATE } from "./known-servers.ts";
import type { ServerTokenizer } from "./server-tokenizer.ts";

const QUESTION: Message = { role: "user", content: "A question" };
const PROBE: Message = { role: "assistant", content: "An answer to find again" };

/** How a server writes conversations, learnt from one that it is given. */
interface ServerChat extends ChatAnswers {
  /** Whether a prompt ends in text that the answer continues, and not in a control token. */
  readonly endsInText: boolean;
}

/** How a server's model writes prompts and answers. */
export interface ServerWriting extends Writing {
  /** Whether the server writes conversations. */
  readonly chat: boolean;
  /** sha256 of what stands for the template: a conversation in its writing. */
  readonly template: string;
}

/** What ends a text in the usual vocabularies: stands for its start where there is no begin token. */
const END_NAMES = ["<|endoftext|>", "<|end_of_text|>", "</s>", "<eos>", "<|im_end|>"] as const;

/** Learns from a server how its model writes. */
export async function learnWriting(tokenizer: ServerTokenizer): Promise<ServerWriting> {
  const begin = await beginToken(tokenizer).catch(refuseWithoutTokenizer);
  const start = begin ?? (await endToken(tokenizer));
  const conversation = await conversationOf(tokenizer);
  const chat = conversation === null ? null : await chatOf(tokenizer, conversation);
  const needChat = (): ServerChat => {
    if (chat !== null) return chat;
    throw modelError("NO_CHAT_TEMPLATE", "The endpoint has no chat template for this model", {
      hint: "Use the layout `plain`, or start the server with a chat template.",
    });
  };
  return {
    chat: chat !== null,
    template: createHash("sha256").update(JSON.stringify(conversation)).digest("hex"),
    context: async (prompt) => {
      if (prompt.kind === "text") return plainContext(prompt.text);
      const { endsInText } = needChat();
      return [{ ids: [...(await refusedByTemplate(tokenizer, prompt.messages))], endsInText }];
    },
    answer: (request) =>
      request.prompt.kind === "text"
        ? plainAnswer(request.prompt.text, request)
        : chatAnswer(request, needChat()),
    withBegin: (ids, { kind }) => {
      // A template writes whatever it wants to stand in front.
      if (kind === "chat" || (begin !== null && ids[0] === begin)) return ids;
      if (begin !== null) return [begin, ...ids];
      return ids.length > 0 || start === null ? ids : [start];
    },
  };
}

function refuseWithoutTokenizer(error: unknown): never {
  if (!(error instanceof HttpError) || error.code !== "ENDPOINT_NOT_FOUND") throw error;
  throw modelError(
    "ENDPOINT_NO_TOKENIZER",
    `The endpoint cuts no texts into tokens, without which no answer can be scored exactly: ${error.message}`,
    {
      hint: `Servers with /tokenize can: vLLM and SGLang. A GGUF file pmpo scores itself. ${ASK_FOR_ESTIMATE}`,
    },
  );
}

/** The token that the server puts in front of texts; null where it puts none there. */
async function beginToken(tokenizer: ServerTokenizer): Promise<number | null> {
  const [bare = []] = await tokenizer.rawTokens(["a"]);
  const [whole = []] = await tokenizer.rawTokens(["a"], { specialTokens: true });
  return whole.length > bare.length && whole[1] === bare[0] ? (whole[0] ?? null) : null;
}

async function endToken(tokenizer: ServerTokenizer): Promise<number | null> {
  for (const name of END_NAMES) {
    if (await tokenizer.isTokenName(name))
      return (await tokenizer.rawTokens([name]))[0]?.[0] ?? null;
  }
  return null;
}

/** A question as a prompt, and the same with its answer. */
interface Conversation {
  readonly prompt: readonly number[];
  readonly whole: readonly number[];
}

/** Null where the server writes no conversations with this model. */
async function conversationOf(tokenizer: ServerTokenizer): Promise<Conversation | null> {
  try {
    const prompt = [...(await tokenizer.chat([QUESTION], true))];
    return { prompt, whole: [...(await tokenizer.chat([QUESTION, PROBE], false))] };
  } catch (error) {
    if (isRefusal(error) || isWithoutTemplate(error)) return null;
    throw error;
  }
}

async function chatOf(
  tokenizer: ServerTokenizer,
  { prompt, whole }: Conversation,
): Promise<ServerChat> {
  const texts = await tokenizer.tokenTexts(Int32Array.from(whole));
  const text = texts.join("");
  const place = text.lastIndexOf(PROBE.content);
  const continues = prompt.every((token, index) => whole[index] === token);
  const before = continues ? text.slice(texts.slice(0, prompt.length).join("").length, place) : "";
  const [last = ""] = await tokenizer.tokenTexts(Int32Array.from(prompt.slice(-1)));
  return {
    // Anything but blanks, such as an empty thought, is not what the model is asked to go on from.
    beforeAnswer: place >= 0 && before.trim() === "" ? before : "",
    endOfTurn: await tokenAt(tokenizer, { whole, texts }, place + PROBE.content.length),
    endsInText: !(await tokenizer.isTokenName(last)),
  };
}

/** The control token that begins at a place of the text; null where there is none. */
async function tokenAt(
  tokenizer: ServerTokenizer,
  { whole, texts }: { readonly whole: readonly number[]; readonly texts: readonly string[] },
  end: number,
): Promise<number | null> {
  let place = 0;
  for (const [index, text] of texts.entries()) {
    if (place === end) return (await tokenizer.isTokenName(text)) ? (whole[index] ?? null) : null;
    place += text.length;
  }
  return null;
}

async function refusedByTemplate(
  tokenizer: ServerTokenizer,
  messages: readonly Message[],
): Promise<readonly number[] | Int32Array> {
  try {
    return await tokenizer.chat(messages, true);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw modelError(
      "CHAT_TEMPLATE_REFUSES",
      `The model's chat template refuses this conversation (${messages.map(({ role }) => role).join(", ")}): ${error.message}`,
      { hint: "Some models take no system message: use the layout `user` or `user-last`." },
    );
  }
}

function isRefusal(error: unknown): error is HttpError {
  return error instanceof HttpError && error.code === "ENDPOINT_REFUSED";
}

function isWithoutTemplate(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "NO_CHAT_TEMPLATE";
}
