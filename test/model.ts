import { convertGguf, createLlamaCppModel, type LanguageModel, resolveModel } from "pmpo";

/** A number format of SmolLM2 135M that the tests use. */
export type SmolLm2Format = "q8_0" | "f16";

/** The path of SmolLM2 135M Instruct in a number format; fetched and converted where it is not on disk. */
export async function smollm2(format: SmolLm2Format): Promise<string> {
  const { path } = await resolveModel(
    `smollm2-135m:${format}`,
    { environment: process.env, quantise: convertGguf },
    { pull: true },
  );
  return path;
}

/** SmolLM2 135M Instruct, loaded. */
export async function loadSmollm2(format: SmolLm2Format): Promise<LanguageModel> {
  return loadModel(await smollm2(format));
}

/** A model file, loaded on the processor. The hash is not checked by the engine. */
export function loadModel(path: string, contextTokens?: number): Promise<LanguageModel> {
  return createLlamaCppModel({
    path,
    name: "model under test",
    weightsSha256: "0".repeat(64),
    gpu: "off",
    ...(contextTokens === undefined ? {} : { contextTokens }),
  });
}
