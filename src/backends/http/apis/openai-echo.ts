import { z } from "zod";
import type { GenerateRequest, Generation, ScoreRequest } from "../../../core/model.ts";
import { checkTokens, inOrder, parseReply, targetLogProbs, tokensOf } from "../check-reply.ts";
import {
  ReplyProblem,
  type ScoredBatch,
  type ScoringApi,
  type WrittenText,
} from "../scoring-api.ts";
import { VLLM } from "./vllm.ts";

const scoresSchema = z.object({
  choices: z.array(
    z.object({
      index: z.int(),
      logprobs: z
        .object({
          tokens: z.array(z.string()),
          token_logprobs: z.array(z.number().nullable()),
        })
        .nullish(),
    }),
  ),
});

const generationSchema = z.object({
  choices: z.tuple([z.object({ text: z.string(), finish_reason: z.string().nullable() })]),
  usage: z.object({
    completion_tokens: z.int(),
    prompt_tokens_details: z.object({ cached_tokens: z.int().nullish() }).nullish(),
  }),
});

/** OpenAI's completions ask for four at most; the text is cut at all of them here. */
export const MAXIMUM_STOPS = 4;

/** Any server with OpenAI's old completions that echoes prompts with log-probabilities. */
export const OPENAI_ECHO: ScoringApi = {
  name: "openai-echo",
  label: "OpenAI completions with echo",
  // Not every server takes a request that writes nothing.
  writtenTokens: 1,
  batchRequests: 32,
  stepwise: false,
  prefixSharing: false,
  prefixSharingNote: "the server does not say that it does",
  // OpenAI's interface has none; servers that have one follow vLLM's.
  tokenizer: VLLM.tokenizer,
  scoreRequest: (model, requests) => ({
    path: "/v1/completions",
    body: {
      model,
      prompt: requests.map(tokensOf),
      max_tokens: 1,
      temperature: 0,
      echo: true,
      logprobs: 1,
    },
  }),
  readScores,
  generateRequest: (model, request) => ({
    path: "/v1/completions",
    body: { model, prompt: [[...request.context]], ...writingFields(request) },
  }),
  readGeneration,
};

/** How OpenAI's interfaces are asked to write. */
export function writingFields({
  maxTokens,
  sampling,
  seed,
  stop,
}: GenerateRequest): Readonly<Record<string, unknown>> {
  return {
    max_tokens: maxTokens,
    temperature: sampling.temperature,
    top_p: sampling.topP,
    ...(sampling.topK === 0 ? {} : { top_k: sampling.topK }),
    ...(sampling.minP === 0 ? {} : { min_p: sampling.minP }),
    seed,
    ...(stop.length === 0 ? {} : { stop: stop.slice(0, MAXIMUM_STOPS) }),
  };
}

/** The same for servers where what is not said is not off. */
export function allWritingFields(request: GenerateRequest): Readonly<Record<string, unknown>> {
  const { topK, minP } = request.sampling;
  return { ...writingFields(request), top_k: topK, min_p: minP };
}

function readScores(reply: unknown, requests: readonly ScoreRequest[]): ScoredBatch {
  const choices = inOrder(parseReply(scoresSchema, reply).choices, requests.length);
  const results = requests.map((request, index) => {
    const logProbs = choices[index]?.logprobs ?? null;
    const sent = tokensOf(request);
    const count = logProbs?.token_logprobs.length ?? 0;
    if (logProbs === null || count < sent.length) {
      throw new ReplyProblem(
        `${request.id}: ${sent.length} tokens were sent to be echoed, ${count} log-probabilities came back`,
        "The server ignores `echo`, so it cannot score. vLLM and SGLang can; a GGUF file pmpo scores itself.",
      );
    }
    // The one token that was written may stand at the end.
    if (count > sent.length + 1 || logProbs.tokens.length !== count) {
      throw new ReplyProblem(
        `${request.id}: ${sent.length} tokens were sent, ${count} log-probabilities came back for ${logProbs.tokens.length} tokens`,
      );
    }
    if (logProbs.token_logprobs[0] !== null) {
      throw new ReplyProblem(
        `${request.id}: the first token has a log-probability, though nothing precedes it`,
        "The server puts the numbers of one token at another: it cannot score.",
      );
    }
    checkNamedTokens(request, sent, logProbs.tokens);
    return targetLogProbs(request, logProbs.token_logprobs);
  });
  return { results, cachedTokens: 0 };
}

/** Some servers are set to write tokens as `token_id:42`: those can be compared. */
function checkNamedTokens(
  request: ScoreRequest,
  sent: readonly number[],
  tokens: readonly string[],
): void {
  const ids = tokens.slice(0, sent.length).map((token) => /^token_id:(\d+)$/.exec(token)?.[1]);
  if (ids.some((id) => id === undefined)) return;
  checkTokens(request, sent, ids.map(Number));
}

/** What was written, cut at every stop text. Throws ReplyProblem. */
export function readGeneration(reply: unknown, request: GenerateRequest): WrittenText {
  const { choices, usage } = parseReply(generationSchema, reply);
  const [{ text, finish_reason: reason }] = choices;
  return {
    generation: {
      ...cutAtStops(text, reason, request),
      tokenCount: usage.completion_tokens,
    },
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
  };
}

/** A text up to its first stop text, and why it ends there; `reason` is the server's: `length` or `stop`. */
export function cutAtStops(
  text: string,
  reason: string | null,
  { stop }: Pick<GenerateRequest, "stop">,
): Pick<Generation, "text" | "finish"> {
  const ends = stop.map((each) => text.indexOf(each)).filter((place) => place >= 0);
  return ends.length === 0
    ? { text, finish: finishOf(reason, stop) }
    : { text: text.slice(0, Math.min(...ends)), finish: "stop" };
}

/** Servers do not say whether a stop text or the model itself ended a text. */
function finishOf(reason: string | null, stop: readonly string[]): Generation["finish"] {
  if (reason === "length") return "length";
  if (reason === "stop") return stop.length > 0 ? "stop" : "end";
  throw new ReplyProblem(`the server ended a text for another reason than asked: ${reason}`);
}
