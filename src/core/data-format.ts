/** The formats of data that can be read: six ways to write rows, and others with fields of their own. */
export const DATA_FORMATS = [
  "jsonl",
  "json",
  "csv",
  "tsv",
  "yaml",
  "parquet",
  "bbh",
  "gsm8k",
  "aqua-rat",
  "instruction-induction",
  "classification",
  "preference",
  "openai-messages",
  "promptfoo",
  "promptfoo-dpo",
] as const;

export type DataFormat = (typeof DATA_FORMATS)[number];
