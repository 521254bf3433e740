import { z } from "zod";
import type { ScoreRequest } from "../../../core/model.ts";
import { checkTokens, inOrder, parseReply, targetLogProbs, tokensOf } from "../check-reply.ts";
import { ReplyProblem, type ScoredBatch, type ScoringApi } from "../scoring-api.ts";
import { MAXIMUM_STOPS, readGeneration } from "./openai-echo.ts";
import type { HttpRequest } from "../transport.ts";

const PATH = "/v1/completions";

const promptSchema = z.object({ index: z.int(), prompt_token_ids: z.array(z.int()) });

const promptsSchema = z.object({ choices: z.array(promptSchema) });

const rowSchema = z.object({
  token_id: z.int(),
  bytes: z.array(z.int().min(0).max(255)),
  /** Of the model itself; what was drawn from stands under another name. */
  logprob: z.number().nullish(),
});

const echoSchema = z.object({
  choices: z.array(
    promptSchema.extend({ logprobs: z.object({ content: z.array(rowSchema) }).nullish() }),
  ),
  usage: z
    .object({ prompt_tokens_details: z.object({ cached_tokens: z.int().nullish() }).nullish() })
    .nullish(),
});

type Echo = z.infer<typeof echoSchema>["choices"][number];

/** Two texts that begin with different tokens: what both begin with the server puts in front. */
const DIFFERENT_TEXTS = ["a", "b"] as const;

/** Fireworks: of a prompt the last tokens are echoed, each with its id and log-probability. */
export const FIREWORKS: ScoringApi = {
  name: "fireworks",
  label: "Fireworks",
  // It does not say that it takes a request that writes nothing.
  writtenTokens: 1,
  batchRequests: 32,
  stepwise: false,
  prefixSharing: false,
  prefixSharingNote: "Fireworks does not say that it does while it scores prompts",
  tokenizer: {
    // There is no tokenizer to ask: a completion tells the ids of its prompt.
    tokenizeRequest: (model, text, specialTokens) =>
      completion(model, specialTokens ? [text] : [...DIFFERENT_TEXTS, text]),
    readTokens: (reply, specialTokens) => (specialTokens ? readWhole(reply) : readBare(reply)),
    // A conversation that ends with the answer cannot be asked for, nor so how an answer ends.
    chatRequest: () => null,
    detokenizeRequest: (model, tokens) =>
      completion(model, [tokens], { echo: true, logprobs: true }),
    readText,
  },
  scoreRequest: (model, requests) =>
    completion(model, requests.map(tokensOf), {
      echo_last: echoedTokens(requests),
      logprobs: true,
      top_logprobs: 0,
    }),
  readScores,
  generateRequest: (model, { context, maxTokens, sampling, seed, stop }) =>
    completion(model, [[...context]], {
      max_tokens: maxTokens,
      temperature: sampling.temperature,
      // The model's own generation_config would otherwise decide.
      top_p: sampling.topP,
      top_k: sampling.topK,
      min_p: sampling.minP,
      repetition_penalty: 1,
      presence_penalty: 0,
      frequency_penalty: 0,
      seed,
      ...(stop.length === 0 ? {} : { stop: stop.slice(0, MAXIMUM_STOPS) }),
    }),
  readGeneration,
};

/** Writes one token where nothing else is said, and is refused where the context is too short. */
function completion(
  model: string,
  prompt: readonly (string | readonly number[])[],
  fields: Readonly<Record<string, unknown>> = {},
): HttpRequest {
  return {
    path: PATH,
    body: {
      model,
      prompt,
      max_tokens: 1,
      temperature: 0,
      return_token_ids: true,
      context_length_exceeded_behavior: "error",
      ...fields,
    },
  };
}

function readPrompts(reply: unknown, count: number): readonly (readonly number[])[] {
  const { choices } = parseReply(promptsSchema, reply);
  return inOrder(choices, count).map(({ prompt_token_ids: ids }) => ids);
}

function readWhole(reply: unknown): readonly number[] {
  const [ids = []] = readPrompts(reply, 1);
  return ids;
}

/** The text's ids without what the server puts in front of every text. */
function readBare(reply: unknown): readonly number[] {
  const [one = [], other = [], ids = []] = readPrompts(reply, DIFFERENT_TEXTS.length + 1);
  const different = one.findIndex((token, place) => token !== other[place]);
  const begin = one.slice(0, different);
  if (different < 0 || begin.some((token, place) => token !== ids[place])) {
    throw new ReplyProblem("the server does not put the same tokens in front of every text");
  }
  return ids.slice(begin.length);
}

function readText(reply: unknown): string {
  const [choice] = inOrder(parseReply(echoSchema, reply).choices, 1);
  const { prompt_token_ids: ids, logprobs } = choice as Echo;
  const rows = logprobs?.content.slice(0, ids.length) ?? [];
  checkTokens(
    { id: "the text of tokens" },
    ids,
    rows.map(({ token_id: id }) => id),
  );
  return Buffer.from(rows.flatMap(({ bytes }) => bytes)).toString("utf8");
}

/** One number for a whole request: its longest target. */
function echoedTokens(requests: readonly ScoreRequest[]): number {
  return Math.max(...requests.map(({ target }) => target.length));
}

function readScores(reply: unknown, requests: readonly ScoreRequest[]): ScoredBatch {
  const { choices, usage } = parseReply(echoSchema, reply);
  const echoed = echoedTokens(requests);
  const answers = inOrder(choices, requests.length);
  return {
    results: requests.map((request, index) => {
      const logProbs = logProbsOf(request, answers[index] as Echo, echoed);
      return targetLogProbs(request, logProbs);
    }),
    cachedTokens: usage?.prompt_tokens_details?.cached_tokens ?? 0,
  };
}

/** The log-probabilities of all tokens; null for those that are not echoed. */
function logProbsOf(
  request: ScoreRequest,
  { prompt_token_ids: ids, logprobs }: Echo,
  asked: number,
): readonly (number | null)[] {
  const sent = tokensOf(request);
  checkTokens(request, sent, ids);
  const rows = logprobs?.content ?? [];
  const echoed = Math.min(asked, sent.length);
  // The one token that was written may stand at the end.
  if (rows.length !== echoed && rows.length !== echoed + 1) {
    throw new ReplyProblem(
      `${request.id}: the last ${echoed} tokens were to be echoed, ${rows.length} log-probabilities came back`,
      "Is this Fireworks, and not a gateway that drops `echo_last`? `pmpo probe` says what an endpoint does.",
    );
  }
  const before = sent.length - echoed;
  checkTokens(
    request,
    sent.slice(before),
    rows.slice(0, echoed).map(({ token_id: id }) => id),
  );
  // What stands at a prompt's very first token means nothing, and is nobody's target.
  return [...Array<null>(before).fill(null), ...rows.map(({ logprob }) => logprob ?? null)];
}
