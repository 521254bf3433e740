import { modelError } from "../../core/errors.ts";
import { loadLibrary } from "./library.ts";

/** Number formats that a GGUF file can be converted to; the numbers are llama.h's `llama_ftype`. */
const FILE_TYPES = { f16: 1, q8_0: 7, bf16: 32 } as const;

export type ConvertFormat = keyof typeof FILE_TYPES;

/** Writes a GGUF file's weights in another number format. Blocks: runs in the worker. */
export function convertModelFile(source: string, target: string, format: ConvertFormat): void {
  const library = loadLibrary("off");
  const params = library.quantizeDefaultParams();
  params["ftype"] = FILE_TYPES[format];
  // Published files are often quantised already; llama.cpp converts those only when told to.
  params["allow_requantize"] = true;
  const { result: status, errors } = library.withErrors(() =>
    library.quantize(source, target, params),
  );
  if (status !== 0) {
    throw modelError(
      "MODEL_CONVERT",
      `${source} cannot be converted to ${format}: ${errors || `status ${status}`}`,
      { hint: "Check the free disk space, or use the file as it is." },
    );
  }
}
