import { dataError, type PmpoError } from "../core/errors.ts";
import { type DatasetAddress, datasetAddress, isAddressable } from "./dataset-address.ts";
import { type Hub, hubFailure, sourceError } from "./hub.ts";

/** The branch where the hub keeps every data set as CONFIG/SPLIT/0000.parquet. */
const CONVERTED = "refs/convert/parquet";
const PART = /^([^/]+)\/([^/]+)\/[^/]+\.parquet$/;

/** One split as the hub keeps it. */
export interface ConvertedFiles {
  readonly revision: string;
  readonly config: string;
  readonly split: string;
  /** Paths in the repository, in order; at least one. */
  readonly files: readonly string[];
}

/** Every split that the hub has of a data set in Parquet, at the newest revision or the one given. */
export async function listConverted(
  hub: Hub,
  { repository, revision: pinned }: DatasetAddress,
): Promise<readonly ConvertedFiles[]> {
  const { listFiles } = await import("@huggingface/hub");
  const revision = pinned ?? (await newestRevision(hub, repository));
  const splits = new Map<string, ConvertedFiles & { readonly files: string[] }>();
  try {
    const request = { repo: `datasets/${repository}` as const, revision, recursive: true };
    for await (const { path } of listFiles({ ...request, hubUrl: hub.url, fetch: hub.fetch })) {
      const [, config, split] = PART.exec(path) ?? [];
      if (config === undefined || split === undefined) continue;
      if (!isAddressable(config) || !isAddressable(split)) continue;
      const known = splits.get(`${config}/${split}`) ?? { revision, config, split, files: [] };
      known.files.push(path);
      splits.set(`${config}/${split}`, known);
    }
  } catch (error) {
    throw hubFailure(error, hub, repository);
  }
  return [...splits.values()].map((found) => ({ ...found, files: found.files.toSorted() }));
}

async function newestRevision(hub: Hub, repository: string): Promise<string> {
  const { datasetInfo } = await import("@huggingface/hub");
  const request = { name: repository, revision: CONVERTED, additionalFields: ["sha" as const] };
  const { sha } = await datasetInfo({ ...request, hubUrl: hub.url, fetch: hub.fetch }).catch(
    (error: unknown) => {
      throw hubFailure(error, hub, `the Parquet files of ${repository}`);
    },
  );
  if (/^[0-9a-f]{40}$/.test(sha)) return sha;
  throw sourceError(`${hub.host} names no revision of the Parquet files of ${repository}`);
}

/**
 * The files of the split that the address means: where it does not say, the only configuration or
 * the one called `default`, and the only split or `train`. Refuses what is not there or not clear.
 */
export function chooseFiles(
  address: string,
  asked: DatasetAddress,
  splits: readonly ConvertedFiles[],
): ConvertedFiles {
  const configs = [...new Set(splits.map((one) => one.config))];
  const config = asked.config ?? (configs.length === 1 ? configs[0] : "default");
  const ofConfig = splits.filter((one) => one.config === config);
  if (ofConfig.length === 0) {
    throw notThere(
      address,
      asked.config,
      "configuration",
      configs.map((name) => ({ ...asked, config: name })),
    );
  }
  const split = asked.split ?? (ofConfig.length === 1 ? ofConfig[0]?.split : "train");
  const found = ofConfig.find((one) => one.split === split);
  if (found !== undefined) return found;
  throw notThere(
    address,
    asked.split,
    "split",
    ofConfig.map((one) => ({ ...asked, config: one.config, split: one.split })),
  );
}

function notThere(
  address: string,
  asked: string | null,
  what: "configuration" | "split",
  known: readonly DatasetAddress[],
): PmpoError {
  return dataError(
    "DATA_SPLIT_UNKNOWN",
    asked === null
      ? `${address} has several ${what}s, and does not say which`
      : `${address}: the hub has no ${what} "${asked}" of it in Parquet`,
    known.length === 0
      ? "The hub has no Parquet files of this data set."
      : `There are: ${known.map((one) => datasetAddress(one)).join(", ")}.`,
  );
}
