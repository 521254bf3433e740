import type { Candidate } from "../core/candidate.ts";
import { PmpoError } from "../core/errors.ts";
import type { Example } from "../core/example.ts";
import type { ExampleLoss } from "../core/loss.ts";
import type { CallOptions } from "../core/model.ts";
import type { PartEffect } from "../core/run-event.ts";
import { type Scoring, scoreCandidate } from "../scoring/score-candidate.ts";
import { meanAndStandardError } from "../statistics/interval.ts";
import { maskPart, type Part } from "./parts.ts";

/**
 * What each part is worth: the loss with the part masked minus the loss with it, paired by example.
 * Above 0 the part helps, below it hurts. A part that the mask makes too long for the context is
 * left out.
 */
export async function measureParts(
  scoring: Scoring,
  candidate: Candidate,
  losses: readonly ExampleLoss[],
  examples: readonly Example[],
  parts: readonly Part[],
  call: CallOptions,
): Promise<readonly PartEffect[]> {
  const effects: PartEffect[] = [];
  for (const part of parts) {
    const masked = { ...candidate, instruction: maskPart(candidate.instruction, part) };
    const maskedLosses = await scoreIfItFits(scoring, masked, examples, call);
    if (maskedLosses === null) continue;
    const differences = maskedLosses.map(
      ({ loss }, index) => loss - (losses[index] as ExampleLoss).loss,
    );
    const { mean, standardError } = meanAndStandardError(differences);
    effects.push({ ...part, deltaLoss: mean, standardError });
  }
  return effects;
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
export function verdictOnPart({
  deltaLoss,
  standardError,
}: PartEffect): "helps" | "hurts" | "inert" {
  if (standardError === 0) return "inert";
  if (Math.abs(deltaLoss) <= 2 * standardError) return "inert";
  return deltaLoss > 0 ? "helps" : "hurts";
}
