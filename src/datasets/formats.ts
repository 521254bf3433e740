import { extname } from "node:path";
import { DATA_FORMATS, type DataFormat } from "../core/data-format.ts";
import { usageError } from "../core/errors.ts";
import { didYouMean } from "../core/nearest-name.ts";

/** How the rows of a file are written, whatever their fields mean. */
export type Container = "jsonl" | "json" | "csv" | "tsv" | "yaml" | "parquet";

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
  switch (format) {
    case "jsonl":
    case "json":
    case "csv":
    case "tsv":
    case "yaml":
    case "parquet":
      return { format, container: format };
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
