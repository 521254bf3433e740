import { z } from "zod";
import type { TokenIds } from "../core/model.ts";
import { ApiError, invalidField } from "./api-error.ts";
import { MAXIMUM_PROMPTS } from "./request-fields.ts";
import type { Service } from "./service.ts";

const text = z.string();
const ids = z.array(z.int().min(0)).min(1);

/** A text, token ids, or an array of either. */
export type Prompts =
  | string
  | readonly number[]
  | readonly string[]
  | readonly (readonly number[])[];

/** None of them empty. */
export const PROMPTS: z.ZodType<Prompts> = z.union(
  [text, z.array(text).min(1).max(MAXIMUM_PROMPTS), ids, z.array(ids).min(1).max(MAXIMUM_PROMPTS)],
  {
    error: `expected a text, token ids, or an array of at most ${MAXIMUM_PROMPTS} of either, none of them empty`,
  },
);

/** A prompt as it was sent: a text, or token ids. */
export type GivenPrompt = string | readonly number[];

/** The prompts of a request, one by one. */
export function promptsOf(prompt: Prompts): readonly GivenPrompt[] {
  if (typeof prompt === "string") return [prompt];
  return typeof prompt[0] === "number"
    ? [prompt as readonly number[]]
    : (prompt as readonly GivenPrompt[]);
}

/** The token ids of prompts; names of control tokens in texts are read as those tokens. */
export async function promptTokens(
  prompts: readonly GivenPrompt[],
  { addSpecialTokens }: { readonly addSpecialTokens: boolean },
  { model }: Service,
): Promise<readonly TokenIds[]> {
  const texts = prompts.filter((prompt) => typeof prompt === "string");
  const tokenized = texts.length === 0 ? [] : await model.tokenizeWithControls(texts);
  let next = 0;
  return prompts.map((prompt, index) => {
    if (typeof prompt !== "string") return checkedIds(prompt, index, model.vocabularySize);
    const tokens = tokenized[next++] as TokenIds;
    const { beginToken } = model;
    return addSpecialTokens && beginToken !== null && tokens[0] !== beginToken
      ? withFirst(beginToken, tokens)
      : tokens;
  });
}

function withFirst(first: number, tokens: TokenIds): TokenIds {
  const all = new Int32Array(tokens.length + 1);
  all[0] = first;
  all.set(tokens, 1);
  return all;
}

function checkedIds(prompt: readonly number[], index: number, vocabularySize: number): TokenIds {
  const place = prompt.findIndex((token) => token >= vocabularySize);
  if (place >= 0) {
    throw invalidField(
      `prompt[${index}][${place}]`,
      `${prompt[place]} is no token of this model, which has ${vocabularySize}`,
    );
  }
  return Int32Array.from(prompt);
}

/** Refuses a prompt that is empty or leaves no room to write. */
export function checkLength(
  param: string,
  promptCount: number,
  newTokens: number,
  contextTokens: number,
): void {
  if (promptCount === 0) throw invalidField(param, "the prompt has no tokens");
  if (promptCount + newTokens <= contextTokens) return;
  throw new ApiError(
    400,
    `${param}: this model's maximum context length is ${contextTokens} tokens; the prompt has ${promptCount}, and ${newTokens} are to be written`,
    { param, code: "context_length_exceeded" },
  );
}
