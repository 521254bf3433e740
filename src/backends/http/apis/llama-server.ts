import { z } from "zod";
import type { Generation } from "../../../core/model.ts";
import { checkTokens, parseReply, targetLogProbs } from "../check-reply.ts";
import {
  type AskedScore,
  ReplyProblem,
  type ScoredBatch,
  type ScoringApi,
} from "../scoring-api.ts";
import type { HttpRequest } from "../transport.ts";

const tokenSchema = z.object({ id: z.int(), logprob: z.number() });

const replySchema = z.object({
  content: z.string(),
  stop_type: z.string(),
  truncated: z.boolean(),
  tokens_predicted: z.int(),
  timings: z.object({ cache_n: z.int().nullish() }).nullish(),
  completion_probabilities: z
    .array(tokenSchema.extend({ top_logprobs: z.array(tokenSchema).nullish() }))
    .nullish(),
});

type Row = NonNullable<z.infer<typeof replySchema>["completion_probabilities"]>[number];

/**
 * llama.cpp's server. It tells log-probabilities of the tokens alone that it writes itself: so it is
 * made to write each token of the answer, and tells what the model thought of it before it was made to.
 */
export const LLAMA_SERVER: ScoringApi = {
  name: "llama-server",
  label: "llama-server",
  writtenTokens: 1,
  batchRequests: 1,
  stepwise: true,
  prefixSharing: true,
  prefixSharingNote: "",
  tokenizer: {
    tokenizeRequest: (_model, text, specialTokens) => ({
      path: "/tokenize",
      body: { content: text, add_special: specialTokens, parse_special: true },
    }),
    readTokens: (reply) => parseReply(z.object({ tokens: z.array(z.int()) }), reply).tokens,
    chatRequest: (_model, messages, addGenerationPrompt) => ({
      path: "/apply-template",
      body: {
        // An answer at the end would be left open, to be gone on with.
        messages: addGenerationPrompt ? messages : [...messages, { role: "user", content: "" }],
        add_generation_prompt: addGenerationPrompt,
      },
    }),
    readChatText: (reply) => parseReply(z.object({ prompt: z.string() }), reply).prompt,
    detokenizeRequest: (_model, tokens) => ({ path: "/detokenize", body: { tokens } }),
    readText: (reply) => parseReply(z.object({ content: z.string() }), reply).content,
  },
  scoreRequest: (model, requests) => {
    const [{ context, target, isPiece = false }] = requests as readonly [AskedScore];
    return completion(model, context, {
      n_predict: 1,
      temperature: 0,
      // Half a character it cannot write: that is read from the list of all tokens.
      n_probs: isPiece ? ALL_TOKENS : 1,
      post_sampling_probs: false,
      logit_bias: [[isPiece ? "a" : target[0], CERTAIN]],
    });
  },
  readScores,
  generateRequest: (model, { context, maxTokens, sampling, seed, stop }) =>
    completion(model, context, {
      n_predict: maxTokens,
      temperature: sampling.temperature,
      top_p: sampling.topP,
      top_k: sampling.topK,
      min_p: sampling.minP,
      seed,
      stop,
    }),
  readGeneration: (reply) => {
    const { content, tokens_predicted, stop_type, timings } = parseReply(replySchema, reply);
    return {
      generation: { text: content, tokenCount: tokens_predicted, finish: finishOf(stop_type) },
      cachedTokens: timings?.cache_n ?? 0,
    };
  },
};

const CERTAIN = 10_000;
const ALL_TOKENS = 10_000_000;

function completion(
  model: string,
  context: Int32Array,
  fields: Readonly<Record<string, unknown>>,
): HttpRequest {
  return {
    path: "/completion",
    body: {
      model,
      prompt: [...context],
      cache_prompt: true,
      // What the server was started with would otherwise decide.
      repeat_penalty: 1,
      presence_penalty: 0,
      frequency_penalty: 0,
      ...fields,
    },
  };
}

function readScores(reply: unknown, requests: readonly AskedScore[]): ScoredBatch {
  const [request] = requests as readonly [AskedScore];
  const { truncated, timings, completion_probabilities } = parseReply(replySchema, reply);
  const { id, context } = request;
  if (truncated) throw new ReplyProblem(`${id}: the server shortened the prompt`);
  const logProb = logProbOf(request, completion_probabilities ?? []);
  const before = Array<null>(context.length).fill(null);
  return {
    results: [targetLogProbs(request, [...before, logProb])],
    cachedTokens: timings?.cache_n ?? 0,
  };
}

function logProbOf(
  { id, target, isPiece = false }: AskedScore,
  rows: readonly Row[],
): number | null {
  if (isPiece) return rows[0]?.top_logprobs?.find((row) => row.id === target[0])?.logprob ?? null;
  checkTokens(
    { id },
    [...target],
    rows.map((row) => row.id),
  );
  return rows[0]?.logprob ?? null;
}

function finishOf(type: string): Generation["finish"] {
  if (type === "eos") return "end";
  if (type === "word") return "stop";
  if (type === "limit") return "length";
  throw new ReplyProblem(`the server ended a text for another reason than asked: ${type}`);
}
