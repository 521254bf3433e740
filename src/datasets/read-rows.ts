import type { DataFormat } from "../core/data-format.ts";
import type { Container } from "./formats.ts";
import { readJsonLines, readJsonRows } from "./json-rows.ts";
import { promptfooTests } from "./promptfoo-tests.ts";
import type { Row } from "./row.ts";
import { readTable } from "./table-rows.ts";
import { readWholeText, textChunks } from "./text-file.ts";
import { openYaml } from "./yaml-rows.ts";

const MEBIBYTE = 1 << 20;
/** A list of objects takes several times its text in memory. */
const MOST_JSON_BYTES = 256 * MEBIBYTE;
/** YAML is held with every token's place, which takes many times its text. */
const MOST_YAML_BYTES = 16 * MEBIBYTE;

/** The rows of one file, in pieces, one after another; those that can be are read without holding the file. */
export async function* readRows(
  path: string,
  container: Container,
  format: DataFormat,
): AsyncGenerator<readonly Row[]> {
  switch (container) {
    case "jsonl":
      yield* readJsonLines(textChunks(path), path);
      break;
    case "csv":
      yield* readTable(textChunks(path), path, ",");
      break;
    case "tsv":
      yield* readTable(textChunks(path), path, "\t");
      break;
    case "parquet": {
      const { readParquetRows } = await import("./parquet-rows.ts");
      yield* readParquetRows(path);
      break;
    }
    case "json":
      yield readJsonRows(
        await readWholeText(path, MOST_JSON_BYTES),
        path,
        format === "bbh" ? "examples" : undefined,
      );
      break;
    case "yaml": {
      const yaml = openYaml(await readWholeText(path, MOST_YAML_BYTES), path);
      yield format === "promptfoo" ? promptfooTests(yaml, path) : yaml.rows();
      break;
    }
  }
}
