import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { MoneyEstimate, Range, RunEstimate } from "../core/estimate.ts";
import { diskError } from "./disk-error.ts";
import { readJsonFile, writeJsonFile } from "./json-file.ts";

const RUN_FILE = "estimate.json";

const rangeSchema: z.ZodType<Range> = z.object({
  least: z.number(),
  expected: z.number(),
  most: z.number(),
});

const moneySchema: z.ZodType<MoneyEstimate> = z.object({
  currency: z.string(),
  model: rangeSchema,
  rewriter: rangeSchema,
  judge: rangeSchema.nullable(),
  // Estimates of earlier versions began nothing.
  begun: z.number().default(0),
  machine: rangeSchema,
  total: rangeSchema,
  unpriced: z.array(z.string()),
  // Estimates of earlier versions do not say.
  unused: z.array(z.string()).default([]),
});

const estimateSchema: z.ZodType<RunEstimate> = z.object({
  model: z.string(),
  simulations: z.int().positive(),
  // Estimates of earlier versions began nothing.
  begun: z
    .object({
      iterations: z.number(),
      requestedTokens: z.number(),
      evaluatedTokens: z.number(),
      generatedTokens: z.number(),
    })
    .default({ iterations: 0, requestedTokens: 0, evaluatedTokens: 0, generatedTokens: 0 }),
  start: z.object({ requestedTokens: z.number(), evaluatedTokens: z.number() }).nullable(),
  iterations: rangeSchema,
  candidates: rangeSchema,
  requestedTokens: rangeSchema,
  evaluatedTokens: rangeSchema,
  generatedTokens: rangeSchema,
  seconds: rangeSchema,
  money: moneySchema.nullable(),
});

/** Keeps an estimate in a project for the runs of what it was made of. Replaces an older one. */
export function keepEstimate(projectFolder: string, key: string, estimate: RunEstimate): void {
  const folder = estimatesFolder(projectFolder);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw diskError(folder, error);
  }
  writeJsonFile(join(folder, `${key}.json`), estimate);
}

/** The last estimate kept under that key; null where there is none that can be read. */
export function keptEstimate(projectFolder: string, key: string): RunEstimate | null {
  return readJsonFile(join(estimatesFolder(projectFolder), `${key}.json`), estimateSchema);
}

/** Puts an estimate beside the log of the run that it is of. */
export function writeRunEstimate(runFolder: string, estimate: RunEstimate): void {
  writeJsonFile(join(runFolder, RUN_FILE), estimate);
}

/** What was estimated of a run before it began; null where nothing was, or it cannot be read. */
export function readRunEstimate(runFolder: string): RunEstimate | null {
  return readJsonFile(join(runFolder, RUN_FILE), estimateSchema);
}

function estimatesFolder(projectFolder: string): string {
  return join(projectFolder, ".pmpo", "estimates");
}
