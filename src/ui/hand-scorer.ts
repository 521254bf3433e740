import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { PmpoError } from "../core/errors.ts";
import type { HandLosses, HandPrompt } from "../project/prompt-bench.ts";

/** What the scoring process is asked. */
export interface ScoreQuestion extends HandPrompt {
  readonly number: number;
  readonly runId: string;
}

/** What it answers to the question of that number. */
export type ScoreAnswer =
  | { readonly number: number; readonly losses: HandLosses }
  | { readonly number: number; readonly failure: string; readonly hint: string | null };

/** Scores prompts of runs in a process that keeps the model loaded. */
export interface HandScorer {
  /** Rejects with a `PmpoError` that says why a prompt cannot be scored. */
  score(runId: string, prompt: HandPrompt): Promise<HandLosses>;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (losses: HandLosses) => void;
  readonly reject: (error: PmpoError) => void;
}

/** The process is started by the first question and, should it die, by the next one again. */
export function handScorer(
  program: URL,
  environment: NodeJS.ProcessEnv,
  project: string,
): HandScorer {
  const waiting = new Map<number, Waiting>();
  let child: ChildProcess | null = null;
  let asked = 0;
  const answered = (answer: ScoreAnswer): void => {
    const asker = waiting.get(answer.number);
    waiting.delete(answer.number);
    if ("losses" in answer) asker?.resolve(answer.losses);
    else asker?.reject(failed(answer.failure, answer.hint));
  };
  const start = (): ChildProcess => {
    const started = fork(program, [], {
      cwd: project,
      env: environment,
      detached: true,
      execArgv: [],
    });
    const ended = (): void => {
      if (child === started) child = null;
      for (const { reject } of waiting.values()) {
        reject(failed("The process that scores prompts ended", "Try again."));
      }
      waiting.clear();
    };
    started.on("message", answered);
    started.once("exit", ended);
    // It could not be started, or ended while it was being asked.
    started.on("error", ended);
    return started;
  };
  return {
    score: (runId, prompt) =>
      new Promise((resolve, reject) => {
        child ??= start();
        const question: ScoreQuestion = { ...prompt, runId, number: ++asked };
        waiting.set(question.number, { resolve, reject });
        // What goes wrong with sending is an error of the process, too.
        child.send(question, () => {});
      }),
    close: async () => {
      if (child?.pid === undefined) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function failed(message: string, hint: string | null): PmpoError {
  return new PmpoError("usage", "HAND_SCORE_FAILED", message, hint === null ? {} : { hint });
}
