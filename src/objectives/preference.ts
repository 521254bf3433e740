import type { AnswerScore, ExampleScores, PreferenceObjective } from "../core/objective.ts";

/**
 * The mean preference loss of the target over each rejected answer (at least one):
 * - logistic: −log σ(β · (log p⁺ − log p⁻)), the PMPO paper's;
 * - dpo: the same with both log-probabilities taken relative to the start prompt (Rafailov et al. 2023);
 * - simpo: −log σ(β · (log p⁺/|y⁺| − log p⁻/|y⁻|) − margin), per token (Meng et al. 2024);
 * - ipo: (h − 1/(2β))² with DPO's relative difference h (Azar et al. 2023).
 */
export function preferenceLoss(
  { target, reference }: Pick<ExampleScores, "target" | "reference">,
  rejected: readonly AnswerScore[],
  objective: Omit<PreferenceObjective, "kind">,
): number {
  if (rejected.length === 0) {
    throw new RangeError("A preference needs at least one rejected answer for every example");
  }
  const losses = rejected.map((answer) => pairLoss(target, answer, reference, objective));
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

function pairLoss(
  chosen: AnswerScore,
  rejected: AnswerScore,
  reference: ReadonlyMap<string, number>,
  { form, beta, margin }: Omit<PreferenceObjective, "kind">,
): number {
  const relative = (answer: AnswerScore): number => answer.logProb - referenceOf(answer, reference);
  switch (form) {
    case "logistic":
      return minusLogSigmoid(beta * (chosen.logProb - rejected.logProb));
    case "dpo":
      return minusLogSigmoid(beta * (relative(chosen) - relative(rejected)));
    case "simpo":
      return minusLogSigmoid(
        beta * (chosen.logProb / chosen.tokens - rejected.logProb / rejected.tokens) - margin,
      );
    case "ipo":
      return (relative(chosen) - relative(rejected) - 1 / (2 * beta)) ** 2;
  }
}

function referenceOf({ text }: AnswerScore, reference: ReadonlyMap<string, number>): number {
  const logProb = reference.get(text);
  if (logProb === undefined) {
    throw new RangeError("DPO and IPO need the scores of both answers under the start prompt");
  }
  return logProb;
}

/** −log σ(z) = log(1 + e⁻ᶻ), without overflow. */
function minusLogSigmoid(z: number): number {
  return Math.max(0, -z) + Math.log1p(Math.exp(-Math.abs(z)));
}
