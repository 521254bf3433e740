import { z } from "zod";
import type { ScoreRequest } from "../../../core/model.ts";
import { checkTokens, parseReply, targetLogProbs, tokensOf } from "../check-reply.ts";
import { readColumn } from "../npy.ts";
import { ReplyProblem, type ScoredBatch, type ScoringApi } from "../scoring-api.ts";
import type { HttpRequest } from "../transport.ts";
import { VLLM } from "./vllm.ts";

const scoresSchema = z.object({
  prompt_token_id_logprobs: z.string().nullish(),
  prompt_token_ids: z.array(z.int()),
  usage: z
    .object({ prompt_tokens_details: z.object({ cached_tokens: z.int().nullish() }).nullish() })
    .nullish(),
});

/**
 * vLLM where it was started with `--enable-scale-out` and has its second model runner: of a prompt
 * only the answer is scored, the rest is read from its cache. One prompt a request.
 */
export const VLLM_SUFFIX: ScoringApi = {
  ...VLLM,
  name: "vllm-suffix",
  numbersOf: "vllm",
  batchRequests: 1,
  concurrency: 128,
  prefixSharingNote:
    "vLLM reads them from its cache without saying how much; started with --enable-prompt-tokens-details, it says so",
  scoreRequest: (model, [request]) => suffixRequest(model, request as ScoreRequest, false),
  uncachedRequest: (model, [request]) => suffixRequest(model, request as ScoreRequest, true),
  readScores: (reply, [request]) => readScores(reply, request as ScoreRequest),
};

function suffixRequest(
  model: string,
  { context, target }: ScoreRequest,
  skipsCache: boolean,
): HttpRequest {
  return {
    path: "/inference/v1/generate",
    body: {
      model,
      token_ids: [...context, ...target],
      return_token_ids: true,
      sampling_params: {
        max_tokens: 1,
        temperature: 0,
        detokenize: false,
        // The row of a token is that of the token before it.
        prompt_logprob_start: context.length - 1,
        prompt_logprob_token_ids: Array.from(target, (token) => [token]),
        skip_reading_prefix_cache: skipsCache,
      },
    },
  };
}

/** Null where the cache reached into the answer, whose numbers are not kept there. */
function readScores(reply: unknown, request: ScoreRequest): ScoredBatch | null {
  const {
    prompt_token_ids: ids,
    prompt_token_id_logprobs: column,
    usage,
  } = parseReply(scoresSchema, reply);
  checkTokens(request, tokensOf(request), ids);
  if (column === null || column === undefined) return null;
  const { id, context, target } = request;
  const logProbs = readColumn(column);
  if (logProbs.length !== target.length) {
    throw new ReplyProblem(
      `${id}: ${target.length} tokens were to be scored, ${logProbs.length} log-probabilities came back`,
    );
  }
  const before = Array<null>(context.length).fill(null);
  return {
    results: [targetLogProbs(request, [...before, ...logProbs])],
    cachedTokens: usage?.prompt_tokens_details?.cached_tokens ?? 0,
  };
}
