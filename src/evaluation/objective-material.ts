import type { Candidate } from "../core/candidate.ts";
import { usageError } from "../core/errors.ts";
import { type Example, rightAnswers } from "../core/example.ts";
import type { CallOptions, LanguageModel } from "../core/model.ts";
import {
  type LikelihoodObjective,
  NO_MATERIAL,
  type ObjectiveMaterial,
} from "../core/objective.ts";
import type { TrainingTask } from "../core/task.ts";
import { objectiveNeeds } from "../objectives/objective.ts";
import { referenceScores } from "../scoring/score-candidate.ts";
import { otherTargets, ownWrongAnswers } from "./negatives.ts";

/** What material is gathered for. */
export interface MaterialWanted {
  readonly task: Pick<TrainingTask, "options" | "grade" | "overflow"> & {
    readonly objective: LikelihoodObjective;
  };
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
  wanted: MaterialWanted,
  call: CallOptions,
): Promise<ObjectiveMaterial["negatives"]> {
  const { task, examples } = wanted;
  const found = await gatheredAnswers(wanted, call);
  // In a closed set there is always something wrong to say.
  const complete = examples.map((example) => {
    const own = found[example.id] ?? [];
    const options = example.options ?? task.options ?? [];
    const right = rightAnswers(example);
    const negatives = own.length > 0 ? own : options.filter((option) => !right.includes(option));
    return [example.id, negatives] as const;
  });
  const lacking = complete.find(([, negatives]) => negatives.length === 0);
  if (lacking === undefined) return Object.fromEntries(complete);
  throw usageError(
    "OBJECTIVE_NEEDS_REJECTED",
    `The objective needs a wrong answer for every example, and none was found for example ${lacking[0]}`,
    "Add a field `rejected` to the data, or use another objective.",
  );
}

/** Wrong answers from where the objective wants them; of some examples there may be none. */
async function gatheredAnswers(
  { task, model, start, examples, pool, seed }: MaterialWanted,
  call: CallOptions,
): Promise<ObjectiveMaterial["negatives"]> {
  const { objective, grade } = task;
  if (objective.kind === "contrast" && objective.negatives !== "data") {
    const settings = { grade, count: objective.count, seed, model, call };
    const others = await otherTargets(examples, pool, settings);
    if (objective.negatives === "others") return others;
    const own = await ownWrongAnswers(start, examples, settings);
    // Where the model is always right there is nothing of its own to hold the answer against.
    return Object.fromEntries(
      examples.map(({ id }) => [id, own[id]?.length === 0 ? (others[id] ?? []) : (own[id] ?? [])]),
    );
  }
  return Object.fromEntries(examples.map(({ id, rejected = [] }) => [id, rejected]));
}
