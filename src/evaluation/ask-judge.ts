import { formFor } from "../analysis/ask.ts";
import type { GradingModel } from "../core/metric.ts";
import type { ScoreRequest } from "../core/model.ts";
import type { RewriterForm } from "../core/task.ts";
import type { JudgeQuestion } from "./templates/judge.ts";

/** What a judge is asked about an example, in the form that suits it. */
export interface AskedQuestion {
  readonly exampleId: string;
  readonly ask: (form: RewriterForm) => JudgeQuestion;
}

/**
 * How likely the judge says the first of a question's two words, of the two, from 0 to 1: read off
 * their likelihoods, so that it can neither evade nor be misread. One call to the model.
 */
export async function askJudge(
  questions: readonly AskedQuestion[],
  { model, call }: GradingModel,
): Promise<readonly number[]> {
  if (questions.length === 0) return [];
  const form = formFor(model, "auto");
  const encoded = await model.encode(
    questions.flatMap(({ ask }) => {
      const { prompt, words } = ask(form);
      return words.map((target) => ({ prompt, target, scoreEnd: false }));
    }),
  );
  const requests = encoded.map((request, index): ScoreRequest => {
    const id = questions[Math.floor(index / 2)]?.exampleId ?? "";
    return { id: `the judge's question about example ${id}`, ...request };
  });
  const scored = await model.score(requests, call);
  const logProbs = scored.map(({ logProbs: each }) => each.reduce((sum, one) => sum + one, 0));
  return questions.map((_, index) => {
    const [first, second] = logProbs.slice(2 * index);
    return 1 / (1 + Math.exp((second as number) - (first as number)));
  });
}
