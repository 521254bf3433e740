import { createHash } from "node:crypto";
import type { Config, DataConfig } from "../config/config.ts";
import type { Dataset } from "../core/example.ts";
import { type DatasetFiles, readDataset } from "../datasets/read-dataset.ts";
import { isDatasetAddress } from "../models/dataset-address.ts";
import { resolveDataset } from "../models/hub-dataset.ts";
import { fileSha256 } from "../models/weights-hash.ts";
import type { DataHash } from "../store/manifest.ts";
import type { ModelAccess } from "./open-model.ts";

/** A data set that was read, and where it lies. */
export interface ReadData {
  /** As the configuration calls it. */
  readonly asked: string;
  /** Of a data set of the hub, the name says the revision. */
  readonly files: DatasetFiles;
  readonly dataset: Dataset;
}

/** Reads one of a configuration's data sets as it says, and tells who listens. */
export async function readData(
  file: string,
  { data, optimizer }: Pick<Config, "data" | "optimizer">,
  access: ModelAccess,
  minimumExamples: number,
): Promise<ReadData> {
  const files = await locate(file, access);
  const dataset = await readDataset(files, {
    ...formatAndFields(data),
    sample: { rows: data.sample, seed: optimizer.seed },
    minimumExamples,
    signal: access.signal,
  });
  const read = { asked: file, files, dataset };
  access.onData?.(read);
  return read;
}

/** The files of a data set; one of the hub is fetched where it is not on disk. */
async function locate(
  name: string,
  { environment, onPull, signal }: ModelAccess,
): Promise<DatasetFiles> {
  if (!isDatasetAddress(name)) return { name, paths: [name] };
  return resolveDataset(name, {
    environment,
    ...(onPull === undefined
      ? {}
      : { onProgress: (progress) => onPull({ ...progress, subject: "data" }) }),
    ...(signal === undefined ? {} : { signal }),
  });
}

function formatAndFields({ format, fields }: DataConfig): object {
  return { ...(format === null ? {} : { format }), ...(fields === null ? {} : { fields }) };
}

/** What a run's manifest records of a data set: the hash of its file, or of the hashes of its files. */
export async function dataHash({ files, dataset }: ReadData): Promise<DataHash> {
  const hashes: string[] = [];
  for (const path of files.paths) hashes.push(await fileSha256(path));
  const [only = ""] = hashes;
  return {
    file: files.name,
    sha256:
      hashes.length === 1 ? only : createHash("sha256").update(hashes.join("\n")).digest("hex"),
    rows: dataset.sampled?.fromRows ?? dataset.examples.length,
  };
}
