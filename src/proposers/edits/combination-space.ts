import type { Candidate } from "../../core/candidate.ts";
import {
  contrastsOf,
  type Contrasts,
  type MainEffects,
  predictedChange,
} from "../../statistics/main-effects.ts";
import { mergeInstructions, type Sentences, sentencesOf } from "./merge-instructions.ts";

/** The most promising values of each aspect are put together, so many of each; all, where that is nothing new. */
const VALUES = 6;
/** Of so many of the most promising instructions, any two are merged. */
const MERGED = 8;

/** Combinations of what was tried, seen from the incumbent. */
export interface CombinationSpace {
  /** In what a candidate differs from the incumbent, as features whose effects may be added up. */
  contrasts(candidate: Candidate): Contrasts;
  /** Equal for candidates of which the effects cannot tell one from the other. */
  key(candidate: Candidate): string;
  /** Combinations, those first whose effects promise the lowest loss. */
  promising(effects: MainEffects): Iterable<Candidate>;
}

/** A value of an aspect, and what it changes. */
interface Valued<T> {
  readonly value: T;
  readonly change: number;
}

/** The combinations of every layout, set of demonstrations and instruction that was tried, and of two instructions in one. */
export function combinationSpace(
  tried: readonly Candidate[],
  incumbent: Candidate,
): CombinationSpace {
  const cut = rememberedSentences();
  const featuresOf = ({ instruction, layout, demonstrations }: Candidate): ReadonlySet<string> =>
    new Set([
      layoutFeature(layout),
      demonstrationsFeature(demonstrations),
      ...cut(instruction).parts.map(({ text }) => `sentence ${text}`),
    ]);
  const baseline = featuresOf(incumbent);
  const contrasts = (candidate: Candidate): Contrasts =>
    contrastsOf(featuresOf(candidate), baseline);
  const instructions = [...new Set(tried.map(({ instruction }) => instruction))];
  const layouts = distinct(
    tried.map(({ layout }) => layout),
    layoutFeature,
  );
  const shown = distinct(
    tried.map(({ demonstrations }) => demonstrations),
    demonstrationsFeature,
  );
  return {
    contrasts,
    key: (candidate) => JSON.stringify([...featuresOf(candidate)].sort()),
    promising: function* (effects) {
      const ranked = <T>(values: readonly T[], place: (value: T) => Candidate) =>
        lowestFirst(
          values.map((value) => ({
            value,
            change: predictedChange(effects, contrasts(place(value))),
          })),
        );
      const withInstruction = (instruction: string): Candidate => ({ ...incumbent, instruction });
      const best = ranked(instructions, withInstruction).slice(0, MERGED);
      const merged = mergedPairs(
        incumbent.instruction,
        best.map(({ value }) => value),
        cut,
      );
      const aspects = [
        ranked([...new Set([...instructions, ...merged])], withInstruction),
        ranked(layouts, (layout) => ({ ...incumbent, layout })),
        ranked(shown, (demonstrations) => ({ ...incumbent, demonstrations })),
      ] as const;
      yield* combinations(...aspects, VALUES);
      yield* combinations(...aspects, Infinity);
    },
  };
}

/** What each aspect changes is added up. */
function combinations(
  instructions: readonly Valued<string>[],
  layouts: readonly Valued<Candidate["layout"]>[],
  shown: readonly Valued<Candidate["demonstrations"]>[],
  values: number,
): readonly Candidate[] {
  const all = instructions.slice(0, values).flatMap((instruction) =>
    layouts.slice(0, values).flatMap((layout) =>
      shown.slice(0, values).map((demonstrations) => ({
        value: {
          instruction: instruction.value,
          layout: layout.value,
          demonstrations: demonstrations.value,
        },
        change: instruction.change + layout.change + demonstrations.change,
      })),
    ),
  );
  return lowestFirst(all).map(({ value }) => value);
}

function mergedPairs(
  base: string,
  instructions: readonly string[],
  cut: (text: string) => Sentences,
): readonly string[] {
  return instructions.flatMap((one, index) =>
    instructions.slice(index + 1).flatMap((other) => {
      const [start, first, second] = [cut(base), cut(one), cut(other)];
      const merged =
        mergeInstructions(start, first, second) ?? mergeInstructions(start, second, first);
      return merged === null ? [] : [merged];
    }),
  );
}

/** Cutting into sentences costs far more than all else. */
function rememberedSentences(): (text: string) => Sentences {
  const known = new Map<string, Sentences>();
  return (text) => {
    const sentences = known.get(text) ?? sentencesOf(text);
    known.set(text, sentences);
    return sentences;
  };
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

function lowestFirst<T extends { readonly change: number }>(items: readonly T[]): readonly T[] {
  return items.toSorted((a, b) => a.change - b.change);
}
