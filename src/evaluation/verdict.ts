import { recordedExamples } from "../core/example.ts";
import type { VerdictReached } from "../core/run-event.ts";
import type { ScoredCandidate } from "../core/run-state.ts";
import type { Task } from "../core/task.ts";
import { usageMeter } from "../core/usage-meter.ts";
import { compareResults, measureFor } from "./compare-results.ts";
import type { Evaluator } from "./evaluator.ts";
import { testPrompt } from "./test-prompt.ts";
import { findingOf, verdictText } from "./verdict-text.ts";

/** What a verdict is about. */
export interface VerdictInput {
  readonly task: Task;
  readonly evaluator: Evaluator;
  readonly start: ScoredCandidate;
  readonly best: ScoredCandidate;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

/** Holds the best prompt against the start prompt on the test examples, with answers the model writes itself. */
export async function reachVerdict(input: VerdictInput): Promise<VerdictReached> {
  const { task, evaluator, seed } = input;
  const { test: examples, train } = task.data;
  const meter = usageMeter(input);
  const material = await evaluator.prepare(
    { start: input.start.candidate, examples, pool: train, seed },
    meter.call,
  );
  const test = { evaluator, examples, material };
  const start = await testPrompt(test, input.start, meter.call);
  const best =
    input.best.id === input.start.id ? start : await testPrompt(test, input.best, meter.call);
  const comparison = compareResults(start, best, measureFor(task.answers, [start, best]), seed);
  const finding = findingOf(comparison, start, best);
  return {
    type: "verdict-reached",
    examples: recordedExamples(examples),
    start,
    best,
    ...comparison,
    finding,
    text: verdictText(finding, comparison, start, best),
    usage: meter.total(),
  };
}
