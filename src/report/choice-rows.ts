import type { ChoiceMetrics } from "../core/loss.ts";
import type { ChoiceDifferences, PairedDifference } from "../core/run-event.ts";
import { nats, percent, points, signedNats } from "./numbers.ts";

/** What a prompt does where answers form a closed set. */
export interface ChosenAnswers {
  readonly choiceAccuracy: number | null;
  readonly choice: ChoiceMetrics | null;
}

/** Rows of a table: what is measured, before, after, and the difference with its 95 % interval. */
export function choiceRows(
  before: ChosenAnswers | null,
  after: ChosenAnswers | null,
  differences: ChoiceDifferences | null,
): readonly (readonly [name: string, before: string, after: string, difference: string])[] {
  const [first, second] = [before?.choice ?? null, after?.choice ?? null];
  if (before === null || after === null || first === null || second === null) return [];
  return [
    [
      "accuracy by choice",
      percent(before.choiceAccuracy),
      percent(after.choiceAccuracy),
      withInterval(differences?.accuracy, points),
    ],
    [
      "margin, nats",
      nats(first.margin),
      nats(second.margin),
      withInterval(differences?.margin, signedNats),
    ],
    [
      "Brier score",
      first.brier.toFixed(3),
      second.brier.toFixed(3),
      withInterval(differences?.brier, signedNats),
    ],
    ["calibration error", percent(first.calibrationError), percent(second.calibrationError), ""],
  ];
}

/** An answer and the share of examples whose known answer it is. */
export interface CommonestAnswer {
  readonly answer: string;
  readonly share: number;
}

/** What a prompt has to beat before it knows anything. */
export function commonestText({ answer, share }: CommonestAnswer): string {
  return `${JSON.stringify(answer)} alone is the known answer of ${percent(share)} of the held-out examples.`;
}

/** From this share on a prompt counts as one that always answers the same. */
const NEARLY_ALL = 0.9;

/** What a prompt says that gives one answer to nearly all examples, whose known answers differ; null of others. */
export function constantAnswer(
  answers: readonly string[],
  targets: readonly string[],
): CommonestAnswer | null {
  const given = commonestAnswer(answers);
  const known = commonestAnswer(targets);
  if (given === null || known === null || answers.length < FEWEST_TO_COUNT) return null;
  return given.share >= NEARLY_ALL && known.share < NEARLY_ALL ? given : null;
}

/** Of fewer answers that all are alike nothing follows. */
const FEWEST_TO_COUNT = 5;

/** What is wrong with a prompt that always answers the same. */
export function constantText({ answer, share }: CommonestAnswer): string {
  return `Under the best prompt the answer is ${JSON.stringify(answer)} on ${percent(share)} of the held-out examples: it does not tell them apart.`;
}

/** The answer that is known of most examples, the first of several; null where all are different. */
export function commonestAnswer(targets: readonly string[]): CommonestAnswer | null {
  const counts = new Map<string, number>();
  for (const target of targets) counts.set(target, (counts.get(target) ?? 0) + 1);
  const [first] = [...counts].toSorted(([, a], [, b]) => b - a);
  if (first === undefined || first[1] === 1) return null;
  return { answer: first[0], share: first[1] / targets.length };
}

function withInterval(
  paired: PairedDifference | undefined,
  text: (difference: number) => string,
): string {
  if (paired === undefined) return "";
  return `${text(paired.difference)} (${paired.interval.map(text).join(" to ")})`;
}
