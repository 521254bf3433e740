import type { Candidate } from "../../core/candidate.ts";
import type { Example } from "../../core/example.ts";
import { meanOf } from "../../core/mean.ts";
import type { Generation, LanguageModel, Usage } from "../../core/model.ts";
import type { Task } from "../../core/task.ts";
import { usageMeter } from "../../core/usage-meter.ts";
import { answerLimits, generateAnswers } from "../../evaluation/answer.ts";
import { scoreCandidate } from "../../scoring/score-candidate.ts";
import { answerObjective } from "../choose-objective.ts";
import type { LossScale } from "./landscape.ts";

/** Training examples that are scored and answered to learn how the model does and how fast it is. */
const MEASURED_EXAMPLES = 12;

/** Seconds for each token. */
export interface Pace {
  /** Of a prompt, evaluated. */
  readonly evaluated: number;
  readonly generated: number;
}

/** An answer that the model wrote to a training example. */
export interface MeasuredAnswer extends Generation {
  /** Whether it is the known one, word for word. */
  readonly isKnown: boolean;
}

/** What a few real calls told about a task. */
export interface Measurements extends Pick<LossScale, "spread" | "demonstrations"> {
  /** The model's own answers, without and with demonstrations. */
  readonly answers: {
    readonly bare: readonly MeasuredAnswer[];
    readonly shown: readonly MeasuredAnswer[];
  };
  readonly pace: Pace;
}

/** How calls are made and timed. */
export interface Timing {
  /** Milliseconds. */
  readonly clock: () => number;
  readonly signal?: AbortSignal;
}

/**
 * Scores and answers a few training examples under the start prompt, and under the same with the
 * most demonstrations that the search may show.
 */
export async function measureTask(
  model: LanguageModel,
  task: Task,
  timing: Timing,
): Promise<Measurements> {
  const { start } = task;
  const bare = await measurePrompt(model, task, start, timing);
  const most = mostShown(task);
  if (most === null) {
    return {
      spread: { bare: bare.spread, shown: bare.spread },
      demonstrations: null,
      answers: { bare: bare.answers, shown: bare.answers },
      pace: paceOf([bare]),
    };
  }
  const shown = await measurePrompt(model, task, most, timing);
  return {
    spread: { bare: bare.spread, shown: shown.spread },
    demonstrations: {
      fewer: start.demonstrations.length,
      more: most.demonstrations.length,
      change: Math.log(shown.nats / bare.nats),
    },
    answers: { bare: bare.answers, shown: shown.answers },
    pace: paceOf([bare, shown]),
  };
}

/** Null where the start prompt shows as many already, or none may be shown. */
function mostShown({ start, data, search }: Task): Candidate | null {
  const count = Math.min(search.demonstrations.maximum, data.demonstrations.length);
  if (count <= start.demonstrations.length) return null;
  return { ...start, demonstrations: data.demonstrations.slice(0, count) };
}

interface MeasuredPrompt {
  /** Mean over the examples. */
  readonly nats: number;
  /** Standard deviation of the logarithm. */
  readonly spread: number;
  readonly answers: readonly MeasuredAnswer[];
  readonly scoring: Spent;
  readonly answering: Spent;
}

interface Spent {
  readonly seconds: number;
  readonly usage: Usage;
}

async function measurePrompt(
  model: LanguageModel,
  task: Task,
  candidate: Candidate,
  timing: Timing,
): Promise<MeasuredPrompt> {
  const examples: readonly Example[] = task.data.train.slice(0, MEASURED_EXAMPLES);
  const limits = await answerLimits(model, task.data.train, task.objective);
  const { options } = task;
  const objective = answerObjective(task.objective);
  const scoring = { model, objective, options, overflow: FITTING } as const;
  const scored = await timed(timing, (call) => scoreCandidate(scoring, candidate, examples, call));
  const answered = await timed(timing, (call) =>
    generateAnswers(model, candidate, examples, limits, call),
  );
  const losses = scored.result.map(({ crossEntropy }) => Math.max(crossEntropy, LEAST_NATS));
  return {
    nats: meanOf(losses),
    spread: deviationOf(losses.map(Math.log)),
    answers: answered.result.map((answer, index) => ({
      ...answer,
      isKnown: answer.text === examples[index]?.target,
    })),
    scoring: scored,
    answering: answered,
  };
}

/** The examples that are shown may not fit one that is measured: fewer are shown there, as in the verdict. */
const FITTING = "drop-demonstrations";
/** A loss of nothing has no logarithm. */
export const LEAST_NATS = 1e-3;

async function timed<T>(
  timing: Timing,
  work: (call: ReturnType<typeof usageMeter>["call"]) => Promise<T>,
): Promise<Spent & { readonly result: T }> {
  const meter = usageMeter(timing);
  const begun = timing.clock();
  const result = await work(meter.call);
  return { result, seconds: (timing.clock() - begun) / 1000, usage: meter.total() };
}

/** What scoring says about evaluated tokens leaves the rest of the time for those that were written. */
function paceOf(prompts: readonly MeasuredPrompt[]): Pace {
  const total = (of: (prompt: MeasuredPrompt) => number): number =>
    prompts.reduce((sum, prompt) => sum + of(prompt), 0);
  const evaluated =
    total(({ scoring }) => scoring.seconds) /
    total(({ scoring }) => simulatedTokens(scoring.usage));
  const generated = total(({ answering }) => answering.usage.generatedTokens);
  const read = total(({ answering }) => readTokens(answering.usage));
  const writing = total(({ answering }) => answering.seconds) - read * evaluated;
  return { evaluated, generated: Math.max(evaluated, writing / generated) };
}

/** As a simulation counts them: what a server that is asked token by token finds in its cache, it cannot know. */
function simulatedTokens({ sent, evaluatedTokens }: Usage): number {
  return sent?.tokens ?? evaluatedTokens;
}

/** Tokens of prompts that were evaluated, about: of an answer, the last token is not. */
function readTokens({ evaluatedTokens, generatedTokens }: Usage): number {
  return Math.max(0, evaluatedTokens - generatedTokens);
}

/** Seconds that work of this size takes. */
export function secondsFor({ evaluated, generated }: Pace, usage: Usage): number {
  return readTokens(usage) * evaluated + usage.generatedTokens * generated;
}

function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
}
