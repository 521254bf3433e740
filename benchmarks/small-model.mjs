import { convertGguf, createLlamaCppModel, resolveModel } from "pmpo";

/** The file of the model that all benchmarks run, fetched where it is absent. */
export async function smallModelPath(format = "q8_0") {
  const { path } = await resolveModel(
    `smollm2-135m:${format}`,
    { environment: process.env, quantise: convertGguf },
    { pull: true },
  );
  return path;
}

/** That file opened with settings of the engine. */
export function openSmallModel(path, settings) {
  return createLlamaCppModel({ path, name: "smollm2-135m", weightsSha256: "", ...settings });
}
