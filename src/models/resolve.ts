import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { modelError, PmpoError } from "../core/errors.ts";
import type { CatalogueModel } from "./catalogue.ts";
import type { GgufHeader } from "./gguf-header.ts";
import { connectHub, hasFormat } from "./hub.ts";
import { checkModelFile } from "./model-file.ts";
import { parseModelName, type ModelName } from "./model-name.ts";
import { catalogueFile, hubFile, hubFolder, modelsFolder } from "./models-folder.ts";
import { throttled, type PullProgressListener } from "./progress.ts";
import {
  pullFromCatalogue,
  pullFromHub,
  pullHubFormat,
  type PullContext,
  type Quantise,
} from "./pull.ts";

/** What finding a model needs from outside. */
export interface ModelServices {
  /** Read: `PMPO_HOME`, `HF_ENDPOINT`, `HF_TOKEN`; handed on to pip as it is. */
  readonly environment: NodeJS.ProcessEnv;
  /** The one thing that needs the engine: conversion to another number format. */
  readonly quantise: Quantise;
  /** Instead of the built-in one. */
  readonly catalogue?: readonly CatalogueModel[];
  /** Instead of `HF_ENDPOINT`. */
  readonly hubUrl?: string;
  /** First wait before a cut download goes on. Default half a second. */
  readonly retryDelayMs?: number;
}

/** How far `resolveModel` may go. */
export interface ResolveOptions {
  /** Fetch what is not on disk; otherwise that is an error. */
  readonly pull: boolean;
  readonly onProgress?: PullProgressListener;
  readonly signal?: AbortSignal;
}

/** A model file that is whole and can be loaded. */
export interface ResolvedModel {
  /** As the user named it. */
  readonly name: string;
  readonly path: string;
  readonly header: GgufHeader;
}

/**
 * From a name to a whole GGUF file on disk. A name is `NAME` or `NAME:FORMAT` of the catalogue,
 * `hf:OWNER/REPOSITORY/FILE.gguf`, `hf:OWNER/REPOSITORY:FORMAT`, or the path of a `.gguf` file.
 */
export async function resolveModel(
  name: string,
  services: ModelServices,
  options: ResolveOptions,
): Promise<ResolvedModel> {
  const parsed = parseModelName(name, services.catalogue);
  if (parsed.kind === "file") return checked(name, resolve(parsed.path));
  const folder = modelsFolder(services.environment);
  const onDisk = await findOnDisk(parsed, folder);
  if (onDisk !== undefined) return checkedFetched(name, onDisk);
  if (!options.pull) {
    throw modelError("MODEL_NOT_PULLED", `the model ${name} is not on this machine`, {
      hint: `Fetch it with \`pmpo models pull ${name}\`.`,
    });
  }
  return checkedFetched(name, await pull(parsed, folder, services, options));
}

async function checked(name: string, path: string): Promise<ResolvedModel> {
  return { name, path, header: await checkModelFile(path) };
}

async function checkedFetched(name: string, path: string): Promise<ResolvedModel> {
  return checked(name, path).catch((error: unknown) => {
    if (!(error instanceof PmpoError)) throw error;
    throw modelError(error.code, error.message, {
      hint: `Remove it with \`pmpo models remove ${name}\` and fetch it again.`,
      cause: error,
    });
  });
}

type FetchableName = Exclude<ModelName, { readonly kind: "file" }>;

async function findOnDisk(name: FetchableName, folder: string): Promise<string | undefined> {
  switch (name.kind) {
    case "catalogue":
      return existing(catalogueFile(folder, name));
    case "hub":
      return existing(hubFile(folder, name));
    case "hub-format": {
      const parent = hubFolder(folder, name.repository);
      const files = await readdir(parent, { recursive: true }).catch((): string[] => []);
      const file = files.find((file) => hasFormat(file, name.format));
      return file === undefined ? undefined : join(parent, file);
    }
    default:
      return name satisfies never;
  }
}

async function existing(path: string): Promise<string | undefined> {
  return (await stat(path).catch(() => undefined)) === undefined ? undefined : path;
}

async function pull(
  name: FetchableName,
  folder: string,
  services: ModelServices,
  { onProgress, signal }: ResolveOptions,
): Promise<string> {
  const { environment, quantise, hubUrl, retryDelayMs } = services;
  const hub = connectHub({
    environment,
    ...(hubUrl === undefined ? {} : { hubUrl }),
    ...(signal === undefined ? {} : { signal }),
  });
  const context: PullContext = {
    folder,
    environment,
    hub,
    quantise,
    onProgress: throttled(onProgress),
    ...(retryDelayMs === undefined ? {} : { retryDelayMs }),
    ...(signal === undefined ? {} : { signal }),
  };
  switch (name.kind) {
    case "catalogue":
      return pullFromCatalogue(name, context);
    case "hub":
      return pullFromHub(name, context);
    case "hub-format":
      return pullHubFormat(name.repository, name.format, context);
    default:
      return name satisfies never;
  }
}
