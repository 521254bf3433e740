import type { Answer } from "./local-server.test-support.ts";
import { toyChat, toyLogProb, toyText, toyTokens, toyWriting } from "./toy-model.test-support.ts";

const CONTEXT_TOKENS = 4096;

/** The toy in llama-server's list of models. */
export const LLAMA_SERVER_MODEL: Readonly<Record<string, unknown>> = {
  id: "toy-135m",
  object: "model",
  owned_by: "llamacpp",
  meta: { n_vocab: 300, n_ctx: CONTEXT_TOKENS, n_ctx_train: CONTEXT_TOKENS },
};

interface Body {
  readonly content?: string;
  readonly tokens?: readonly number[];
  readonly messages?: readonly { readonly role: string; readonly content: string }[];
  readonly add_generation_prompt?: boolean;
  readonly prompt?: readonly number[];
  readonly n_predict?: number;
  readonly logit_bias?: readonly (readonly [token: number | string, bias: number])[];
  readonly n_probs?: number;
  readonly temperature?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
}

/** What llama-server answers. */
export function llamaServerAnswer(path: string, posted: unknown): Answer {
  const body = (posted ?? {}) as Body;
  if (path === "/props") return { json: { build_info: "b1-toy", total_slots: 1 } };
  if (path === "/tokenize") return { json: { tokens: toyTokens(body.content ?? "") } };
  if (path === "/detokenize") return { json: { content: toyText(body.tokens ?? []) } };
  if (path === "/apply-template") {
    const tokens = toyChat(body.messages ?? [], body.add_generation_prompt ?? true);
    return { json: { prompt: toyText(tokens) } };
  }
  if (path === "/completion") return { json: completion(body) };
  return { status: 404, json: { error: { code: 404, message: "File Not Found" } } };
}

function completion({
  prompt = [],
  logit_bias = [],
  n_predict: limit = -1,
  n_probs: count = 0,
  ...body
}: Body): unknown {
  const forced = logit_bias.flatMap(([token]) =>
    typeof token === "string" ? toyTokens(token) : [token],
  );
  const { text, stoppedBy, tokens } =
    forced.length === 0
      ? toyWriting(prompt, { ...body, max_tokens: limit })
      : { text: toyText(forced), stoppedBy: null, tokens: forced };
  return {
    content: text,
    stop_type: stoppedBy === null ? "limit" : "word",
    truncated: false,
    tokens_predicted: tokens.length,
    timings: { cache_n: prompt.length - 1, prompt_n: 1 },
    completion_probabilities: tokens.map((token, index) => ({
      id: token,
      token: toyText([token]),
      logprob: toyLogProb([...prompt, ...tokens.slice(0, index)], token),
      top_logprobs: likeliest(prompt, count),
    })),
  };
}

const VOCABULARY = Array.from({ length: 266 }, (_, token) => token);

function likeliest(prompt: readonly number[], count: number): readonly unknown[] {
  return VOCABULARY.map((id) => ({ id, token: "", bytes: [], logprob: toyLogProb(prompt, id) }))
    .toSorted((a, b) => b.logprob - a.logprob)
    .slice(0, count);
}
