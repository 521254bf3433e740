import { usageError } from "../core/errors.ts";

/** A data set of the hub, as an address names it; null: not said. */
export interface DatasetAddress {
  /** `OWNER/NAME` */
  readonly repository: string;
  readonly config: string | null;
  readonly split: string | null;
  /** Commit of the hub's Parquet files. */
  readonly revision: string | null;
}

const PREFIX = "hf:";
/** Owner and name: no dot first, so that no `..` can leave the cache folder. */
const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._+-]*$/;
/** Configurations and splits are called what people like; no dot first here either. */
const CHOSEN_NAME = /^[^./\\@\p{Cc}][^/\\@\p{Cc}]*$/u;

/** Whether a configuration or split of that name can stand in an address. */
export function isAddressable(name: string): boolean {
  return CHOSEN_NAME.test(name);
}

const COMMIT = /^[0-9a-f]{40}$/;

/** Whether data are named by an address of the hub, not by a path. */
export function isDatasetAddress(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** Reads `hf:OWNER/NAME[/CONFIG[/SPLIT]][@REVISION]`. */
export function parseDatasetAddress(address: string): DatasetAddress {
  const [path = "", revision = null, ...more] = address.slice(PREFIX.length).split("@");
  const segments = path.split("/");
  const [owner, name, config = null, split = null, ...rest] = segments;
  const isWhole = owner !== undefined && name !== undefined && rest.length + more.length === 0;
  const isPinned = revision === null || COMMIT.test(revision);
  const isNamed =
    segments.slice(0, 2).every((segment) => SEGMENT.test(segment)) &&
    segments.slice(2).every(isAddressable);
  if (isWhole && isPinned && isNamed) {
    return { repository: `${owner}/${name}`, config, split, revision };
  }
  throw usageError(
    "DATA_ADDRESS",
    `"${address}" is no address of a data set on the hub`,
    "Write hf:OWNER/NAME, hf:OWNER/NAME/CONFIG/SPLIT, or the same with @ and the 40 digits of a commit of its Parquet files.",
  );
}

/** The address in full. */
export function datasetAddress({ repository, config, split, revision }: DatasetAddress): string {
  const path = [repository, config, split].filter((part) => part !== null).join("/");
  return `${PREFIX}${path}${revision === null ? "" : `@${revision}`}`;
}
