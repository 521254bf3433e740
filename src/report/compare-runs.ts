import { layoutName } from "../core/candidate.ts";
import { dataError, usageError } from "../core/errors.ts";
import type { RecordedExample } from "../core/example.ts";
import type { ExampleLoss, LikelihoodLoss } from "../core/loss.ts";
import { meanOf } from "../core/mean.ts";
import type { Measure } from "../core/measure.ts";
import type { Grading } from "../core/metric.ts";
import { createRandom } from "../core/random.ts";
import type { PairedDifference, RunEvent } from "../core/run-event.ts";
import { foldRun, incumbentOf, type RunState } from "../core/run-state.ts";
import { scoringMode } from "../core/scoring-mode.ts";
import { pairedBootstrap } from "../statistics/interval.ts";
import { pairedTest } from "../statistics/paired.ts";
import { type ExampleRow, type ExampleSide, inputText } from "./example-rows.ts";

/** A run to be compared with another. */
export interface ComparableRun {
  readonly id: string;
  readonly events: readonly RunEvent[];
  /** The data files that it began with. */
  readonly dataHashes: readonly { readonly file: string; readonly sha256: string }[];
  readonly grading: Grading;
}

/** A mean difference with what speaks for it. */
interface TestedDifference extends PairedDifference {
  /** Two-sided, by a test on the signs of the differences. */
  readonly pValue: number;
}

/** The best prompt of a run. */
export interface ComparedSide {
  readonly id: string;
  readonly taskName: string;
  readonly model: string;
  readonly instruction: string;
  readonly layout: string;
  readonly demonstrations: number;
  /** Mean over the examples. */
  readonly bitsPerByte: number;
  /** On the examples compared, and which accuracy it is; null on training examples, which no model answered. */
  readonly accuracy: number | null;
  readonly measure: Measure | null;
  /** The metric by which written answers are graded. */
  readonly metric: string;
}

/** The best prompts of two runs on the examples that both have: plain JSON. */
export interface RunComparison {
  readonly sides: readonly [first: ComparedSide, second: ComparedSide];
  /** Training examples where one of the runs has no verdict yet. */
  readonly examplesAre: "held-out" | "training";
  /** Examples of either run that the other does not have in that part of the data. */
  readonly leftOut: number;
  /** `start` is the first run and `best` the second; losses in bits per byte of the answer. */
  readonly rows: readonly ExampleRow[];
  /** Second − first, bits per byte; below 0 the second makes the answers likelier. */
  readonly difference: TestedDifference;
  /** Second − first, as a share; null where no accuracy is known or they are not measured in one way. */
  readonly accuracyDifference: TestedDifference | null;
  /** Examples on which the second run's bits per byte are fewer, and on which they are more. */
  readonly better: number;
  readonly worse: number;
}

/** An example with what the best prompt does on it. */
interface Outcome {
  readonly example: RecordedExample;
  readonly loss: LikelihoodLoss;
  readonly answer: string | null;
  readonly score: number | null;
}

/** Compares two runs. Refuses runs on different data or without likelihoods, and runs that share no example. */
export function compareRuns(first: ComparableRun, second: ComparableRun): RunComparison {
  requireTwo(first, second);
  requireSameData(first, second);
  const states = [foldRun(first.events), foldRun(second.events)] as const;
  for (const [index, { id }] of [first, second].entries()) {
    requireStarted(id, states[index] as RunState);
    requireLikelihoods(id, states[index] as RunState);
  }
  const isTested = states.every(({ verdict }) => verdict !== null);
  const outcomesOf = isTested ? testedOutcomes : trainedOutcomes;
  const [before, after] = [outcomesOf(states[0]), outcomesOf(states[1])];
  const pairs = sharedOutcomes(before, after);
  if (pairs.length === 0) throw noSharedExamples(first, second);
  const rows = pairs.map(([one, other]) => rowOf(one, other));
  const changes = rows.map(({ start, best }) => best.loss - start.loss);
  const side = (run: ComparableRun, state: RunState, own: readonly Outcome[]): ComparedSide =>
    sideOf(run, state, own, isTested);
  return {
    sides: [
      side(
        first,
        states[0],
        pairs.map(([one]) => one),
      ),
      side(
        second,
        states[1],
        pairs.map(([, other]) => other),
      ),
    ],
    examplesAre: isTested ? "held-out" : "training",
    leftOut: before.length + after.length - 2 * pairs.length,
    rows,
    difference: meanDifference(changes),
    accuracyDifference: isOneMeasure(first, second, states) ? accuracyDifference(rows) : null,
    better: changes.filter((change) => change < 0).length,
    worse: changes.filter((change) => change > 0).length,
  };
}

function meanDifference(differences: readonly number[]): TestedDifference {
  const random = createRandom(0, "runs compared");
  const { mean, interval } = pairedBootstrap(differences, { random: () => random.float() });
  const signs = createRandom(0, "runs compared", "signs");
  const pValue = pairedTest(differences, { random: () => signs.float() });
  return { difference: mean, interval, pValue };
}

/** What a model writes and what it would choose are not held against each other, nor grades of two metrics. */
function isOneMeasure(
  first: ComparableRun,
  second: ComparableRun,
  [before, after]: readonly [RunState, RunState],
): boolean {
  const measure = before.verdict?.measure;
  if (measure !== after.verdict?.measure) return false;
  return measure === "choice-accuracy" || first.grading.key === second.grading.key;
}

