import type { Example } from "../core/example.ts";
import type { GradingModel } from "../core/metric.ts";
import type { TestResult } from "../core/run-event.ts";
import { inputText } from "../scoring/render.ts";
import { mcnemarExact } from "../statistics/paired.ts";
import { askJudge, type AskedQuestion } from "./ask-judge.ts";
import { judgeBetter } from "./templates/judge-better.ts";

/** Whose answer to an example a judge prefers. */
interface Preference {
  readonly exampleId: string;
  /** A preference that follows the order of the answers is a tie, and so are equal answers. */
  readonly preferred: "first" | "second" | "tie";
  /** Whether it was a tie because the preference followed the order. */
  readonly followsOrder: boolean;
}

/** A judge's preferences between the answers of two prompts. */
export interface PreferenceCount {
  /** Examples on which the second prompt's answer is preferred. */
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
  /** Share of the examples with different answers on which the preference followed the order; null where all are equal. */
  readonly positionBias: number | null;
  /** Exact two-sided sign test of wins against losses. */
  readonly pValue: number;
  readonly preferences: readonly Preference[];
}

/** Asks a judge which answer to each example is better, in both orders, with the known good one to measure them by. */
export async function preferAnswers(
  first: TestResult,
  second: TestResult,
  examples: readonly Example[],
  by: GradingModel,
): Promise<PreferenceCount> {
  const rivals = examples.map((example, index) => ({
    example,
    before: textOf(first, index),
    after: textOf(second, index),
  }));
  const different = rivals.filter(({ before, after }) => before !== after);
  const questions = different.flatMap(({ example, before, after }) => [
    questionOf(example, before, after),
    questionOf(example, after, before),
  ]);
  const shares = await askJudge(questions, by);
  const asked = new Map(
    different.map(({ example }, index) => [
      example.id,
      preferenceOf(example.id, shares[2 * index] as number, shares[2 * index + 1] as number),
    ]),
  );
  return counted(
    examples.map(
      ({ id }) => asked.get(id) ?? { exampleId: id, preferred: "tie", followsOrder: false },
    ),
    different.length,
  );
}

function textOf({ answers }: TestResult, index: number): string {
  const answer = answers[index];
  if (answer === undefined) throw new RangeError("Only results on these examples can be judged");
  return answer.text;
}

function questionOf({ id, inputs, target }: Example, first: string, second: string): AskedQuestion {
  const input = inputText(inputs);
  return {
    exampleId: id,
    ask: (form) => judgeBetter(form, { input, reference: target, first, second }),
  };
}

/**
 * From how likely the judge names the answer that it is shown first: the first prompt's in one
 * order, the second prompt's in the other.
 */
function preferenceOf(exampleId: string, forward: number, backward: number): Preference {
  if (forward > 0.5 && backward < 0.5)
    return { exampleId, preferred: "first", followsOrder: false };
  if (forward < 0.5 && backward > 0.5)
    return { exampleId, preferred: "second", followsOrder: false };
  return { exampleId, preferred: "tie", followsOrder: true };
}

function counted(preferences: readonly Preference[], asked: number): PreferenceCount {
  const count = (preferred: Preference["preferred"]): number =>
    preferences.filter((each) => each.preferred === preferred).length;
  const [wins, losses] = [count("second"), count("first")];
  const following = preferences.filter(({ followsOrder }) => followsOrder).length;
  return {
    wins,
    ties: count("tie"),
    losses,
    positionBias: asked === 0 ? null : following / asked,
    // McNemar's exact test is the sign test of the examples that are no tie.
    pValue: mcnemarExact(losses, wins),
    preferences,
  };
}
