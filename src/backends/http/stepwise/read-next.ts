import { z } from "zod";
import { parseReply } from "../check-reply.ts";
import { ReplyProblem } from "../scoring-api.ts";
import type { ListedToken, NextTokens } from "./next-token.ts";
import { LISTED_TOKENS, type ListedNext } from "./stepwise-api.ts";

const tokenSchema = z.object({
  token: z.string(),
  bytes: z.array(z.int().min(0).max(255)).nullish(),
  logprob: z.number(),
});

/** As chat completions have it, and llama-server everywhere. */
const contentSchema = z.object({
  content: z.array(z.object({ top_logprobs: z.array(tokenSchema).nullish() })).nullish(),
});

/** As OpenAI's completions have it: a table of texts for each token. */
const tableSchema = z.object({
  top_logprobs: z.array(z.record(z.string(), z.number()).nullable()).nullish(),
});

const replySchema = z.object({
  choices: z.tuple([z.object({ logprobs: contentSchema.extend(tableSchema.shape).nullish() })]),
  usage: z.object({
    prompt_tokens: z.int(),
    prompt_cache_hit_tokens: z.int().nullish(),
    prompt_tokens_details: z.object({ cached_tokens: z.int().nullish() }).nullish(),
  }),
});

/** The likeliest tokens of a reply that holds one token. */
export function readNext(reply: unknown): ListedNext {
  const { choices, usage } = parseReply(replySchema, reply);
  const [{ logprobs }] = choices;
  const rows = logprobs?.content?.[0]?.top_logprobs;
  const table = Object.entries(logprobs?.top_logprobs?.[0] ?? {});
  const listed =
    rows?.map(({ token, bytes, logprob }) => listedToken(token, bytes ?? null, logprob)) ??
    table.map(([token, logprob]) => listedToken(token, null, logprob));
  return {
    listed: likeliest(listed),
    promptTokens: usage.prompt_tokens,
    cachedTokens: usage.prompt_cache_hit_tokens ?? usage.prompt_tokens_details?.cached_tokens ?? 0,
  };
}

function listedToken(text: string, bytes: readonly number[] | null, logProb: number): ListedToken {
  if (text.startsWith("token_id:")) {
    throw new ReplyProblem(
      "the server names likely tokens by their ids, not by their texts",
      "Start vLLM without --return-tokens-as-token-ids.",
    );
  }
  if (bytes !== null && (bytes.length > 0 || text === "")) {
    return { text, bytes: Uint8Array.from(bytes), logProb };
  }
  const isWhole = !text.includes("\uFFFD") && !text.startsWith("bytes:");
  return { text, bytes: isWhole ? Buffer.from(text) : null, logProb };
}

/** Some servers add the token that they drew, which may be less likely than others that are not listed. */
function likeliest(tokens: NextTokens): NextTokens {
  return tokens.toSorted((a, b) => b.logProb - a.logProb).slice(0, LISTED_TOKENS);
}
