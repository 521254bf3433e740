import { z } from "zod";
import { DATA_FORMATS } from "../core/data-format.ts";
import type { DataConfig, DataFields } from "./config.ts";
import { orNull, someText, wholeNumber } from "./schema-parts.ts";

const fieldsSchema: z.ZodType<DataFields> = z
  .strictObject({
    inputs: z
      .union([z.array(someText).min(1), z.record(someText, someText)])
      .optional()
      .describe("Columns of the input, or variable: column pairs."),
    target: someText.optional().describe("Column of the known good answer."),
    id: someText.optional().describe("Column that names the example."),
    options: someText.optional().describe("Column of the legal answers."),
    rejected: someText.optional().describe("Column of an answer, or answers, known to be worse."),
  })
  .describe("Which columns are what; by default input, target, id, options and rejected.");

const dataMapping: z.ZodType<DataConfig> = z.strictObject({
  file: someText.describe("The examples: .jsonl, .json, .csv, .tsv or .yaml."),
  test: orNull(someText).describe("A test set in a file of its own."),
  format: orNull(z.enum(DATA_FORMATS)).describe("By default the one that the file's ending names."),
  fields: orNull(fieldsSchema),
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
