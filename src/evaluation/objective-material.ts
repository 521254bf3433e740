import type { Candidate } from "../core/candidate.ts";
import { usageError } from "../core/errors.ts";
import type { Example } from "../core/example.ts";
import type { CallOptions, LanguageModel } from "../core/model.ts";
import { NO_MATERIAL, type ObjectiveMaterial } from "../core/objective.ts";
import type { TrainingTask } from "../core/task.ts";
import { objectiveNeeds } from "../objectives/objective.ts";
import { referenceScores } from "../scoring/score-candidate.ts";
import { otherTargets, ownWrongAnswers } from "./negatives.ts";

/** What material is gathered for. */
export interface MaterialWanted {
  readonly task: Pick<TrainingTask, "objective" | "options" | "grade" | "overflow">;
  readonly model: LanguageModel;
  readonly start: Candidate;
  /** The examples that will be scored with it. */
  readonly examples: readonly Example[];
  /** The examples whose targets may be wrong answers to others. */
  readonly pool: readonly Example[];
  readonly seed: number;
}

/** Gathers what the task's objective holds answers against: wrong answers, and the start prompt's scores. */
export async function gatherMaterial(
  wanted: MaterialWanted,
  call: CallOptions,
): Promise<ObjectiveMaterial> {
  const { task, model, start, examples } = wanted;
  const { objective, options, overflow } = task;
  const needs = objectiveNeeds(objective);
  if (!needs.negatives) return NO_MATERIAL;
  const material = { ...NO_MATERIAL, negatives: await wrongAnswers(wanted, call) };
  if (!needs.reference) return material;
  const scoring = { model, objective, options, overflow, material };
  return { ...material, reference: await referenceScores(scoring, start, examples, call) };
}

async function wrongAnswers(
  { task, model, start, examples, pool, seed }: MaterialWanted,
  call: CallOptions,
): Promise<ObjectiveMaterial["negatives"]> {
  const { objective, options, grade } = task;
  if (objective.kind === "contrast" && objective.negatives !== "data") {
    const settings = { grade, count: objective.count, seed };
    const others = await otherTargets(examples, pool, settings);
    if (objective.negatives === "others") return others;
    const own = await ownWrongAnswers(model, start, examples, settings, call);
    // Where the model is always right there is nothing of its own to hold the answer against.
    return Object.fromEntries(
      examples.map(({ id }) => [id, own[id]?.length === 0 ? (others[id] ?? []) : (own[id] ?? [])]),
    );
  }
  return Object.fromEntries(
    examples.map((example) => [example.id, rejectedAnswers(example, options)]),
  );
}

/** Those that the data name; else, in a closed set, none beside the other options. */
function rejectedAnswers(example: Example, options: readonly string[] | null): readonly string[] {
  if (example.rejected !== undefined) return example.rejected;
  if (example.options !== undefined || options !== null) return [];
  throw usageError(
    "OBJECTIVE_NEEDS_REJECTED",
    `The objective needs a wrong answer for every example, and example ${example.id} names none`,
    "Add a field `rejected` to the data, or use the objective contrast, which finds wrong answers by itself.",
  );
}
