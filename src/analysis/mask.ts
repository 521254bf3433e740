import type { Candidate } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import type { ExampleLoss } from "../core/loss.ts";
import type { CallOptions } from "../core/model.ts";
import type { PartEffect } from "../core/run-event.ts";
import { type Scoring, scoreCandidate } from "../scoring/score-candidate.ts";
import { meanAndStandardError } from "../statistics/interval.ts";
import { maskPart, type Part } from "./parts.ts";

/**
 * What each part is worth: the loss with the part masked minus the loss with it, paired by example.
 * Above 0 the part helps, below it hurts.
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
    const maskedLosses = await scoreCandidate(scoring, masked, examples, call);
    const differences = maskedLosses.map(
      ({ loss }, index) => loss - (losses[index] as ExampleLoss).loss,
    );
    const { mean, standardError } = meanAndStandardError(differences);
    effects.push({ ...part, deltaLoss: mean, standardError });
  }
  return effects;
}

/** Whether a part helps, hurts or does nothing that can be told from noise (two standard errors). */
export function verdictOnPart({
  deltaLoss,
  standardError,
}: PartEffect): "helps" | "hurts" | "inert" {
  if (Math.abs(deltaLoss) <= 2 * standardError) return "inert";
  return deltaLoss > 0 ? "helps" : "hurts";
}
