import koffi from "koffi";
import { modelError } from "../../core/errors.ts";

/**
 * The C structs of llama.h as shipped in the @node-llama-cpp packages 3.21.1, in header order.
 * A wrong layout would score silently wrong, so `checkDefaults` holds the library's own default
 * values against the known ones before anything else is called.
 */
koffi.struct("llama_model_params", {
  devices: "void*",
  tensor_buft_overrides: "void*",
  n_gpu_layers: "int32",
  split_mode: "int32",
  load_mode: "int32",
  lazy_mode: "int32",
  main_gpu: "int32",
  tensor_split: "void*",
  progress_callback: "void*",
  progress_callback_user_data: "void*",
  kv_overrides: "void*",
  vocab_only: "bool",
  check_tensors: "bool",
  use_extra_bufts: "bool",
  no_host: "bool",
  no_alloc: "bool",
  load_mtp: "bool",
});

koffi.struct("llama_context_params", {
  n_ctx: "uint32",
  n_batch: "uint32",
  n_ubatch: "uint32",
  n_seq_max: "uint32",
  n_rs_seq: "uint32",
  n_outputs_max: "uint32",
  n_outputs_max_per_seq: "uint32",
  n_threads: "int32",
  n_threads_batch: "int32",
  ctx_type: "int32",
  rope_scaling_type: "int32",
  pooling_type: "int32",
  attention_type: "int32",
  flash_attn_type: "int32",
  rope_freq_base: "float",
  rope_freq_scale: "float",
  yarn_ext_factor: "float",
  yarn_attn_factor: "float",
  yarn_beta_fast: "float",
  yarn_beta_slow: "float",
  yarn_orig_ctx: "uint32",
  defrag_thold: "float",
  cb_eval: "void*",
  cb_eval_user_data: "void*",
  type_k: "int32",
  type_v: "int32",
  abort_callback: "void*",
  abort_callback_data: "void*",
  embeddings: "bool",
  offload_kqv: "bool",
  no_perf: "bool",
  op_offload: "bool",
  swa_full: "bool",
  kv_unified: "bool",
  samplers: "void*",
  n_samplers: "size_t",
  ctx_other: "void*",
});

koffi.struct("llama_model_quantize_params", {
  nthread: "int32",
  ftype: "int32",
  output_tensor_type: "int32",
  token_embedding_type: "int32",
  allow_requantize: "bool",
  quantize_output_tensor: "bool",
  only_copy: "bool",
  pure: "bool",
  keep_split: "bool",
  dry_run: "bool",
  imatrix: "void*",
  kv_overrides: "void*",
  tt_overrides: "void*",
  prune_layers: "void*",
  max_buf_size: "size_t",
});

koffi.struct("llama_batch", {
  n_tokens: "int32",
  token: "void*",
  embd: "void*",
  pos: "void*",
  n_seq_id: "void*",
  seq_id: "void*",
  logits: "void*",
});

/** What a struct looks like on the JavaScript side: numbers, booleans and pointers by field name. */
export type NativeStruct = Record<string, unknown>;

const GGML_TYPE_F16 = 1;
const GGML_TYPE_COUNT = 43;
const FTYPE_Q8_0 = 7;
const EIGHT_GIBIBYTES = 8 * 2 ** 30;

const MODEL_DEFAULTS: NativeStruct = {
  devices: null,
  n_gpu_layers: -1,
  split_mode: 1,
  main_gpu: 0,
  kv_overrides: null,
  vocab_only: false,
  check_tensors: false,
  use_extra_bufts: true,
  no_host: false,
  no_alloc: false,
  load_mtp: false,
};

const CONTEXT_DEFAULTS: NativeStruct = {
  n_ctx: 512,
  n_batch: 2048,
  n_ubatch: 512,
  n_seq_max: 1,
  n_rs_seq: 0,
  n_outputs_max: 0,
  n_outputs_max_per_seq: 1,
  rope_scaling_type: -1,
  pooling_type: -1,
  attention_type: -1,
  flash_attn_type: -1,
  rope_freq_base: 0,
  yarn_ext_factor: -1,
  yarn_beta_slow: -1,
  yarn_orig_ctx: 0,
  defrag_thold: -1,
  type_k: GGML_TYPE_F16,
  type_v: GGML_TYPE_F16,
  embeddings: false,
  offload_kqv: true,
  no_perf: true,
  op_offload: true,
  swa_full: true,
  kv_unified: false,
  n_samplers: 0,
  ctx_other: null,
};

const QUANTIZE_DEFAULTS: NativeStruct = {
  nthread: 0,
  ftype: FTYPE_Q8_0,
  output_tensor_type: GGML_TYPE_COUNT,
  token_embedding_type: GGML_TYPE_COUNT,
  allow_requantize: false,
  quantize_output_tensor: true,
  only_copy: false,
  dry_run: false,
  prune_layers: null,
  max_buf_size: EIGHT_GIBIBYTES,
};

const KNOWN_DEFAULTS: Readonly<Record<string, NativeStruct>> = {
  llama_model_params: MODEL_DEFAULTS,
  llama_context_params: CONTEXT_DEFAULTS,
  llama_model_quantize_params: QUANTIZE_DEFAULTS,
};

/** Throws unless the library's default values are the ones this layout was written for. */
export function checkDefaults(
  name: "llama_model_params" | "llama_context_params" | "llama_model_quantize_params",
  actual: NativeStruct,
): void {
  for (const [field, expected] of Object.entries(KNOWN_DEFAULTS[name] ?? {})) {
    const value = typeof actual[field] === "bigint" ? Number(actual[field]) : actual[field];
    if (value !== expected) {
      throw modelError(
        "ENGINE_LAYOUT_MISMATCH",
        `The llama.cpp library does not fit this version of pmpo: default of ${name}.${field} is ${String(value)}, expected ${String(expected)}`,
        {
          hint: "Reinstall pmpo with `npm ci`, so that the @node-llama-cpp package has the pinned version.",
        },
      );
    }
  }
}
