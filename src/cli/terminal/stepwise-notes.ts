import { NO_USAGE, type Usage } from "../../core/model.ts";
import { billed, type Prices } from "../../core/prices.ts";
import type { StepwisePlan } from "../../core/sent.ts";
import { counted, grouped, moneyText } from "../../report/numbers.ts";
import type { Output } from "../context.ts";

/** Says before the first scores what they will send, where a model is asked for each token of an answer. */
export function stepwiseReporter(
  stderr: Output,
  prices: Prices | null,
): (plan: StepwisePlan) => void {
  return ({ model, isEstimate, answers, sent }) => {
    const usage = { ...NO_USAGE, evaluatedTokens: sent.tokens, sent };
    const money = moneyFor(usage, model, prices);
    const cost = money === null ? "" : `, about ${money}`;
    const estimated = isEstimate
      ? "; a token that it does not list counts with a bound instead of its log-probability"
      : "";
    stderr.write(
      [
        `${model} is asked for each token of an answer${estimated}`,
        `${counted(answers, "answer")} to score now: about ${grouped(sent.requests)} requests with ${grouped(sent.tokens)} tokens of prompts${cost}, with nothing cached`,
        "--trial scores two examples, says what they took and stops; `pmpo estimate` says what a whole search would take\n",
      ].join("\n"),
    );
  };
}

/** What a use of a model costs; null where no price is known. */
export function moneyFor(usage: Usage, model: string, prices: Prices | null): string | null {
  const price = prices?.models[model];
  if (prices === null || price === undefined) return null;
  return moneyText(billed(price, usage), prices.currency);
}
