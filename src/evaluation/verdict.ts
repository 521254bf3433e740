import type { Example } from "../core/example.ts";
import type { CallOptions, LanguageModel } from "../core/model.ts";
import type { ObjectiveMaterial } from "../core/objective.ts";
import { createRandom } from "../core/random.ts";
import type { PairedDifference, TestResult, VerdictReached } from "../core/run-event.ts";
import type { ScoredCandidate } from "../core/run-state.ts";
import type { Task } from "../core/task.ts";
import { usageMeter } from "../core/usage-meter.ts";
import { overflowingExamples } from "../scoring/encode-examples.ts";
import { scoreCandidate } from "../scoring/score-candidate.ts";
import { pairedBootstrap } from "../statistics/interval.ts";
import { mcnemarExact } from "../statistics/paired.ts";
import { type AnswerLimits, answerLimits, generateAnswers } from "./answer.ts";
import { isCorrect } from "./metrics.ts";
import { gatherMaterial } from "./objective-material.ts";

/** What a verdict is about. */
export interface VerdictInput {
  readonly task: Task;
  readonly model: LanguageModel;
  readonly start: ScoredCandidate;
  readonly best: ScoredCandidate;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

/** Holds the best prompt against the start prompt on the test examples, with answers the model writes itself. */
export async function reachVerdict(input: VerdictInput): Promise<VerdictReached> {
  const { task, model, seed } = input;
  const meter = usageMeter(input);
  const limits = await answerLimits(model, task.data.train);
  const material = await gatherMaterial(
    {
      task,
      model,
      start: input.start.candidate,
      examples: task.data.test,
      pool: task.data.train,
      seed,
    },
    meter.call,
  );
  const test = { task, model, limits, material };
  const start = await testCandidate(test, input.start, meter.call);
  const best =
    input.best.id === input.start.id ? start : await testCandidate(test, input.best, meter.call);
  return { ...compareResults(task, start, best, seed), usage: meter.total() };
}

interface Test {
  readonly task: Task;
  readonly model: LanguageModel;
  readonly limits: AnswerLimits;
  readonly material: ObjectiveMaterial;
}

async function testCandidate(
  { task, model, limits, material }: Test,
  { id, candidate }: ScoredCandidate,
  call: CallOptions,
): Promise<TestResult> {
  const examples = task.data.test;
  const { objective, options } = task;
  // The search never saw these examples, so a longer one may not fit: it is counted, never refused.
  const fitting = { overflow: "drop-demonstrations", reservedTokens: limits.maxTokens } as const;
  const prompts = examples.map((example) => ({ example, targets: [] }));
  const shortenedIds = await overflowingExamples(model, candidate, prompts, fitting);
  const scoring = { model, objective, options, material, ...fitting };
  const losses = await scoreCandidate(scoring, candidate, examples, call);
  const answers = await generateAnswers(model, candidate, examples, limits, call);
  const results = examples.map((example, index) => resultOf(task, example, answers, losses, index));
  const choices = losses.flatMap(({ choice }) => (choice === undefined ? [] : [choice.correct]));
  return {
    candidateId: id,
    answers: results,
    accuracy: shareOf(results.map(({ correct }) => correct)),
    choiceAccuracy: choices.length === examples.length ? shareOf(choices) : null,
    meanLoss: losses.reduce((sum, { loss }) => sum + loss, 0) / losses.length,
    shortenedIds,
  };
}

function resultOf(
  task: Task,
  example: Example,
  answers: Awaited<ReturnType<typeof generateAnswers>>,
  losses: Awaited<ReturnType<typeof scoreCandidate>>,
  index: number,
): TestResult["answers"][number] {
  const text = answers[index]?.text ?? "";
  const loss = losses[index];
  if (loss === undefined) throw new RangeError(`No loss for example ${example.id}`);
  return { exampleId: example.id, text, correct: isCorrect(task.metric, example, text), loss };
}

function shareOf(hits: readonly boolean[]): number {
  return hits.filter(Boolean).length / hits.length;
}

function compareResults(
  task: Task,
  start: TestResult,
  best: TestResult,
  seed: number,
): Omit<VerdictReached, "usage"> {
  const measure =
    task.answers === "chosen" && start.choiceAccuracy !== null ? "choice-accuracy" : "accuracy";
  const hits = ({ answers }: TestResult): readonly number[] =>
    answers.map(({ correct, loss }) =>
      Number(measure === "accuracy" ? correct : (loss.choice?.correct ?? false)),
    );
  const accuracy = paired(hits(start), hits(best), seed, "accuracy");
  const loss = paired(
    start.answers.map(({ loss: { loss } }) => loss),
    best.answers.map(({ loss: { loss } }) => loss),
    seed,
    "loss",
  );
  const same = start.candidateId === best.candidateId;
  const count = (won: number): number =>
    hits(best).filter((hit, index) => hit - (hits(start)[index] as number) === won).length;
  // With few changed answers the bootstrap is too sure of itself; the exact test is not.
  const significant = mcnemarExact(count(-1), count(1)) < 0.05;
  const improved = !same && significant && accuracy.interval[0] > 0;
  const worse = !same && significant && accuracy.interval[1] < 0;
  return {
    type: "verdict-reached",
    start,
    best,
    measure,
    accuracy,
    loss,
    improved,
    text: `${verdictText({ measure, accuracy, loss, improved, worse, same, start, best })}${shortenedText(best)}`,
  };
}

function paired(
  before: readonly number[],
  after: readonly number[],
  seed: number,
  purpose: string,
): PairedDifference {
  const random = createRandom(seed, "verdict", purpose);
  const differences = after.map((value, index) => value - (before[index] as number));
  const { mean, interval } = pairedBootstrap(differences, { random: () => random.float() });
  return { difference: mean, interval };
}

/** The verdict in one or two plain sentences. */
function verdictText(facts: {
  readonly measure: VerdictReached["measure"];
  readonly accuracy: PairedDifference;
  readonly loss: PairedDifference;
  readonly improved: boolean;
  readonly worse: boolean;
  readonly same: boolean;
  readonly start: TestResult;
  readonly best: TestResult;
}): string {
  const { measure, accuracy, loss, improved, worse, same, start, best } = facts;
  const count = start.answers.length;
  const before = measure === "accuracy" ? start.accuracy : (start.choiceAccuracy ?? 0);
  const after = measure === "accuracy" ? best.accuracy : (best.choiceAccuracy ?? 0);
  const name = measure === "accuracy" ? "accuracy" : "accuracy by choice";
  if (same) {
    return `No evidence of improvement: no candidate had a lower loss than the start prompt, which answers ${percent(before)} of ${count} held-out examples (${name}).`;
  }
  const numbers = `held-out ${name} ${percent(before)} → ${percent(after)} on ${count} examples (difference ${points(accuracy.difference)}, 95 % interval ${points(accuracy.interval[0])} to ${points(accuracy.interval[1])})`;
  if (improved) return `Better: ${numbers}.`;
  if (worse) {
    return `Worse: ${numbers}. Keep the start prompt: the loss fell on the training examples, but the answers got worse.`;
  }
  const lossToo =
    loss.interval[1] < 0
      ? " The held-out loss fell, so the answers became likelier, but not enough of them changed."
      : "";
  return `No evidence of improvement: ${numbers}.${lossToo}`;
}

function shortenedText({ shortenedIds }: TestResult): string {
  return shortenedIds.length === 0
    ? ""
    : ` ${shortenedIds.length} of them did not fit the context and were answered with fewer demonstrations.`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function points(difference: number): string {
  const sign = difference < 0 ? "−" : "+";
  return `${sign}${Math.abs(100 * difference).toFixed(1)} points`;
}
