import type { DataFormat } from "../core/data-format.ts";
import { usageError } from "../core/errors.ts";
import type { Dataset, Example } from "../core/example.ts";
import { type BuiltInMetric, FINAL_NUMBER } from "../core/metric.ts";
import { withListedOptions } from "./bbh.ts";
import { readChatRow } from "./chat-rows.ts";
import type { ReadExample } from "./check-examples.ts";
import { isContainer } from "./formats.ts";
import { createRowReader, type FieldMapping } from "./mapped-rows.ts";
import { assertedMetric, commonVariables, readPromptfooRow } from "./promptfoo-rows.ts";
import { NO_PAIR, readDpoRow } from "./promptfoo-dpo.ts";
import { readAquaRatRow, readGsm8kRow } from "./question-sets.ts";
import type { Row } from "./row.ts";

/** How the rows of a format become examples. */
export interface FormatReader {
  /** What one row says; null where it says nothing that could be learned from. */
  readonly read: (row: Row) => Example | null;
  /** What is the matter with rows that say nothing. */
  readonly leftOutBecause?: string;
  /** Names that stand for inputs and answer in the data. */
  readonly fieldNames: Dataset["fieldNames"];
  /** What the rows that were kept say together. */
  readonly complete?: (kept: readonly ReadExample[]) => Completed;
}

/** What only several rows can say, in the place of what the reader said of each. */
interface Completed {
  readonly examples?: readonly ReadExample[];
  readonly fieldNames?: Dataset["fieldNames"];
  readonly metric?: BuiltInMetric;
}

/** The reader of a format; `fields` is refused by a format that has fields of its own. */
export async function formatReader(
  format: DataFormat,
  fields: FieldMapping | undefined,
): Promise<FormatReader> {
  if (isContainer(format)) return createRowReader(fields);
  refuseFields(format, fields);
  switch (format) {
    case "instruction-induction":
      return createRowReader();
    case "classification":
      return createRowReader({ options: "options" });
    case "preference":
      return createRowReader({ inputs: ["prompt"], target: "chosen", rejected: "rejected" });
    case "openai-messages":
      return { read: readChatRow, fieldNames: fieldNames("input", "answer") };
    case "promptfoo":
      return promptfooReader();
    case "promptfoo-dpo":
      return dpoReader();
    case "bbh":
      return {
        ...(await createRowReader()),
        complete: (kept) => ({ examples: withListedOptions(kept) }),
      };
    case "gsm8k":
      return {
        read: readGsm8kRow,
        fieldNames: fieldNames("question", "answer"),
        complete: () => ({ metric: FINAL_NUMBER }),
      };
    case "aqua-rat":
      return { read: readAquaRatRow, fieldNames: fieldNames("question", "correct") };
  }
}

function promptfooReader(): FormatReader {
  const variables = commonVariables();
  let metric: BuiltInMetric | undefined;
  return {
    read: (row) => {
      const example = readPromptfooRow(row);
      variables.check(row);
      const asserted = assertedMetric(row);
      // The metric that all tests assert, else the more forgiving.
      metric = metric === undefined || asserted.kind === "contains" ? asserted : metric;
      return example;
    },
    fieldNames: ANSWER_ONLY,
    complete: () => ({
      fieldNames: { ...ANSWER_ONLY, inputs: variables.names() },
      ...(metric === undefined ? {} : { metric }),
    }),
  };
}

function dpoReader(): FormatReader {
  const variables = commonVariables();
  return {
    read: (row) => {
      const example = readDpoRow(row);
      variables.check(row);
      return example;
    },
    leftOutBecause: NO_PAIR,
    fieldNames: ANSWER_ONLY,
    complete: () => ({ fieldNames: { ...ANSWER_ONLY, inputs: variables.names() } }),
  };
}

/** Until the first test has said what the variables are. */
const ANSWER_ONLY: Dataset["fieldNames"] = { inputs: [], target: "answer" };

function fieldNames(input: string, target: string): Dataset["fieldNames"] {
  return { inputs: [input], target };
}

function refuseFields(format: DataFormat, fields: FieldMapping | undefined): void {
  if (fields === undefined || Object.values(fields).every((value) => value === undefined)) return;
  throw usageError(
    "DATA_FIELDS_FIXED",
    `Format ${format} has fields of its own: \`fields\` does not apply`,
    "Leave out the format to map the fields yourself.",
  );
}
