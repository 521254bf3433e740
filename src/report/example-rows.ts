import { answerChange, type TokenChange } from "../analysis/attribute.ts";
import type { RecordedExample } from "../core/example.ts";
import type { ExampleLoss } from "../core/loss.ts";
import type { RunStarted, TestResult, VerdictReached } from "../core/run-event.ts";
import type { ScoredCandidate } from "../core/run-state.ts";
import type { LabelSuspect } from "./label-suspects.ts";

/** What a prompt does on one example. */
export interface ExampleSide {
  /** Nats, or 1 − score in accuracy mode. */
  readonly loss: number;
  /** Null unless the answers form a closed set. */
  readonly format: number | null;
  readonly decision: number | null;
  /** What the model wrote, or picked among the options; null where neither is known. */
  readonly answer: string | null;
  /** From 0 (wrong) to 1 (right); null where no answer is known. */
  readonly score: number | null;
}

/** A token of the known answer, or a few where both prompts cut it otherwise. */
export interface RowToken {
  /** Null: it ends the answer. */
  readonly text: string | null;
  /** Log-probabilities under the start prompt and the best one, nats. */
  readonly start: number;
  readonly best: number;
}

/** An example under the start prompt and the best one. */
export interface ExampleRow {
  readonly id: string;
  readonly input: string;
  readonly target: string;
  readonly start: ExampleSide;
  readonly best: ExampleSide;
  /** Whether its known answer may be wrong. */
  readonly isSuspect: boolean;
  /** What became of the known answer's tokens; absent where they were not recorded. */
  readonly tokens?: readonly RowToken[];
}

/** The training examples, in the data's order. */
export function trainingRows(
  { examples }: Pick<RunStarted, "examples">,
  start: Pick<ScoredCandidate, "losses">,
  best: Pick<ScoredCandidate, "losses">,
  suspects: readonly LabelSuspect[],
): readonly ExampleRow[] {
  const suspected = new Set(suspects.map(({ exampleId }) => exampleId));
  return examples.flatMap((example, index) => {
    const [before, after] = [start.losses[index], best.losses[index]];
    if (before === undefined || after === undefined) return [];
    const isSuspect = suspected.has(example.id);
    return [{ ...textOf(example), start: pickedSide(before), best: pickedSide(after), isSuspect }];
  });
}

/** The test examples, in the data's order. */
export function testRows({
  examples,
  start,
  best,
  measure,
}: VerdictReached): readonly ExampleRow[] {
  const sideOf = measure === "accuracy" ? answeredSide : chosenSide;
  return examples.flatMap((example, index) => {
    const [before, after] = [start.answers[index], best.answers[index]];
    if (before === undefined || after === undefined) return [];
    return [
      {
        ...textOf(example),
        start: sideOf(before),
        best: sideOf(after),
        isSuspect: false,
        ...tokenChanges(before, after),
      },
    ];
  });
}

type TestedAnswer = TestResult["answers"][number];

function tokenChanges(before: TestedAnswer, after: TestedAnswer): Pick<ExampleRow, "tokens"> {
  return before.tokens === undefined || after.tokens === undefined
    ? {}
    : readable(answerChange(before.exampleId, before.tokens, after.tokens).tokens.map(rowToken));
}

/** Of a character that is cut into several tokens none is readable: such an answer is shown as it is. */
function readable(tokens: readonly RowToken[]): Pick<ExampleRow, "tokens"> {
  return tokens.some(({ text }) => text?.includes("\uFFFD") === true) ? {} : { tokens };
}

/** To what is shown: a page holds these for every token of every test example. */
function rowToken({ text, isEnd, before, after }: TokenChange): RowToken {
  return {
    text: isEnd ? null : text,
    start: Number(before.toFixed(3)),
    best: Number(after.toFixed(3)),
  };
}

function textOf({
  id,
  inputs,
  target,
}: RecordedExample): Pick<ExampleRow, "id" | "input" | "target"> {
  return { id, input: inputText(inputs), target };
}

/** An input alone as it is, several each behind its name. */
export function inputText(inputs: RecordedExample["inputs"]): string {
  const entries = Object.entries(inputs);
  const [[, only] = []] = entries;
  return entries.length === 1 && only !== undefined
    ? only
    : entries.map(([name, text]) => `${name}: ${text}`).join("\n");
}

function pickedSide({ loss, choice, answer }: ExampleLoss): ExampleSide {
  return {
    loss,
    format: choice?.format ?? null,
    decision: choice?.decision ?? null,
    answer: answer?.text ?? choice?.picked ?? null,
    score: answer?.score ?? (choice === undefined ? null : Number(choice.correct)),
  };
}

/** Where the verdict counts choices, what was written alone does not matter. */
function chosenSide({ loss }: TestedAnswer): ExampleSide {
  return pickedSide(loss);
}

function answeredSide({ text, score, loss }: TestedAnswer): ExampleSide {
  return { ...pickedSide(loss), answer: text, score };
}
