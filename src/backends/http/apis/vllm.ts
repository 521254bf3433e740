import { z } from "zod";
import type { Generation, ScoreRequest } from "../../../core/model.ts";
import { DATE_STRING } from "../../encoding/fixed-date.ts";
import { checkTokens, inOrder, parseReply, targetLogProbs, tokensOf } from "../check-reply.ts";
import { ReplyProblem, type ScoredBatch, type ScoringApi } from "../scoring-api.ts";

const usageSchema = z.object({
  prompt_tokens_details: z.object({ cached_tokens: z.int().nullish() }).nullish(),
});

const scoresSchema = z.object({
  choices: z.array(
    z.object({
      index: z.int(),
      prompt_token_ids: z.array(z.int()).nullish(),
      prompt_logprobs: z
        .array(z.record(z.string(), z.object({ logprob: z.number() })).nullable())
        .nullish(),
    }),
  ),
});

type Entry = Readonly<Record<string, { readonly logprob: number }>> | null;

const generationSchema = z.object({
  choices: z.tuple([
    z.object({
      text: z.string(),
      finish_reason: z.string().nullable(),
      stop_reason: z.union([z.string(), z.int()]).nullish(),
      token_ids: z.array(z.int()).nullish(),
    }),
  ]),
  usage: usageSchema.extend({ completion_tokens: z.int() }),
});

/** vLLM: prompts as token ids, with `prompt_logprobs` for the tokens themselves. */
export const VLLM: ScoringApi = {
  name: "vllm",
  label: "vLLM",
  // Scoring alone is not offered: one token is always written.
  writtenTokens: 1,
  batchRequests: 32,
  stepwise: false,
  prefixSharing: false,
  prefixSharingNote: "vLLM reads no cached prefixes while it scores prompts",
  tokenizer: {
    tokenizeRequest: (model, text, specialTokens) => ({
      path: "/tokenize",
      body: { model, prompt: text, add_special_tokens: specialTokens },
    }),
    readTokens: (reply) => parseReply(z.object({ tokens: z.array(z.int()) }), reply).tokens,
    chatRequest: (model, messages, addGenerationPrompt) => ({
      path: "/tokenize",
      body: {
        model,
        messages,
        add_generation_prompt: addGenerationPrompt,
        add_special_tokens: false,
        chat_template_kwargs: { date_string: DATE_STRING },
      },
    }),
    detokenizeRequest: (model, tokens) => ({ path: "/detokenize", body: { model, tokens } }),
    readText: (reply) => parseReply(z.object({ prompt: z.string() }), reply).prompt,
  },
  scoreRequest: (model, requests) => ({
    path: "/v1/completions",
    body: {
      model,
      prompt: requests.map(tokensOf),
      max_tokens: 1,
      temperature: 0,
      prompt_logprobs: 0,
      return_token_ids: true,
    },
  }),
  readScores,
  generateRequest: (model, { context, maxTokens, sampling, seed, stop }) => ({
    path: "/v1/completions",
    body: {
      model,
      prompt: [[...context]],
      max_tokens: maxTokens,
      temperature: sampling.temperature,
      top_p: sampling.topP,
      top_k: sampling.topK,
      min_p: sampling.minP,
      // The model's own generation_config would otherwise decide.
      repetition_penalty: 1,
      presence_penalty: 0,
      frequency_penalty: 0,
      seed,
      stop,
      return_token_ids: true,
    },
  }),
  readGeneration: (reply) => {
    const { choices, usage } = parseReply(generationSchema, reply);
    const [{ text, finish_reason, stop_reason, token_ids }] = choices;
    return {
      generation: {
        text,
        tokenCount: token_ids?.length ?? usage.completion_tokens,
        finish: finishOf(finish_reason, stop_reason),
      },
      cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    };
  },
};

function readScores(reply: unknown, requests: readonly ScoreRequest[]): ScoredBatch {
  const choices = inOrder(parseReply(scoresSchema, reply).choices, requests.length);
  const results = requests.map((request, index) => {
    const { prompt_logprobs: entries, prompt_token_ids: ids } = choices[
      index
    ] as (typeof choices)[0];
    if (entries === null || entries === undefined) {
      throw new ReplyProblem(
        `${request.id}: there are no log-probabilities of the prompt in the answer`,
        "Is this vLLM, and not a gateway that drops `prompt_logprobs`? `pmpo probe` says what an endpoint does.",
      );
    }
    const sent = tokensOf(request);
    if (ids !== null && ids !== undefined) checkTokens(request, sent, ids);
    return targetLogProbs(request, logProbsOf(request, sent, entries));
  });
  return { results, cachedTokens: 0 };
}

/** An entry is keyed by token id; that of the token sent is always among them. */
function logProbsOf(
  { id }: ScoreRequest,
  sent: readonly number[],
  entries: readonly Entry[],
): readonly (number | null)[] {
  if (entries.length !== sent.length) {
    throw new ReplyProblem(
      `${id}: ${sent.length} tokens were sent, ${entries.length} log-probabilities came back`,
    );
  }
  if (entries[0] !== null) {
    throw new ReplyProblem(
      `${id}: the first token has a log-probability, though nothing precedes it`,
    );
  }
  return entries.map((entry, place) => {
    if (place === 0) return null;
    const own = entry?.[String(sent[place])];
    if (own !== undefined) return own.logprob;
    throw new ReplyProblem(`${id}: token ${place} (${sent[place]}) is missing from its own entry`);
  });
}

function finishOf(
  reason: string | null,
  stopReason: string | number | null | undefined,
): Generation["finish"] {
  if (reason === "length") return "length";
  if (reason === "stop") return typeof stopReason === "string" ? "stop" : "end";
  throw new ReplyProblem(`the server ended a text for another reason than asked: ${reason}`);
}
