import type { Config } from "../../config/config.ts";
import { usageError } from "../../core/errors.ts";
import type { Sent } from "../../core/model.ts";
import { scorePrompt, type ScoredPrompt } from "../../project/score-prompt.ts";
import { boundsText } from "../../report/bounds-text.ts";
import { counted, duration, grouped } from "../../report/numbers.ts";
import type { CliContext } from "../context.ts";
import { modelAccess } from "../model-access.ts";
import { moneyFor } from "../terminal/stepwise-notes.ts";

const TRIAL_EXAMPLES = 2;

/** `--trial`: what the first two examples take at a model that is asked for each token of an answer. */
export async function runTrial(config: Config, json: boolean, context: CliContext): Promise<void> {
  const { clock, stdout } = context;
  const begun = clock();
  const settings = { limit: TRIAL_EXAMPLES, scoreEnd: true };
  const scored = await scorePrompt(config, settings, modelAccess(context, config.prices));
  const { sent } = scored.usage;
  if (sent === undefined) {
    throw usageError(
      "TRIAL_NOT_STEPWISE",
      `${config.model} is not asked for each token of an answer: there is nothing to try`,
      "Leave out --trial. `pmpo estimate` says what a run will cost.",
    );
  }
  const seconds = (clock() - begun) / 1000;
  stdout.write(
    json
      ? `${JSON.stringify(trialDocument(scored, sent, seconds))}\n`
      : trialText(scored, sent, seconds, config),
  );
}

function trialDocument(
  { model, summary, usage, estimate, examples }: ScoredPrompt,
  sent: Sent,
  seconds: number,
): object {
  return {
    model,
    examples: examples.length,
    meanLoss: summary.loss,
    requests: sent.requests,
    promptTokens: sent.tokens,
    evaluatedTokens: usage.evaluatedTokens,
    seconds,
    estimate,
  };
}

function trialText(
  { model, examples, usage, estimate }: ScoredPrompt,
  sent: Sent,
  seconds: number,
  { prices }: Config,
): string {
  const money = moneyFor(usage, model, prices);
  const cached = Math.max(0, sent.tokens - usage.evaluatedTokens);
  return [
    `${counted(examples.length, "example")} at ${model}: ${grouped(sent.requests)} requests, ${grouped(sent.tokens)} tokens of prompts (${grouped(cached)} from the server's cache)${money === null ? "" : `, ${money}`}, ${duration(seconds)}`,
    ...(estimate === null ? [] : [boundsText(estimate)]),
    "Nothing more was done. Without --trial the work begins.",
    "",
  ].join("\n");
}
