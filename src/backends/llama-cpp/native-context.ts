import { modelError } from "../../core/errors.ts";
import type { Library, Pointer } from "./library.ts";

/** How a GGUF file is opened. */
export interface NativeModelOptions {
  readonly path: string;
  readonly threads: number;
  readonly gpu: "auto" | "off";
  /** Map the file instead of reading it. */
  readonly mapWeights: boolean;
  /** Cells of the cache, shared by all sequences; not more than the model was trained for. */
  readonly contextTokens: number;
}

/** Tokens in one call of llama_decode, logical and physical. */
export const BATCH_TOKENS = 512;
/** Bounds the memory for the logits of a batch where a vocabulary is large. */
const LOGIT_BYTES = 64 * 2 ** 20;
const LEAST_OUTPUTS = 128;
/** Sequences in the cache. */
export const MAX_SEQUENCES = 64;

const ALL_LAYERS = -1;
const LOAD_MODE_READ = 0;
const LOAD_MODE_MAP = 1;

/** The weights of a file, in memory or mapped. */
export function loadWeights(
  library: Library,
  { path, gpu, mapWeights }: NativeModelOptions,
): Pointer {
  const params = library.modelDefaultParams();
  // Processors with tile registers compute with a repacked copy of every format: a mapped file beside it is memory twice.
  const repacks = library.systemInfo().includes("AMX_INT8 = 1");
  params["load_mode"] = mapWeights && !repacks ? LOAD_MODE_MAP : LOAD_MODE_READ;
  params["n_gpu_layers"] = gpu === "auto" ? ALL_LAYERS : 0;
  const { result: model, errors } = library.withErrors(() => library.modelLoad(path, params));
  if (model === null) {
    throw modelError(
      "ENGINE_MODEL_LOAD",
      `${path} cannot be loaded as a model: ${errors || "no reason given"}`,
      { hint: "Pull it again, or use another GGUF file of a text model." },
    );
  }
  if (library.modelHasEncoder(model)) {
    library.modelFree(model);
    throw modelError("ENGINE_MODEL_KIND", `${path} is an encoder model; pmpo needs a decoder`, {
      hint: "Use a causal language model such as smollm2-135m.",
    });
  }
  return model;
}

/** Positions of one batch whose logits are computed. */
export function batchOutputs(vocabularySize: number): number {
  const rows = Math.floor(LOGIT_BYTES / (vocabularySize * Float32Array.BYTES_PER_ELEMENT));
  return Math.min(Math.max(rows, LEAST_OUTPUTS), BATCH_TOKENS);
}

/** A cache for the sequences of a model. */
export function createContext(
  library: Library,
  model: Pointer,
  options: NativeModelOptions & { readonly outputs: number },
): Pointer {
  const params = library.contextDefaultParams();
  Object.assign(params, {
    n_ctx: options.contextTokens,
    n_batch: BATCH_TOKENS,
    n_ubatch: BATCH_TOKENS,
    n_seq_max: MAX_SEQUENCES,
    n_outputs_max: options.outputs,
    n_outputs_max_per_seq: 0,
    n_threads: options.threads,
    n_threads_batch: options.threads,
    // One buffer for all sequences: what makes sharing a prefix a matter of bookkeeping.
    kv_unified: true,
  });
  const { result: context, errors } = library.withErrors(() => library.contextInit(model, params));
  if (context === null) {
    library.modelFree(model);
    throw modelError(
      "ENGINE_CONTEXT",
      `No cache of ${options.contextTokens} tokens can be created: ${errors}`,
      { hint: "Choose a smaller --context-tokens." },
    );
  }
  return context;
}
