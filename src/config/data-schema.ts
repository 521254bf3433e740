import { z } from "zod";
import { DATA_FORMATS } from "../core/data-format.ts";
import type { DataConfig, DataFields } from "./config.ts";
import { orNull, someText, wholeNumber } from "./schema-parts.ts";

const fieldsSchema: z.ZodType<DataFields> = z
  .strictObject({
    inputs: z
      .union([z.array(someText).min(1), z.record(someText, someText)])
      .optional()
      .describe("Fields of the input, or variable: field pairs."),
    target: someText.optional().describe("Field of the known good answer."),
    id: someText.optional().describe("Field that names the example."),
    options: someText.optional().describe("Field of the legal answers."),
    accept: someText.optional().describe("Field of other right answers."),
    rejected: someText.optional().describe("Field of an answer, or answers, known to be worse."),
  })
  .describe(
    "Which fields are what, each a column, a template ({{question}} in {{city}}) or a JSON path ($.messages[0].content); by default the columns input, target, id, options, accept and rejected.",
  );

const dataMapping: z.ZodType<DataConfig> = z.strictObject({
  file: someText.describe(
    "The examples: .jsonl, .json, .csv, .tsv, .yaml or .parquet, also packed as .gz; or a data set of the hub, hf:OWNER/NAME or hf:OWNER/NAME/CONFIG/SPLIT.",
  ),
  test: orNull(someText).describe("A test set of its own, in a file or of the hub."),
  format: orNull(z.enum(DATA_FORMATS)).describe("By default the one that the file's ending names."),
  fields: orNull(fieldsSchema),
  sample: wholeNumber(2)
    .default(10_000)
    .describe("Rows that are kept of a larger file, drawn evenly by the seed."),
  train: wholeNumber(1).default(50).describe("Training examples, at most."),
  demonstrations: wholeNumber(0)
    .default(16)
    .describe("Examples set aside to be shown in prompts, at most."),
  validation: wholeNumber(0)
    .default(0)
    .describe(
      "Examples on which a prompt that is better in training has to hold its own, at most.",
    ),
  testExamples: wholeNumber(1)
    .default(200)
    .describe("Test examples that the verdict answers, at most."),
});

/** The examples: a file, or a mapping that says how to read and divide it. */
export const dataSchema: z.ZodType<DataConfig> = z
  .union([someText.transform((file) => dataMapping.parse({ file })), dataMapping])
  .describe("The examples: a file, or how to read and divide it.");
