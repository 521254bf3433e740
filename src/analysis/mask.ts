import type { Candidate } from "../core/candidate.ts";
import { PmpoError } from "../core/errors.ts";
import type { Example } from "../core/example.ts";
import type { ExampleLoss } from "../core/loss.ts";
import type { CallOptions } from "../core/model.ts";
import type { PartEffect } from "../core/run-event.ts";
import { type Scoring, scoreCandidate } from "../scoring/score-candidate.ts";
import { meanAndStandardError } from "../statistics/interval.ts";
import { maskPart, type Part } from "./parts.ts";

/** A part with what masking it does to each example: loss without it − loss with it, nats, in the examples' order. */
export interface MaskedPart {
  readonly part: Part;
  readonly differences: readonly number[];
}

/**
 * Masks each part in turn and scores all examples again. A part that the mask makes too long for the
 * context is left out.
 */
export async function maskParts(
  scoring: Scoring,
  candidate: Candidate,
  losses: readonly ExampleLoss[],
  examples: readonly Example[],
  parts: readonly Part[],
  call: CallOptions,
): Promise<readonly MaskedPart[]> {
  const masked: MaskedPart[] = [];
  for (const part of parts) {
    const without = { ...candidate, instruction: maskPart(candidate.instruction, part) };
    const maskedLosses = await scoreIfItFits(scoring, without, examples, call);
    if (maskedLosses === null) continue;
    const differences = maskedLosses.map(
      ({ loss }, index) => loss - (losses[index] as ExampleLoss).loss,
    );
    masked.push({ part, differences });
  }
  return masked;
}

/** What can be said of a part. */
export type PartVerdict = "helps" | "hurts" | "inert";

/** What a part is worth over the examples: above 0 it helps, below it hurts. */
export function partEffect({ part, differences }: MaskedPart): PartEffect {
  const { mean, standardError } = meanAndStandardError(differences);
  return { ...part, deltaLoss: mean, standardError };
}

/** What each part is worth, as `maskParts` finds out. */
export async function measureParts(
  ...masking: Parameters<typeof maskParts>
): Promise<readonly PartEffect[]> {
  return (await maskParts(...masking)).map(partEffect);
}

async function scoreIfItFits(
  ...scored: Parameters<typeof scoreCandidate>
): Promise<readonly ExampleLoss[] | null> {
  try {
    return await scoreCandidate(...scored);
  } catch (error) {
    if (error instanceof PmpoError && error.code === "CONTEXT_OVERFLOW") return null;
    throw error;
  }
}

/**
 * Whether a part helps, hurts or does nothing that can be told from noise (two standard errors).
 * From a single example, whose standard error is 0, nothing can be told.
 */
export function verdictOnPart({ deltaLoss, standardError }: PartEffect): PartVerdict {
  if (standardError === 0) return "inert";
  if (Math.abs(deltaLoss) <= 2 * standardError) return "inert";
  return deltaLoss > 0 ? "helps" : "hurts";
}
