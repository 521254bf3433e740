import type { ScoringApiName } from "../../core/endpoint.ts";
import type { ScoreRequest } from "../../core/model.ts";
import { APIS } from "./apis/all.ts";
import { VLLM } from "./apis/vllm.ts";
import { VLLM_SUFFIX } from "./apis/vllm-suffix.ts";
import { HttpError } from "./http-error.ts";
import { isOneModel, numberGap } from "./number-gap.ts";
import { scoreBatches } from "./score-batches.ts";
import type { ScoredBatch, ScoringApi } from "./scoring-api.ts";
import type { ServerTokenizer } from "./server-tokenizer.ts";
import type { Transport } from "./transport.ts";

/** A model at a server whose tokenizer is known. */
interface OpenedServer {
  readonly client: Transport;
  /** As the server names it. */
  readonly model: string;
  readonly tokenizer: ServerTokenizer;
  readonly signal: AbortSignal | undefined;
}

/** Settles how a model is scored, with what only its server can tell. */
export type FindApi = (
  chosen: ScoringApiName,
  server: OpenedServer,
) => ScoringApi | Promise<ScoringApi>;

/** The interface as it is chosen. */
export const chosenApi: FindApi = (chosen) => APIS[chosen];

/** The interface that the user named, and what its server does with its cache. */
export const namedApi: FindApi = async (named, server) => {
  if (named !== "vllm-suffix") return APIS[named];
  return suffixApi(await repeatedSuffix(server, await sampleRequest(server)));
};

/**
 * The best of a server's own interfaces. At vLLM that is the one for answers alone, where the
 * server has it and gives the numbers of the usual one, out of its cache too.
 */
export const bestApi: FindApi = async (chosen, server) => {
  if (chosen !== "vllm") return APIS[chosen];
  const request = await sampleRequest(server);
  try {
    const repeated = await repeatedSuffix(server, request);
    const whole = await scored(server, VLLM, request);
    return isOneModel(numberGap(numbersOf(repeated), numbersOf(whole)))
      ? suffixApi(repeated)
      : VLLM;
  } catch (error) {
    if (error instanceof HttpError && error.isLasting) return VLLM;
    throw error;
  }
};

const SAMPLE = "The capital of France is Paris, and the capital of Italy is Rome. ".repeat(12);
/** One more than whole blocks of a cache hold, which are of 16, 32 or 64 tokens as a rule. */
const CONTEXT_TOKENS = 65;
const TARGET_TOKENS = 8;

async function sampleRequest({ tokenizer }: OpenedServer): Promise<ScoreRequest> {
  const [tokens = new Int32Array()] = await tokenizer.tokenize([SAMPLE]);
  return {
    id: "sample",
    context: tokens.slice(0, CONTEXT_TOKENS),
    target: tokens.slice(CONTEXT_TOKENS, CONTEXT_TOKENS + TARGET_TOKENS),
  };
}

/** The same scored twice: what the second time gave, which may read from the server's cache. */
async function repeatedSuffix(server: OpenedServer, request: ScoreRequest): Promise<ScoredBatch> {
  await scored(server, VLLM_SUFFIX, request);
  return scored(server, VLLM_SUFFIX, request);
}

async function scored(
  { client, model, signal }: OpenedServer,
  api: ScoringApi,
  request: ScoreRequest,
): Promise<ScoredBatch> {
  const [batch] = await scoreBatches({ client, api, model }, [[request]], signal);
  return batch as ScoredBatch;
}

function numbersOf({ results }: ScoredBatch): readonly number[] {
  return results.flatMap(({ logProbs }) => [...logProbs]);
}

/** Whether the server says what it took from its cache, by something that lay there. */
function suffixApi({ cachedTokens }: ScoredBatch): ScoringApi {
  return cachedTokens > 0
    ? { ...VLLM_SUFFIX, prefixSharing: true, prefixSharingNote: "" }
    : VLLM_SUFFIX;
}
