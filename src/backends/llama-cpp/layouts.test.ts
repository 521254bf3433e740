import { expect, test } from "vitest";
import { checkDefaults } from "./layouts.ts";
import { loadLibrary } from "./library.ts";

test("the installed library's defaults are the known ones", () => {
  const library = loadLibrary("off");
  checkDefaults("llama_model_params", library.modelDefaultParams());
  checkDefaults("llama_context_params", library.contextDefaultParams());
  checkDefaults("llama_model_quantize_params", library.quantizeDefaultParams());
});

test("refuses a library with another default and names the field", () => {
  const params = { ...loadLibrary("off").contextDefaultParams(), n_batch: 4096 };
  expect(() => checkDefaults("llama_context_params", params)).toThrow(
    "The llama.cpp library does not fit this version of pmpo: default of llama_context_params.n_batch is 4096, expected 2048",
  );
});

test("refuses a library whose fields lie elsewhere", () => {
  // What a struct with one more leading number would look like through this layout.
  const params = { ...loadLibrary("off").modelDefaultParams(), n_gpu_layers: 1, split_mode: -1 };
  expect(() => checkDefaults("llama_model_params", params)).toThrow(
    "The llama.cpp library does not fit this version of pmpo: default of llama_model_params.n_gpu_layers is 1, expected -1",
  );
});

test("reads 64-bit numbers, however they arrive", () => {
  const params = { ...loadLibrary("off").quantizeDefaultParams(), max_buf_size: 8n * 2n ** 30n };
  expect(() => checkDefaults("llama_model_quantize_params", params)).not.toThrow();
});
