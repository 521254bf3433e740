import { extname } from "node:path";
import { DATA_FORMATS, type DataFormat } from "../core/data-format.ts";
import { usageError } from "../core/errors.ts";
import { didYouMean } from "../core/nearest-name.ts";

/** Ways to write rows, whatever their fields mean. */
const CONTAINERS = ["jsonl", "json", "csv", "tsv", "yaml", "parquet"] as const;

/** How the rows of a file are written. */
export type Container = (typeof CONTAINERS)[number];

/** Whether a format says how rows are written and nothing of their fields. */
export function isContainer(format: DataFormat): format is Container {
  return CONTAINERS.some((container) => container === format);
}

const CONTAINER_BY_EXTENSION: Readonly<Record<string, Container>> = {
  ".jsonl": "jsonl",
  ".json": "json",
  ".csv": "csv",
  ".tsv": "tsv",
  ".yaml": "yaml",
  ".yml": "yaml",
  ".parquet": "parquet",
};

const NAMES = `Formats: ${DATA_FORMATS.join(", ")}.`;

/** What to read a file as: by the name of the format where one is given, else by the file's ending. */
export function resolveFormat(
  path: string,
  name?: string,
): { readonly format: DataFormat; readonly container: Container } {
  const byExtension = CONTAINER_BY_EXTENSION[extname(path.replace(/\.gz$/i, "")).toLowerCase()];
  if (name === undefined) {
    if (byExtension !== undefined) return { format: byExtension, container: byExtension };
    throw usageError(
      "DATA_FORMAT_UNCLEAR",
      `${path}: the format does not follow from the file's name`,
      `Name the format, or rename the file. ${NAMES}`,
    );
  }
  const format = DATA_FORMATS.find((known) => known === name);
  if (format === undefined) {
    throw usageError(
      "DATA_FORMAT_UNKNOWN",
      `Unknown data format "${name}"${didYouMean(name, DATA_FORMATS)}`,
      NAMES,
    );
  }
  if (isContainer(format)) return { format, container: format };
  switch (format) {
    case "promptfoo":
      return { format, container: "yaml" };
    case "bbh":
    case "promptfoo-dpo":
      return { format, container: byExtension ?? "json" };
    case "gsm8k":
    case "aqua-rat":
    case "instruction-induction":
    case "classification":
    case "preference":
    case "openai-messages":
      return { format, container: byExtension ?? "jsonl" };
  }
}
