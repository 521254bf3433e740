import type { Candidate } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import type { Grader } from "../core/metric.ts";
import type { CallOptions, LanguageModel } from "../core/model.ts";
import type { ObjectiveMaterial } from "../core/objective.ts";
import { createRandom } from "../core/random.ts";
import { answerLimits, sampleAnswers } from "./answer.ts";

type Negatives = ObjectiveMaterial["negatives"];

/** What wrong answers are drawn for, and how many of them. */
interface NegativeSettings {
  readonly grade: Grader;
  readonly count: number;
  readonly seed: number;
}

/** Targets of other examples that would be wrong answers to this one, drawn by seed. */
export async function otherTargets(
  examples: readonly Example[],
  pool: readonly Example[],
  { grade, count, seed }: NegativeSettings,
): Promise<Negatives> {
  const targets = [...new Set(pool.map(({ target }) => target))];
  const drawn = examples.map(async (example) => {
    const order = createRandom(seed, "negatives", example.id).shuffle(targets);
    return [example.id, await wrongOnes(example, order, grade, count)] as const;
  });
  return Object.fromEntries(await Promise.all(drawn));
}

/** The first `count` texts that are not wholly right answers to the example. */
async function wrongOnes(
  example: Example,
  texts: readonly string[],
  grade: Grader,
  count: number,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const text of texts) {
    if (wrong.length === count) break;
    if ((await grade(example, text)) < 1) wrong.push(text);
  }
  return wrong;
}

const SAMPLING = { temperature: 1, topP: 0.95, topK: 0, minP: 0.02 };

/** Wrong answers that the model itself gives under a prompt; none where it is always right. */
export async function ownWrongAnswers(
  model: LanguageModel,
  candidate: Candidate,
  examples: readonly Example[],
  { grade, count, seed }: NegativeSettings,
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
  const drawn = examples.map(async (example, index) => {
    const texts = [...new Set((answers[index] ?? []).map(({ text }) => text))];
    const said = texts.filter((text) => text !== "");
    return [example.id, await wrongOnes(example, said, grade, count)] as const;
  });
  return Object.fromEntries(await Promise.all(drawn));
}
