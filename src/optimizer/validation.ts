import { meanOf } from "../core/mean.ts";
import type { ScoredCandidate } from "../core/run-state.ts";
import { usageMeter } from "../core/usage-meter.ts";
import type { Search } from "./optimize.ts";

/**
 * The first of the improvements that is no worse than the incumbent on the validation examples
 * either; without such examples the first. Null where none holds its own.
 */
export async function firstValid(
  search: Search,
  incumbent: ScoredCandidate,
  improvements: readonly ScoredCandidate[],
  iteration: number,
): Promise<ScoredCandidate | null> {
  if (search.task.data.validation.length === 0) return improvements[0] ?? null;
  for (const candidate of improvements) {
    const before = await validationLoss(search, incumbent, iteration);
    const after = await validationLoss(search, candidate, iteration);
    if (after <= before) return candidate;
  }
  return null;
}

/** The mean loss on the validation examples: scored once for each candidate, and recorded. */
async function validationLoss(
  search: Search,
  { id, candidate }: ScoredCandidate,
  iteration: number,
): Promise<number> {
  const { recorder, task, evaluator } = search;
  const known = recorder.state.validationLosses[id];
  if (known !== undefined) return known;
  const meter = usageMeter(search);
  const examples = task.data.validation;
  const { material } = recorder.state;
  // As in the verdict: what a candidate was never fitted to may be longer, and is no reason to stop.
  const losses = await evaluator.scoreHeldOut(candidate, examples, material, meter.call);
  const loss = meanOf(losses.map((each) => each.loss));
  recorder.record({
    type: "candidate-validated",
    candidateId: id,
    iteration,
    loss,
    usage: meter.total(),
  });
  return loss;
}
