import type { Candidate } from "../../core/candidate.ts";
import {
  contrastsOf,
  type Contrasts,
  type MainEffects,
  predictedChange,
} from "../../statistics/main-effects.ts";
import { mergeInstructions, sentencesOf } from "./merge-instructions.ts";

/** The values that the aspects of a combination may take. */
export interface CombinationSpace {
  readonly instructions: readonly string[];
  readonly layouts: readonly Candidate["layout"][];
  readonly demonstrations: readonly Candidate["demonstrations"][];
}

/** The most promising values of each aspect are put together, so many of each. */
const VALUES = 5;

/** Every value that was tried, and instructions in which two changes of the incumbent's are both made. */
export function combinationSpace(
  tried: readonly Candidate[],
  incumbent: Candidate,
): CombinationSpace {
  const instructions = tried.map(({ instruction }) => instruction);
  const merged = instructions.flatMap((one) =>
    instructions.flatMap((other) => mergeInstructions(incumbent.instruction, one, other) ?? []),
  );
  return {
    instructions: [...new Set([...instructions, ...merged])],
    layouts: distinct(
      tried.map(({ layout }) => layout),
      layoutFeature,
    ),
    demonstrations: distinct(
      tried.map(({ demonstrations }) => demonstrations),
      demonstrationsFeature,
    ),
  };
}

/** In what a candidate differs from another, as features whose effects may be added up. */
export function candidateContrasts(candidate: Candidate, baseline: Candidate): Contrasts {
  return contrastsOf(featuresOf(candidate), featuresOf(baseline));
}

/** Combinations that the effects promise to be better than the incumbent, the best first. */
export function promisingCombinations(
  space: CombinationSpace,
  effects: MainEffects,
  incumbent: Candidate,
): readonly Candidate[] {
  const change = (candidate: Candidate): number =>
    predictedChange(effects, candidateContrasts(candidate, incumbent));
  const best = <T>(values: readonly T[], place: (value: T) => Candidate): readonly T[] =>
    lowest(values, (value) => change(place(value))).slice(0, VALUES);
  const layouts = best(space.layouts, (layout) => ({ ...incumbent, layout }));
  const shown = best(space.demonstrations, (demonstrations) => ({ ...incumbent, demonstrations }));
  const combinations = best(space.instructions, (instruction) => ({
    ...incumbent,
    instruction,
  })).flatMap((instruction) =>
    layouts.flatMap((layout) =>
      shown.map((demonstrations) => ({ instruction, layout, demonstrations })),
    ),
  );
  return lowest(combinations, change);
}

function featuresOf(candidate: Candidate): ReadonlySet<string> {
  return new Set([
    layoutFeature(candidate.layout),
    demonstrationsFeature(candidate.demonstrations),
    ...sentencesOf(candidate.instruction).map((sentence) => `sentence ${sentence}`),
  ]);
}

function layoutFeature(layout: Candidate["layout"]): string {
  return `layout ${JSON.stringify(layout)}`;
}

function demonstrationsFeature(demonstrations: Candidate["demonstrations"]): string {
  return `demonstrations ${demonstrations.map(({ id }) => id).join()}`;
}

function distinct<T>(values: readonly T[], nameOf: (value: T) => string): readonly T[] {
  return [...new Map(values.map((value) => [nameOf(value), value])).values()];
}

function lowest<T>(values: readonly T[], of: (value: T) => number): readonly T[] {
  return values
    .map((value) => ({ value, key: of(value) }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}
