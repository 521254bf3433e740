import { availableParallelism } from "node:os";
import { loadLibrary } from "../backends/llama-cpp/library.ts";
import { defaultThreads } from "../backends/llama-cpp/threads.ts";
import { messageOf, PmpoError } from "../core/errors.ts";
import type { LanguageModel, ModelCapabilities } from "../core/model.ts";
import { type Check, checked, isModel, ok, speedDetail, warning } from "./check.ts";
import { connectHub } from "../models/hub.ts";
import { modelsFolder } from "../models/models-folder.ts";
import { findPip } from "../models/python-package.ts";
import { bytesText, folderSpace } from "./folder-space.ts";
import { findModel, type ModelAccess, openModel } from "./open-model.ts";

/** What a diagnosis needs from outside. */
export interface DiagnosisServices extends ModelAccess {
  /** As `process.versions.node`. */
  readonly nodeVersion: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Looks at everything that pmpo depends on, one check after the other. Nothing is fetched or left behind. */
export async function* diagnose(
  model: string,
  services: DiagnosisServices,
): AsyncGenerator<Check, void> {
  const { environment } = services;
  yield nodeCheck(services.nodeVersion);
  yield await checked("engine", libraryDetail);
  yield await checked("graphics card", graphicsDetail);
  yield ok("threads", `${defaultThreads()} (processors: ${availableParallelism()})`);
  yield await folderCheck(modelsFolder(environment));
  yield* modelChecks(model, services);
  yield await pipCheck(environment);
  yield await hubCheck(services);
}

const OLDEST_NODE = [20, 19] as const;

function nodeCheck(version: string): Check {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
    ? ok("Node", version)
    : {
        name: "Node",
        status: "failed",
        detail: version,
        hint: `Install Node ${OLDEST_NODE.join(".")} or newer.`,
      };
}

/** Loading the library checks its struct layouts. */
function libraryDetail(): string {
  const { version, folder } = loadLibrary("auto");
  return `${version}, struct layouts as expected, ${folder}`;
}

function graphicsDetail(): string {
  const { gpuDevices } = loadLibrary("auto");
  return gpuDevices.length === 0 ? "none is used" : gpuDevices.join(", ");
}

async function folderCheck(folder: string): Promise<Check> {
  const { isWritable, freeBytes } = await folderSpace(folder);
  const detail = `${folder}, ${bytesText(freeBytes)} free`;
  return isWritable
    ? ok("models folder", detail)
    : warning(
        "models folder",
        `${detail}, not writable`,
        "Models cannot be fetched. Set PMPO_HOME to a folder that can be written to.",
      );
}

async function* modelChecks(
  name: string,
  services: DiagnosisServices,
): AsyncGenerator<Check, void> {
  const found = await findModel(name, services, { pull: false }).catch((error: unknown) => {
    if (error instanceof PmpoError) return error;
    throw error;
  });
  if (found instanceof PmpoError) {
    const isAbsent = found.code === "MODEL_NOT_PULLED";
    const status = isAbsent ? "warning" : "failed";
    yield { name: "model", status, detail: found.message, hint: found.hint ?? null };
    return;
  }
  yield ok("model", `${name}, ${bytesText(found.header.sizeBytes)}, ${found.path}`);
  const choice = { name, endpoints: {}, threads: null, gpu: "auto", contextTokens: null } as const;
  const opened = await openModel(choice, services).catch((error: unknown) => error);
  if (!isModel(opened)) {
    yield await checked("model loads", () => Promise.reject(opened));
    return;
  }
  await using model = opened;
  const { capabilities, identity } = model;
  yield ok("model loads", `${identity.format}, ${identity.engine}`);
  yield await checked("scores", () => likelierDetail(model, services.signal));
  yield capabilities.prefixSharing
    ? ok("shared prefixes", sharingDetail(capabilities))
    : warning("shared prefixes", capabilities.prefixSharingNote ?? "not shared", null);
  yield await checked("speed", () => speedDetail(model, services));
}

function sharingDetail({ prefixSharingNote: note }: ModelCapabilities): string {
  const detail = "scored once, with the same numbers";
  return note === undefined ? detail : `${detail}, but not ${note}`;
}

/** A model that works finds the true end of a plain sentence likelier than nonsense. */
async function likelierDetail(model: LanguageModel, signal?: AbortSignal): Promise<string> {
  const prompt = { kind: "text", text: "The capital of France is " } as const;
  const encoded = await model.encode(
    ["Paris", "spoon"].map((target) => ({ prompt, target, scoreEnd: false })),
  );
  const scored = await model.score(
    encoded.map(({ context, target }, index) => ({ id: `sentence ${index + 1}`, context, target })),
    signal === undefined ? {} : { signal },
  );
  const [likely = 0, unlikely = 0] = scored.map(({ logProbs }) =>
    logProbs.reduce((sum, logProb) => sum + logProb, 0),
  );
  if (likely > unlikely) {
    return `"Paris" ${likely.toFixed(2)} nats, "spoon" ${unlikely.toFixed(2)} nats`;
  }
  throw new PmpoError(
    "model",
    "DOCTOR_SCORES_WRONG",
    `"The capital of France is spoon" (${unlikely.toFixed(2)} nats) counts as likelier than Paris (${likely.toFixed(2)} nats)`,
    { hint: "The file may be damaged: remove the model and pull it again." },
  );
}

async function pipCheck(environment: NodeJS.ProcessEnv): Promise<Check> {
  const command = await findPip(environment);
  return command === null
    ? warning("pip", "not found", "Only needed as a second way to fetch smollm2-135m.")
    : ok("pip", command);
}

const HUB_TIMEOUT_MS = 3000;

async function hubCheck({ environment, signal }: DiagnosisServices): Promise<Check> {
  try {
    const hub = connectHub({
      environment,
      responseTimeoutMs: HUB_TIMEOUT_MS,
      ...(signal === undefined ? {} : { signal }),
    });
    const { status } = await hub.fetch(hub.url, { method: "HEAD" });
    return ok("model hub", `${hub.host} answers (HTTP ${status})`);
  } catch (error) {
    signal?.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return warning(
      "model hub",
      `out of reach (${messageOf(cause)})`,
      "Models that are on disk work without it. HF_ENDPOINT names a mirror.",
    );
  }
}