function accuracyDifference(rows: readonly ExampleRow[]): TestedDifference | null {
  const gains = rows.flatMap(({ start, best }) =>
    start.score === null || best.score === null ? [] : [best.score - start.score],
  );
  return gains.length === rows.length ? meanDifference(gains) : null;
}

function requireTwo(first: ComparableRun, second: ComparableRun): void {
  if (first.id !== second.id) return;
  throw usageError(
    "RUN_AGAINST_ITSELF",
    `${first.id} cannot be held against itself`,
    "Name two runs: pmpo report RUN --against OTHER. `pmpo runs` lists them.",
  );
}

function requireStarted(id: string, { incumbentId }: RunState): void {
  if (incumbentId !== null) return;
  throw usageError(
    "RUN_EMPTY",
    `Run ${id} ended before its start prompt was scored`,
    "Resume it, and compare it then.",
  );
}

function requireSameData(first: ComparableRun, second: ComparableRun): void {
  const hashes = ({ dataHashes }: ComparableRun): string =>
    JSON.stringify(dataHashes.map(({ sha256 }) => sha256).toSorted());
  if (hashes(first) === hashes(second)) return;
  const files = ({ id, dataHashes }: ComparableRun): string =>
    `${id} on ${dataHashes.map(({ file }) => file).join(" and ")}`;
  const sameNames = files(first).slice(first.id.length) === files(second).slice(second.id.length);
  throw dataError(
    "RUNS_ON_DIFFERENT_DATA",
    `These runs are on different data: ${files(first)}, ${files(second)}${sameNames ? ", which changed in between" : ""}`,
    "Compare runs on the same files; their models, prompts and settings may differ.",
  );
}

function requireLikelihoods(id: string, { started }: RunState): void {
  if (started === null || scoringMode(started.objective) === "likelihood") return;
  throw dataError(
    "RUN_WITHOUT_LIKELIHOODS",
    `Run ${id} was made in accuracy mode: without log-probabilities, nobody knows the bits per byte of its answers`,
    "Hold its prompt against another by written answers: pmpo compare.",
  );
}

/** What was recorded with log-probabilities. */
function likelihoodOf(loss: ExampleLoss): LikelihoodLoss {
  if (loss.answer === undefined) return loss;
  throw new RangeError(`The loss of example ${loss.exampleId} is of no likelihood`);
}

function noSharedExamples(first: ComparableRun, second: ComparableRun): Error {
  return dataError(
    "RUNS_SHARE_NO_EXAMPLES",
    `Runs ${first.id} and ${second.id} divided the same data so that they share no example`,
    "Give both runs the same seed and sizes: optimizer.seed, data.train, data.testExamples.",
  );
}

function testedOutcomes({ verdict }: RunState): readonly Outcome[] {
  return (verdict?.examples ?? []).flatMap((example, index) => {
    const answer = verdict?.best.answers[index];
    if (answer === undefined) return [];
    const { text, score } = answer;
    const loss = likelihoodOf(answer.loss);
    const isChosen = verdict?.measure === "choice-accuracy" && loss.choice !== undefined;
    return isChosen
      ? [{ example, loss, answer: loss.choice.picked, score: Number(loss.choice.correct) }]
      : [{ example, loss, answer: text, score }];
  });
}

function trainedOutcomes(state: RunState): readonly Outcome[] {
  const { losses } = incumbentOf(state);
  return (state.started?.examples ?? []).flatMap((example, index) => {
    const loss = losses[index];
    return loss === undefined
      ? []
      : [{ example, loss: likelihoodOf(loss), answer: null, score: null }];
  });
}

/** Pairs of the same example, in the first's order. */
function sharedOutcomes(
  first: readonly Outcome[],
  second: readonly Outcome[],
): readonly (readonly [Outcome, Outcome])[] {
  const keyOf = ({ example: { id, inputs, target } }: Outcome): string =>
    JSON.stringify([id, inputs, target]);
  const others = new Map(second.map((outcome) => [keyOf(outcome), outcome]));
  return first.flatMap((outcome) => {
    const other = others.get(keyOf(outcome));
    return other === undefined ? [] : [[outcome, other] as const];
  });
}

function rowOf(first: Outcome, second: Outcome): ExampleRow {
  const { id, inputs, target } = first.example;
  return {
    id,
    input: inputText(inputs),
    target,
    start: sideCell(first),
    best: sideCell(second),
    isSuspect: false,
  };
}

function sideCell({ loss, answer, score }: Outcome): ExampleSide {
  return { loss: bitsPerByte(loss), format: null, decision: null, answer, score };
}

/** Does not depend on how a model cuts the answer into tokens. */
function bitsPerByte({ crossEntropy, targetBytes }: LikelihoodLoss): number {
  return crossEntropy / Math.LN2 / targetBytes;
}

function sideOf(
  { id, grading }: ComparableRun,
  state: RunState,
  outcomes: readonly Outcome[],
  isTested: boolean,
): ComparedSide {
  const { candidate } = incumbentOf(state);
  const mean = (value: (outcome: Outcome) => number): number => meanOf(outcomes.map(value));
  return {
    id,
    taskName: state.started?.taskName ?? "",
    model: state.started?.model ?? "",
    instruction: candidate.instruction,
    layout: layoutName(candidate.layout),
    demonstrations: candidate.demonstrations.length,
    bitsPerByte: mean(({ loss }) => bitsPerByte(loss)),
    accuracy: isTested ? mean(({ score }) => score ?? 0) : null,
    measure: isTested ? (state.verdict?.measure ?? null) : null,
    metric: grading.name,
  };
}
