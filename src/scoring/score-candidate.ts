import type { Candidate } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import type { ExampleLoss, Objective } from "../core/loss.ts";
import type { CallOptions, LanguageModel, ScoreRequest, TokenLogProbs } from "../core/model.ts";
import type { Overflow } from "../core/task.ts";
import { choiceLoss } from "../objectives/choice.ts";
import { objectiveLoss } from "../objectives/objective.ts";
import { encodeExamples } from "./encode-examples.ts";

/** How candidates of one task are scored. */
export interface Scoring {
  readonly model: LanguageModel;
  readonly objective: Objective;
  /** The closed set shared by all examples; an example's own options come first. */
  readonly options: readonly string[] | null;
  /** Whether the end of the answer is scored too. Default true. */
  readonly scoreEnd?: boolean;
  readonly overflow?: Overflow;
  /** Room to leave for tokens that will be generated, when demonstrations are dropped. */
  readonly reservedTokens?: number;
}

/** An example's loss together with the log-probabilities it came from. */
export interface DetailedLoss {
  readonly loss: ExampleLoss;
  readonly target: Int32Array;
  /** Natural-log probability of each target token, nats. */
  readonly logProbs: Float64Array;
}

/** The loss of a candidate on each example, in order: one call to the model. */
export async function scoreCandidate(
  scoring: Scoring,
  candidate: Candidate,
  examples: readonly Example[],
  call: CallOptions = {},
): Promise<readonly ExampleLoss[]> {
  const detailed = await scoreInDetail(scoring, candidate, examples, call);
  return detailed.map(({ loss }) => loss);
}

/** As `scoreCandidate`, with the log-probability of every target token. */
export async function scoreInDetail(
  scoring: Scoring,
  candidate: Candidate,
  examples: readonly Example[],
  call: CallOptions = {},
): Promise<readonly DetailedLoss[]> {
  const answers = examples.map((example) => answersToScore(example, scoring.options));
  const encoded = await encodeExamples(
    scoring.model,
    candidate,
    examples.map((example, index) => ({ example, targets: (answers[index] as Answers).texts })),
    scoring,
  );
  const requests = encoded.flatMap((own, index): readonly ScoreRequest[] =>
    own.map((request) => ({ id: `example ${(examples[index] as Example).id}`, ...request })),
  );
  const scored = await scoring.model.score(requests, call);
  let next = 0;
  return examples.map((example, index) => {
    const own = answers[index] as Answers;
    const first = next;
    next += own.texts.length;
    const gold = first + own.goldIndex;
    return {
      loss: exampleLoss(scoring.objective, example, own, scored.slice(first, next)),
      target: (requests[gold] as ScoreRequest).target,
      logProbs: (scored[gold] as TokenLogProbs).logProbs,
    };
  });
}

/** The texts to score for one example, the reference among them. */
interface Answers {
  readonly texts: readonly string[];
  readonly goldIndex: number;
}

function answersToScore(example: Example, shared: readonly string[] | null): Answers {
  const options = example.options ?? shared;
  if (options === null || options === undefined) return { texts: [example.target], goldIndex: 0 };
  const goldIndex = options.indexOf(example.target);
  // A rare answer may turn up in the test examples only: it is one more option there.
  return goldIndex < 0
    ? { texts: [...options, example.target], goldIndex: options.length }
    : { texts: options, goldIndex };
}

function exampleLoss(
  objective: Objective,
  example: Example,
  answers: Answers,
  scored: readonly TokenLogProbs[],
): ExampleLoss {
  const sums = scored.map(({ logProbs }) => logProbs.reduce((sum, logProb) => sum + logProb, 0));
  const crossEntropy = -(sums[answers.goldIndex] as number);
  const choice =
    answers.texts.length > 1 ? choiceLoss(answers.texts, sums, answers.goldIndex) : undefined;
  return {
    exampleId: example.id,
    loss: objectiveLoss(objective, crossEntropy, choice),
    crossEntropy,
    targetTokens: (scored[answers.goldIndex] as TokenLogProbs).logProbs.length,
    targetBytes: new TextEncoder().encode(example.target).length,
    ...(choice === undefined ? {} : { choice }),
  };
}
