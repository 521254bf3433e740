import { z } from "zod";
import type { Generation, ScoreRequest } from "../../../core/model.ts";
import { checkTokens, parseReply, targetLogProbs, tokensOf } from "../check-reply.ts";
import { ReplyProblem, type ScoredBatch, type ScoringApi } from "../scoring-api.ts";

const entry = z.tuple([z.number().nullable(), z.int()]).rest(z.unknown());

const scoreSchema = z.object({
  meta_info: z.object({
    cached_tokens: z.int().nullish(),
    input_token_logprobs: z.array(entry).nullish(),
  }),
});
/** A batch is answered in order; one prompt alone without a list around it. */
const scoresSchema = z.union([z.array(scoreSchema), scoreSchema.transform((one) => [one])]);

const generationSchema = z.object({
  text: z.string(),
  meta_info: z.object({
    completion_tokens: z.int(),
    cached_tokens: z.int().nullish(),
    finish_reason: z.object({
      type: z.string(),
      matched: z.union([z.string(), z.int()]).nullish(),
    }),
  }),
});

const generationsSchema = z.union([
  z.tuple([generationSchema]).transform(([one]) => one),
  generationSchema,
]);

/** SGLang's own interface: of a prompt only the end is scored, the rest is read from its cache. */
export const SGLANG: ScoringApi = {
  name: "sglang",
  label: "SGLang",
  writtenTokens: 1,
  batchRequests: 32,
  stepwise: false,
  prefixSharing: true,
  prefixSharingNote: "",
  tokenizer: {
    tokenizeRequest: (model, text, specialTokens) => ({
      path: "/tokenize",
      body: { model, prompt: text, add_special_tokens: specialTokens },
    }),
    readTokens: (reply) => parseReply(z.object({ tokens: z.array(z.int()) }), reply).tokens,
    // Its tokenizer takes texts alone, and its interface for ids writes no conversations.
    chatRequest: () => null,
    detokenizeRequest: (model, tokens) => ({
      path: "/detokenize",
      body: { model, tokens, skip_special_tokens: false },
    }),
    readText: (reply) => parseReply(z.object({ text: z.string() }), reply).text,
  },
  scoreRequest: (_model, requests) => ({
    path: "/generate",
    body: {
      input_ids: requests.map(tokensOf),
      sampling_params: { max_new_tokens: 1, temperature: 0 },
      return_logprob: true,
      // The first entry never has a number: one token earlier gives the whole target.
      logprob_start_len: requests.map(({ context }) => context.length - 1),
      top_logprobs_num: 0,
      return_text_in_logprobs: false,
    },
  }),
  readScores,
  generateRequest: (_model, { context, maxTokens, sampling, seed, stop }) => ({
    path: "/generate",
    body: {
      input_ids: [[...context]],
      sampling_params: {
        max_new_tokens: maxTokens,
        temperature: sampling.temperature,
        top_p: sampling.topP,
        top_k: sampling.topK === 0 ? -1 : sampling.topK,
        min_p: sampling.minP,
        // Older servers do not know it: only sent where something is drawn.
        ...(sampling.temperature === 0 ? {} : { sampling_seed: seed }),
        stop,
      },
    },
  }),
  readGeneration: (reply) => {
    const { text, meta_info } = parseReply(generationsSchema, reply);
    return {
      generation: {
        text,
        tokenCount: meta_info.completion_tokens,
        finish: finishOf(meta_info.finish_reason),
      },
      cachedTokens: meta_info.cached_tokens ?? 0,
    };
  },
};

function readScores(reply: unknown, requests: readonly ScoreRequest[]): ScoredBatch {
  const answers = parseReply(scoresSchema, reply);
  if (answers.length !== requests.length) {
    throw new ReplyProblem(
      `${requests.length} prompts were sent, ${answers.length} results came back`,
    );
  }
  const results = requests.map((request, index) => {
    const entries = answers[index]?.meta_info.input_token_logprobs ?? null;
    if (entries === null) {
      throw new ReplyProblem(
        `${request.id}: there are no log-probabilities of the prompt in the answer`,
      );
    }
    const { context } = request;
    const scored = tokensOf(request).slice(context.length - 1);
    checkTokens(
      request,
      scored,
      entries.map(([, token]) => token),
    );
    if (entries[0]?.[0] !== null) {
      throw new ReplyProblem(
        `${request.id}: the entry before the answer has a log-probability, though none was asked for`,
      );
    }
    const before = Array<null>(context.length - 1).fill(null);
    return targetLogProbs(request, [...before, ...entries.map(([logProb]) => logProb)]);
  });
  const cachedTokens = answers.reduce(
    (sum, { meta_info }) => sum + (meta_info.cached_tokens ?? 0),
    0,
  );
  return { results, cachedTokens };
}

function finishOf({
  type,
  matched,
}: z.infer<typeof generationSchema>["meta_info"]["finish_reason"]): Generation["finish"] {
  if (type === "length") return "length";
  if (type === "stop") return typeof matched === "string" ? "stop" : "end";
  throw new ReplyProblem(`the server ended a text for another reason than asked: ${type}`);
}
