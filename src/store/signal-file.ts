import { join } from "node:path";
import { z } from "zod";
import type { MeasuredSignal } from "../core/signal.ts";
import { readJsonFile, writeJsonFile } from "./json-file.ts";

const FILE = "signal.json";

const signalSchema: z.ZodType<MeasuredSignal> = z.object({
  measure: z.enum(["accuracy", "choice-accuracy"]),
  examples: z.int().positive(),
  signals: z.array(
    z.object({
      name: z.enum(["objective", "cross-entropy", "format loss", "decision loss"]),
      correlation: z.number().nullable(),
      pValue: z.number(),
    }),
  ),
  candidates: z.array(
    z.object({
      id: z.string(),
      operator: z.string(),
      layout: z.string(),
      demonstrations: z.number(),
      instruction: z.string(),
      trainingLoss: z.number(),
      testLoss: z.number(),
      accuracy: z.number(),
    }),
  ),
});

/** Puts what was measured of a run's loss beside its log. Replaces what was measured before. */
export function writeRunSignal(runFolder: string, signal: MeasuredSignal): void {
  writeJsonFile(join(runFolder, FILE), signal);
}

/** What was last measured of a run's loss; null where nothing was, or it cannot be read. */
export function readRunSignal(runFolder: string): MeasuredSignal | null {
  return readJsonFile(join(runFolder, FILE), signalSchema);
}
