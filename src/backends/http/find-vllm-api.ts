import { VLLM } from "./apis/vllm.ts";
import { VLLM_SUFFIX } from "./apis/vllm-suffix.ts";
import { HttpError } from "./http-error.ts";
import { isOneModel, numberGap } from "./number-gap.ts";
import { scoreBatches } from "./score-batches.ts";
import type { ScoringApi } from "./scoring-api.ts";
import type { ServerTokenizer } from "./server-tokenizer.ts";
import type { Transport } from "./transport.ts";

const SAMPLE = "The capital of France is Paris, and the capital of Italy is Rome.";

/**
 * Which of vLLM's interfaces to score through: that for answers alone where the server has it and
 * it gives the numbers that the usual one gives, else the usual one.
 */
export async function findVllmApi(
  client: Transport,
  { model, tokenizer }: { readonly model: string; readonly tokenizer: ServerTokenizer },
  signal: AbortSignal | undefined,
): Promise<ScoringApi> {
  const [tokens = new Int32Array()] = await tokenizer.tokenize([SAMPLE]);
  const middle = tokens.length >> 1;
  const request = { id: "sample", context: tokens.slice(0, middle), target: tokens.slice(middle) };
  const scored = async (api: ScoringApi): Promise<readonly number[]> => {
    const [batch] = await scoreBatches({ client, api, model }, [[request]], signal);
    return [...(batch?.results[0]?.logProbs ?? [])];
  };
  try {
    const suffix = await scored(VLLM_SUFFIX);
    const whole = await scored(VLLM);
    return isOneModel(numberGap(suffix, whole)) ? VLLM_SUFFIX : VLLM;
  } catch (error) {
    if (error instanceof HttpError && error.isLasting) return VLLM;
    throw error;
  }
}
