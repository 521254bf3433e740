import type { Candidate } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import type { Grader, GradingModel } from "../core/metric.ts";
import type { LanguageModel } from "../core/model.ts";
import { CROSS_ENTROPY, type ObjectiveMaterial } from "../core/objective.ts";
import { createRandom } from "../core/random.ts";
import { answerLimits, sampleAnswers } from "./answer.ts";

type Negatives = ObjectiveMaterial["negatives"];

/** What wrong answers are drawn for, and how many of them. */
interface NegativeSettings extends GradingModel {
  readonly model: LanguageModel;
  readonly grade: Grader;
  readonly count: number;
  readonly seed: number;
}

/** Targets of other examples that would be wrong answers to this one, drawn by seed. */
export function otherTargets(
  examples: readonly Example[],
  pool: readonly Example[],
  settings: NegativeSettings,
): Promise<Negatives> {
  const targets = [...new Set(pool.map(({ target }) => target))];
  const drawn = examples.map((example) => ({
    example,
    texts: createRandom(settings.seed, "negatives", example.id).shuffle(targets),
  }));
  return wrongOnes(drawn, settings);
}

interface Drawn {
  readonly example: Example;
  readonly texts: readonly string[];
}

/** Of each example's texts the first `count` that are not right answers to it; one text of each is graded at a time. */
async function wrongOnes(
  drawn: readonly Drawn[],
  { grade, count, model, call }: NegativeSettings,
): Promise<Negatives> {
  const wrong = new Map<string, readonly string[]>(drawn.map(({ example }) => [example.id, []]));
  const foundOf = ({ example }: Drawn): readonly string[] => wrong.get(example.id) ?? [];
  for (let place = 0; ; place++) {
    const open = drawn.filter((each) => place < each.texts.length && foundOf(each).length < count);
    if (open.length === 0) return Object.fromEntries(wrong);
    const answers = open.map(({ example, texts }) => ({ example, answer: texts[place] as string }));
    const grades = await grade(answers, { model, call });
    for (const [index, each] of open.entries()) {
      if (grades[index]?.isRight === true) continue;
      wrong.set(each.example.id, [...foundOf(each), each.texts[place] as string]);
    }
  }
}

const SAMPLING = { temperature: 1, topP: 0.95, topK: 0, minP: 0.02 };

/** Wrong answers that the model itself gives under a prompt; none where it is always right. */
export async function ownWrongAnswers(
  candidate: Candidate,
  examples: readonly Example[],
  settings: NegativeSettings,
): Promise<Negatives> {
  const { model, count, seed, call } = settings;
  const limits = await answerLimits(model, examples, CROSS_ENTROPY);
  const answers = await sampleAnswers(
    model,
    candidate,
    examples,
    { ...limits, count, sampling: SAMPLING, seed },
    call,
  );
  const drawn = examples.map((example, index) => {
    const texts = [...new Set((answers[index] ?? []).map(({ text }) => text))];
    return { example, texts: texts.filter((text) => text !== "") };
  });
  return wrongOnes(drawn, settings);
}
