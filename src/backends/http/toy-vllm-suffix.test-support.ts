import type { Answer } from "./local-server.test-support.ts";
import { toyLogProb } from "./toy-model.test-support.ts";

/** What a vLLM answers at `/inference/v1/generate`: as it was started. */
export type ScaleOut = "off" | "first model runner" | "on";

interface SuffixBody {
  readonly token_ids: readonly number[];
  readonly sampling_params: {
    readonly prompt_logprob_start: number;
    readonly prompt_logprob_token_ids: readonly (readonly [number])[];
    readonly skip_reading_prefix_cache: boolean;
  };
}

const BLOCK_TOKENS = 16;

/** A vLLM with a cache of whole blocks that forgets nothing. */
export class ToySuffixScorer {
  readonly #scaleOut: ScaleOut;
  readonly #blocks = new Set<string>();

  constructor(scaleOut: ScaleOut) {
    this.#scaleOut = scaleOut;
  }

  answer(body: unknown): Answer {
    if (this.#scaleOut === "off") {
      return refusal(
        403,
        "PermissionDeniedError",
        "Scale-out endpoints are disabled. Restart vllm serve with --enable-scale-out to enable them.",
      );
    }
    if (this.#scaleOut === "first model runner") {
      return refusal(
        400,
        "BadRequestError",
        "prompt_logprob_token_ids requires the V2 model runner (VLLM_USE_V2_MODEL_RUNNER=1).",
      );
    }
    return { json: this.#scored(body as SuffixBody) };
  }

  #scored({ token_ids: ids, sampling_params }: SuffixBody): unknown {
    const {
      prompt_logprob_start: start,
      prompt_logprob_token_ids: rows,
      skip_reading_prefix_cache: skipsCache,
    } = sampling_params;
    const cached = skipsCache ? 0 : this.#cachedTokens(ids);
    this.#keep(ids);
    const numbers = rows.map(([token], row) => toyLogProb(ids.slice(0, start + row + 1), token));
    return {
      model: "toy-135m",
      usage: {
        prompt_tokens: ids.length,
        completion_tokens: 1,
        prompt_tokens_details: { cached_tokens: cached },
      },
      prompt_logprobs: null,
      prompt_token_id_logprobs: cached > start ? null : columnFile(numbers),
      prompt_token_ids: ids,
      output_mode: "tokens",
      choices: [{ index: 0, finish_reason: "length", token_ids: [1] }],
    };
  }

  /** Of the beginning, in whole blocks; the last token is always evaluated. */
  #cachedTokens(ids: readonly number[]): number {
    let tokens = 0;
    while (
      tokens + BLOCK_TOKENS < ids.length &&
      this.#blocks.has(String(ids.slice(0, tokens + BLOCK_TOKENS)))
    ) {
      tokens += BLOCK_TOKENS;
    }
    return tokens;
  }

  #keep(ids: readonly number[]): void {
    for (let end = BLOCK_TOKENS; end <= ids.length; end += BLOCK_TOKENS) {
      this.#blocks.add(String(ids.slice(0, end)));
    }
  }
}

function refusal(code: number, type: string, message: string): Answer {
  return { status: code, json: { error: { message, type, param: null, code } } };
}

/** Numbers as a `.npy` file of shape [rows, 1], in base64. */
export function columnFile(numbers: readonly number[]): string {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${numbers.length}, 1), }`;
  const before = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, 0, 0]);
  const padded = `${header.padEnd(Math.ceil((before.length + header.length + 1) / 64) * 64 - before.length - 1)}\n`;
  before.writeUInt16LE(padded.length, 8);
  const data = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, row) => data.writeFloatLE(number, 4 * row));
  return Buffer.concat([before, Buffer.from(padded, "latin1"), data]).toString("base64");
}
