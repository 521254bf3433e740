import type { Answer, SeenRequest } from "../local-server.test-support.ts";
import { toyChat, toyLogProb, toyText, toyTokens, toyWriting } from "../toy-model.test-support.ts";

interface Body {
  readonly prompt?: string;
  readonly messages?: readonly { readonly role: string; readonly content: string }[];
  readonly max_tokens?: number;
  readonly temperature?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  readonly logprobs?: number | boolean;
  readonly top_logprobs?: number;
}

/** Begin and end of a turn, and the bytes. */
const VOCABULARY = [1, 2, ...Array.from({ length: 256 }, (_, byte) => 10 + byte)];

/** Log-probabilities of all tokens, likeliest first; they add up to 1. */
export function toyDistribution(
  context: readonly number[],
): readonly { readonly token: number; readonly logProb: number }[] {
  const rows = VOCABULARY.map((token) => ({ token, logProb: toyLogProb(context, token) }));
  const total = Math.log(rows.reduce((sum, { logProb }) => sum + Math.exp(logProb), 0));
  return rows
    .map(({ token, logProb }) => ({ token, logProb: logProb - total }))
    .toSorted((a, b) => b.logProb - a.logProb);
}

/** The toy in a list of models, as whoever serves it there calls its owner. */
export function toyModels(ownedBy: string): Answer {
  return {
    json: { object: "list", data: [{ id: "toy-135m", object: "model", owned_by: ownedBy }] },
  };
}

/** A server of OpenAI's completions that takes texts and lists likely tokens in a table. */
export function tableAnswer({ path, body }: SeenRequest): Answer {
  if (path !== "/v1/completions") return { status: 404, json: { error: "Unexpected endpoint" } };
  const request = body as Body;
  const prompt = toyTokens(request.prompt ?? "");
  const { text, stoppedBy, tokens } = toyWriting(prompt, request);
  const top = toyDistribution(prompt).slice(0, request.logprobs as number);
  return {
    json: {
      choices: [
        {
          index: 0,
          text,
          finish_reason: stoppedBy === null ? "length" : "stop",
          logprobs: {
            tokens: tokens.map((token) => toyText([token])),
            top_logprobs: [
              Object.fromEntries(top.map(({ token, logProb }) => [toyText([token]), logProb])),
            ],
          },
        },
      ],
      usage: { prompt_tokens: prompt.length, completion_tokens: tokens.length },
    },
  };
}

/** DeepSeek, whose last message may be the beginning of the answer. */
export function deepseekAnswer({ path, body }: SeenRequest): Answer {
  if (path !== "/beta/chat/completions") return { status: 404, json: { error: { message: "no" } } };
  const request = body as Body;
  const messages = request.messages ?? [];
  const isBegun = messages.at(-1)?.role === "assistant";
  const asked = toyChat(isBegun ? messages.slice(0, -1) : messages, true);
  const prompt = [...asked, ...toyTokens(isBegun ? (messages.at(-1)?.content ?? "") : "")];
  const { text, stoppedBy, tokens } = toyWriting(prompt, request);
  const list = toyDistribution(prompt).slice(0, request.top_logprobs ?? 0);
  const row = ({ token, logProb }: (typeof list)[number]): object => ({
    token: toyText([token]),
    bytes: [...(token < 10 ? Buffer.from(toyText([token])) : [token - 10])],
    logprob: logProb,
  });
  return {
    json: {
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: text },
          finish_reason: stoppedBy === null ? "length" : "stop",
          logprobs:
            request.logprobs === true
              ? {
                  content: [{ token: text, logprob: -1, bytes: null, top_logprobs: list.map(row) }],
                }
              : null,
        },
      ],
      usage: {
        prompt_tokens: prompt.length,
        completion_tokens: tokens.length,
        prompt_cache_hit_tokens: prompt.length - 1,
        prompt_cache_miss_tokens: 1,
      },
    },
  };
}
