import { PmpoError } from "../core/errors.ts";
import { openPromptBench, type PromptBench } from "../project/prompt-bench.ts";
import type { ScoreAnswer, ScoreQuestion } from "../ui/hand-scorer.ts";

// The process that scores prompts for `pmpo ui`: a model that crashes takes this one with it, not
// the server. It ends with the server that started it.

const project = process.cwd();
let open: { readonly runId: string; readonly bench: PromptBench } | null = null;
let turn: Promise<unknown> = Promise.resolve();

process.on("message", (question: ScoreQuestion) => {
  turn = answerAfter(turn, question);
});
process.on("disconnect", () => process.exit(0));

/** One after the other: there is one model. */
async function answerAfter(before: Promise<unknown>, question: ScoreQuestion): Promise<void> {
  await before;
  process.send?.(await answerTo(question));
}

async function answerTo({ number, runId, ...prompt }: ScoreQuestion): Promise<ScoreAnswer> {
  try {
    const bench = await benchFor(runId);
    return { number, losses: await bench.score(prompt) };
  } catch (error) {
    if (!(error instanceof PmpoError)) throw error;
    return { number, failure: error.message, hint: error.hint ?? null };
  }
}

/** The bench of the last run is kept: its model is loaded. */
async function benchFor(runId: string): Promise<PromptBench> {
  if (open?.runId === runId) return open.bench;
  await open?.bench[Symbol.asyncDispose]();
  open = null;
  const bench = await openPromptBench(project, runId, { environment: process.env });
  open = { runId, bench };
  return bench;
}
