/** The formats of data that can be read: five ways to write rows, and six well-known kinds of data sets. */
export const DATA_FORMATS = [
  "jsonl",
  "json",
  "csv",
  "tsv",
  "yaml",
  "bbh",
  "gsm8k",
  "aqua-rat",
  "instruction-induction",
  "classification",
  "preference",
] as const;

export type DataFormat = (typeof DATA_FORMATS)[number];
