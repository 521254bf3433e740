import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { dataError, messageOf, PmpoError } from "../core/errors.ts";
import { type DatasetAddress, datasetAddress, parseDatasetAddress } from "./dataset-address.ts";
import { downloadHubFile } from "./hub-download.ts";
import { connectHub, type Hub, type HubOptions } from "./hub.ts";
import { chooseFiles, type ConvertedFiles, listConverted } from "./hub-parquet.ts";
import { datasetsFolder } from "./models-folder.ts";
import { makeWhole } from "./partial-file.ts";
import { type PullProgressListener, throttled } from "./progress.ts";

/** What fetching a data set needs from outside. */
export interface DatasetServices extends HubOptions {
  readonly onProgress?: PullProgressListener;
  /** First wait before a cut download goes on. Default half a second. */
  readonly retryDelayMs?: number;
}

/** A data set whose files are whole on disk. */
export interface ResolvedDataset {
  /** The address with configuration, split and revision: it names the same rows for good. */
  readonly name: string;
  readonly paths: readonly string[];
}

/** Names the files of a split once all are on disk. */
const PARTS_FILE = "parts.json";

/**
 * From an `hf:` address to the Parquet files that the hub keeps of the data set, on disk. The newest
 * revision is asked for unless the address says one; one that is on disk needs no hub.
 */
export async function resolveDataset(
  address: string,
  services: DatasetServices,
): Promise<ResolvedDataset> {
  const parsed = parseDatasetAddress(address);
  const root = datasetsFolder(services.environment);
  const onDisk = await findOnDisk(parsed, root);
  if (onDisk !== undefined) return onDisk;
  const hub = connectHub(services);
  try {
    const files = chooseFiles(address, parsed, await listConverted(hub, parsed));
    return await fetchFiles(hub, parsed.repository, files, root, services);
  } catch (error) {
    services.signal?.throwIfAborted();
    if (!(error instanceof PmpoError) || error.code !== "MODEL_SOURCE") throw error;
    throw await unreachable(address, parsed, error, hub, root);
  }
}

function splitFolder(
  root: string,
  { repository, revision, config, split }: DatasetAddress,
): string {
  return join(root, ...repository.split("/"), revision ?? "", config ?? "", split ?? "");
}

async function findOnDisk(
  address: DatasetAddress,
  root: string,
): Promise<ResolvedDataset | undefined> {
  const { revision, config, split } = address;
  if (revision === null || config === null || split === null) return undefined;
  const folder = splitFolder(root, address);
  const text = await readFile(join(folder, PARTS_FILE), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  // Written by fetchFiles, whole or not at all.
  const names = JSON.parse(text) as readonly string[];
  return { name: datasetAddress(address), paths: names.map((name) => join(folder, name)) };
}

async function fetchFiles(
  hub: Hub,
  repository: string,
  { revision, config, split, files }: ConvertedFiles,
  root: string,
  { onProgress, retryDelayMs, signal }: DatasetServices,
): Promise<ResolvedDataset> {
  const address = { repository, config, split, revision };
  const known = await findOnDisk(address, root);
  if (known !== undefined) return known;
  const folder = splitFolder(root, address);
  const names = files.map((file) => basename(file));
  for (const [index, file] of files.entries()) {
    const source = { kind: "hub", repository: `datasets/${repository}`, file, revision } as const;
    await downloadHubFile(hub, source, join(folder, names[index] ?? ""), {
      sha256: null,
      check: () => Promise.resolve(),
      onProgress: throttled(onProgress),
      ...(retryDelayMs === undefined ? {} : { retryDelayMs }),
      ...(signal === undefined ? {} : { signal }),
    });
  }
  await makeWhole(join(folder, PARTS_FILE), "parts", (partial) =>
    writeFile(partial, JSON.stringify(names)),
  );
  return { name: datasetAddress(address), paths: names.map((name) => join(folder, name)) };
}

async function unreachable(
  address: string,
  parsed: DatasetAddress,
  error: PmpoError,
  hub: Hub,
  root: string,
): Promise<PmpoError> {
  const kept = await readdir(
    splitFolder(root, { ...parsed, revision: null, config: null, split: null }),
  ).catch((): string[] => []);
  const pinned = kept.map((revision) => datasetAddress({ ...parsed, revision }));
  return dataError(
    "DATA_UNREACHABLE",
    `${address} could not be fetched: ${messageOf(error)}`,
    [
      `HF_ENDPOINT names a mirror of the hub (now ${hub.host}), HF_TOKEN opens gated data sets.`,
      "A Parquet file that you have needs no hub.",
      ...(pinned.length === 0 ? [] : [`On this machine: ${pinned.join(", ")}.`]),
    ].join(" "),
  );
}
