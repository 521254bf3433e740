import { dataError } from "../core/errors.ts";
import { type DataSplit, type Example, inputKey } from "../core/example.ts";
import { createRandom, type Random } from "../core/random.ts";

/** How many examples each part gets at most, and the seed that draws them. */
export interface SplitSizes {
  readonly train: number;
  readonly demonstrations: number;
  /** Default 0. */
  readonly validation?: number;
  /** Null: all that are left. */
  readonly test: number | null;
  readonly seed: number;
}

/** The sizes of a split where nothing else is said. */
export const DEFAULT_SPLIT_SIZES: Omit<SplitSizes, "seed"> = {
  train: 50,
  demonstrations: 16,
  test: null,
};

/**
 * Draws the parts from one file: at most half of it to train on, at most a quarter of the rest as
 * demonstrations, at most half of what is then left for validation. Examples with equal inputs never stand in different parts.
 */
export function splitExamples(examples: readonly Example[], sizes: SplitSizes): DataSplit {
  const groups = drawGroups(examples, createRandom(sizes.seed, "split"));
  if (groups.length < 2) {
    throw dataError(
      "DATA_INPUTS_ALL_EQUAL",
      "All examples have the same input: none is left to test on",
      "Add examples with other inputs, or name a test file.",
    );
  }
  const train = takeAny(groups, Math.min(sizes.train, Math.floor(examples.length / 2)));
  const shown = Math.floor((examples.length - train.taken.length) / 4);
  const demonstrations = take(train.rest, Math.min(sizes.demonstrations, shown));
  const left = examples.length - train.taken.length - demonstrations.taken.length;
  const validation = take(
    demonstrations.rest,
    Math.min(sizes.validation ?? 0, Math.floor(left / 2)),
  );
  return {
    train: train.taken,
    demonstrations: demonstrations.taken,
    validation: validation.taken,
    test: validation.rest.flat().slice(0, sizes.test ?? undefined),
  };
}

/** A split whose test examples come from a file of their own. */
export interface SplitWithTestSet {
  readonly split: DataSplit;
  /** Rows of the training file that were left out because the test file holds their input. */
  readonly droppedFromTraining: number;
}

/**
 * Draws train, demonstrations (at most a quarter) and validation (at most half of the rest) from one
 * file and the test part from another, leaving out training rows whose input occurs in the test file.
 */
export function splitWithTestSet(
  trainExamples: readonly Example[],
  testExamples: readonly Example[],
  sizes: SplitSizes,
): SplitWithTestSet {
  const tested = new Set(testExamples.map(({ inputs }) => inputKey(inputs)));
  const usable = trainExamples.filter((example) => !tested.has(inputKey(example.inputs)));
  if (usable.length === 0) {
    throw dataError(
      "DATA_TRAINING_IN_TEST",
      "Every training example has an input that occurs in the test file too",
      "Train on other examples than the ones of the test.",
    );
  }
  const groups = drawGroups(usable, createRandom(sizes.seed, "split"));
  const shown = Math.min(sizes.demonstrations, Math.floor(usable.length / 4));
  const held = Math.min(sizes.validation ?? 0, Math.floor((usable.length - shown) / 2));
  const train = takeAny(groups, Math.min(sizes.train, usable.length - shown - held));
  const demonstrations = take(train.rest, shown);
  const test = createRandom(sizes.seed, "split", "test").shuffle(testExamples);
  return {
    split: {
      train: train.taken,
      demonstrations: demonstrations.taken,
      validation: take(demonstrations.rest, held).taken,
      test: test.slice(0, sizes.test ?? undefined),
    },
    droppedFromTraining: trainExamples.length - usable.length,
  };
}

type Group = readonly Example[];

/** Examples with equal inputs together, the groups in random order, every answer spread evenly over it. */
function drawGroups(examples: readonly Example[], random: Random): readonly Group[] {
  const groups = new Map<string, Example[]>();
  for (const example of examples) {
    const key = inputKey(example.inputs);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [example]);
    else group.push(example);
  }
  return spreadByAnswer(random.shuffle([...groups.values()]), random);
}

const MOST_ANSWERS = 20;

/**
 * Orders groups so that every stretch of them holds each answer in about its share: parts that are
 * cut from such an order are stratified. Where answers are open the order stays as it is.
 */
function spreadByAnswer(groups: readonly Group[], random: Random): readonly Group[] {
  const strata = new Map<string, Group[]>();
  for (const group of groups) {
    const answer = group[0]?.target ?? "";
    strata.set(answer, [...(strata.get(answer) ?? []), group]);
  }
  if (strata.size > Math.min(MOST_ANSWERS, groups.length / 2)) return groups;
  return [...strata.values()]
    .flatMap((stratum) => {
      const offset = random.float();
      return stratum.map((group, index) => ({ group, place: (index + offset) / stratum.length }));
    })
    .sort((a, b) => a.place - b.place)
    .map(({ group }) => group);
}

interface Taken {
  readonly taken: readonly Example[];
  readonly rest: readonly Group[];
}

/** The first groups that fit into `size` examples; one that is too large is passed over. */
function take(groups: readonly Group[], size: number): Taken {
  const taken: Example[] = [];
  const rest: Group[] = [];
  for (const group of groups) {
    if (taken.length + group.length <= size) taken.push(...group);
    else rest.push(group);
  }
  return { taken, rest };
}

/** As `take`, but one group where none fits: every input can stand in more rows than asked for. */
function takeAny(groups: readonly Group[], size: number): Taken {
  const fitting = take(groups, size);
  const [first = [], ...rest] = groups;
  return fitting.taken.length > 0 ? fitting : { taken: first, rest };
}
