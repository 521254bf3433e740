import { convertGguf, createLlamaCppModel } from "../backends/llama-cpp/model.ts";
import type { LanguageModel } from "../core/model.ts";
import { modelsFolder } from "../models/models-folder.ts";
import type { PullProgressListener } from "../models/progress.ts";
import { resolveModel } from "../models/resolve.ts";
import { weightsSha256 } from "../models/weights-hash.ts";

/** Which model, and how the engine runs it. */
export interface ModelChoice {
  /** A catalogue name, an `hf:` address or the path of a GGUF file. */
  readonly name: string;
  readonly threads: number | null;
  readonly gpu: "auto" | "off";
  readonly contextTokens: number | null;
}

/** What finding and loading a model needs from outside. */
export interface ModelAccess {
  readonly environment: NodeJS.ProcessEnv;
  readonly onPull?: PullProgressListener;
  readonly signal?: AbortSignal;
}

/** Fetches the model if it is not on disk, and loads it into the embedded engine. */
export async function openModel(choice: ModelChoice, access: ModelAccess): Promise<LanguageModel> {
  const signal = access.signal === undefined ? {} : { signal: access.signal };
  const { path } = await resolveModel(
    choice.name,
    { environment: access.environment, quantise: convertGguf },
    {
      pull: true,
      ...(access.onPull === undefined ? {} : { onProgress: access.onPull }),
      ...signal,
    },
  );
  return createLlamaCppModel({
    path,
    name: choice.name,
    weightsSha256: await weightsSha256(path, modelsFolder(access.environment), signal),
    gpu: choice.gpu,
    ...(choice.threads === null ? {} : { threads: choice.threads }),
    ...(choice.contextTokens === null ? {} : { contextTokens: choice.contextTokens }),
  });
}
