import { convertGguf, createLlamaCppModel, threadsOf } from "../backends/llama-cpp/model.ts";
import { mostThreads, processors } from "../backends/llama-cpp/threads.ts";
import type { Config } from "../config/config.ts";
import { isEndpointAddress } from "../core/endpoint.ts";
import type { Endpoints } from "../core/endpoint-settings.ts";
import type { LocalModel } from "../core/local-model.ts";
import type { LanguageModel, ModelIdentity } from "../core/model.ts";
import { parseProviderModel } from "../core/provider.ts";
import type { StepwisePlan } from "../core/sent.ts";
import { modelsFolder } from "../models/models-folder.ts";
import type { PullProgressListener } from "../models/progress.ts";
import { type ResolvedModel, resolveModel } from "../models/resolve.ts";
import { weightsSha256 } from "../models/weights-hash.ts";
import { onlyWrites, openEndpoint } from "./open-endpoint.ts";
import type { ReadData } from "./read-data.ts";
import { threadMemory } from "./thread-memory.ts";

/** Which model, and how the engine runs it. */
export interface ModelChoice {
  /** A catalogue name, an `hf:` address, the path of a GGUF file or the address of a server. */
  readonly name: string;
  /** How servers are spoken to. */
  readonly endpoints: Endpoints;
  readonly threads: number | null;
  readonly gpu: "auto" | "off";
  readonly contextTokens: number | null;
}

/** The model that a configuration names, or another one run the same way. */
export function modelChoice(config: Config, name: string = config.model): ModelChoice {
  const { endpoints, threads, gpu, contextTokens } = config;
  return { name, endpoints, threads, gpu, contextTokens };
}

/** What reading data and loading a model needs from outside. */
export interface ModelAccess {
  readonly environment: NodeJS.ProcessEnv;
  readonly onPull?: PullProgressListener;
  /** Told of every data set, once it is read. */
  readonly onData?: (read: ReadData) => void;
  /** Told why when a server has to be asked again. */
  readonly onWait?: (reason: string) => void;
  /** Told when one of several servers is left out and when it is back. */
  readonly onEndpoint?: (change: string) => void;
  /** Told once what scoring is about to send to a model that is asked for each token of an answer. */
  readonly onStepwise?: (plan: StepwisePlan) => void;
  readonly signal?: AbortSignal;
  /** Models that a run began with: the same weights are computed with as many threads again. */
  readonly recorded?: readonly ModelIdentity[];
}

/** The whole file of a model on disk; with `pull` it is fetched where it is not there. */
export async function findModel(
  name: string,
  access: ModelAccess,
  { pull }: { readonly pull: boolean },
): Promise<ResolvedModel> {
  if (parseProviderModel(name) !== null) throw onlyWrites(name);
  const { environment, onPull, signal } = access;
  return resolveModel(
    name,
    { environment, quantise: convertGguf },
    {
      pull,
      ...(onPull === undefined ? {} : { onProgress: onPull }),
      ...(signal === undefined ? {} : { signal }),
    },
  );
}

/** Number formats that the engine computes with as they lie in the file; others are repacked at load. */
const UNPACKED_FORMATS: ReadonlySet<string> = new Set(["F32", "F16", "BF16"]);

/** A model's whole file on disk, and which weights it holds. */
interface Weights extends ResolvedModel {
  readonly sha256: string;
}

/** Opens the model at its server, or loads it into the embedded engine, fetched where it is not on disk. */
export async function openModel(choice: ModelChoice, access: ModelAccess): Promise<LanguageModel> {
  if (isEndpointAddress(choice.name)) return openEndpoint(choice, access);
  return loadWeights(await findWeights(choice.name, access), choice, access);
}

/** The weights of a model; fetched where they are not on disk. */
export async function findWeights(name: string, access: ModelAccess): Promise<Weights> {
  const resolved = await findModel(name, access, { pull: true });
  const { environment, signal } = access;
  const sha256 = await weightsSha256(
    resolved.path,
    modelsFolder(environment),
    signal === undefined ? {} : { signal },
  );
  return { ...resolved, sha256 };
}

/** As many threads as a model was computed with; null where this machine has not so many processors. */
function usableThreads(identity: ModelIdentity): number | null {
  const count = threadsOf(identity);
  return count !== null && count <= mostThreads(processors()) ? count : null;
}

/** Loads weights into the embedded engine. */
export function loadWeights(
  { path, header, sha256 }: Weights,
  { name, gpu, threads, contextTokens }: ModelChoice,
  { environment, recorded = [] }: Pick<ModelAccess, "environment" | "recorded">,
): Promise<LocalModel> {
  const before = recorded.find(({ weights }) => weights === sha256);
  const count = threads ?? (before === undefined ? null : usableThreads(before));
  return createLlamaCppModel({
    path,
    name,
    weightsSha256: sha256,
    gpu,
    threadMemory: threadMemory(modelsFolder(environment), sha256, gpu),
    mapWeights: UNPACKED_FORMATS.has(header.fileType ?? ""),
    ...(count === null ? {} : { threads: count }),
    ...(contextTokens === null ? {} : { contextTokens }),
  });
}
