import type { Candidate } from "../core/candidate.ts";
import type { Example, MetricName } from "../core/example.ts";
import type { CallOptions, LanguageModel } from "../core/model.ts";
import type { ObjectiveMaterial } from "../core/objective.ts";
import { createRandom } from "../core/random.ts";
import { answerLimits, sampleAnswers } from "./answer.ts";
import { isCorrect } from "./metrics.ts";

type Negatives = ObjectiveMaterial["negatives"];

/** What wrong answers are drawn for, and how many of them. */
interface NegativeSettings {
  readonly metric: MetricName;
  readonly count: number;
  readonly seed: number;
}

/** Targets of other examples that would be wrong answers to this one, drawn by seed. */
export function otherTargets(
  examples: readonly Example[],
  pool: readonly Example[],
  { metric, count, seed }: NegativeSettings,
): Negatives {
  const targets = [...new Set(pool.map(({ target }) => target))];
  return Object.fromEntries(
    examples.map((example) => [
      example.id,
      createRandom(seed, "negatives", example.id)
        .shuffle(targets)
        .filter((target) => !isCorrect(metric, example, target))
        .slice(0, count),
    ]),
  );
}

const SAMPLING = { temperature: 1, topP: 0.95, topK: 0, minP: 0.02 };

/** Wrong answers that the model itself gives under a prompt; none where it is always right. */
export async function ownWrongAnswers(
  model: LanguageModel,
  candidate: Candidate,
  examples: readonly Example[],
  { metric, count, seed }: NegativeSettings,
  call: CallOptions,
): Promise<Negatives> {
  const limits = await answerLimits(model, examples);
  const answers = await sampleAnswers(
    model,
    candidate,
    examples,
    { ...limits, count, sampling: SAMPLING, seed },
    call,
  );
  return Object.fromEntries(
    examples.map((example, index) => [
      example.id,
      [...new Set(answers[index]?.map(({ text }) => text) ?? [])].filter(
        (text) => text !== "" && !isCorrect(metric, example, text),
      ),
    ]),
  );
}
