import type { Candidate } from "../core/candidate.ts";
import { type Example, rightAnswers } from "../core/example.ts";
import {
  answerLength,
  type CallOptions,
  type LanguageModel,
  type ModelCapabilities,
  type ScoreRequest,
  type TokenLogProbs,
} from "../core/model.ts";
import type { AnswerScore, ExampleScores } from "../core/objective.ts";
import { encodeExamples, type Encoding, type ExampleToEncode } from "./encode-examples.ts";

/** Which texts of one example are scored behind its prompt. */
export interface AnswersToScore {
  readonly example: Example;
  readonly accepted: readonly string[];
  /** Holds the target. */
  readonly options: readonly string[] | null;
  readonly negatives: readonly string[];
  /** What of the answer stands there already; nothing by default. */
  readonly prefix?: string;
}

/** The scores of an example, and the target's tokens in detail. */
export interface ScoredAnswers {
  readonly scores: Omit<ExampleScores, "reference">;
  readonly target: Int32Array;
  /** Natural-log probability of each target token, nats. */
  readonly logProbs: Float64Array;
  /** Tokens before it. */
  readonly promptTokens: number;
}

/** An input that says nothing, as in contextual calibration. */
const CONTENT_FREE_INPUT = "N/A";

/**
 * Scores each example's answers behind its prompt under a candidate, each distinct text once; with
 * `contentFree`, all targets and options behind an input that says nothing too. One call to the model.
 */
export async function scoreAnswers(
  model: LanguageModel,
  candidate: Candidate,
  wanted: readonly AnswersToScore[],
  { contentFree, ...encoding }: Encoding & { readonly contentFree: boolean },
  call: CallOptions = {},
): Promise<readonly ScoredAnswers[]> {
  const items: ExampleToEncode[] = wanted.map((each) => ({
    example: each.example,
    targets: textsOf(each),
    ...(each.prefix === undefined ? {} : { prefix: each.prefix }),
  }));
  const [first] = wanted;
  if (contentFree && first !== undefined) {
    const targets = [
      ...new Set(wanted.flatMap(({ options, example }) => options ?? [example.target])),
    ];
    items.push({ example: emptied(first.example), targets });
  }
  const encoded = await encodeExamples(model, candidate, items, encoding);
  const requests = encoded.flatMap((own, index): readonly ScoreRequest[] =>
    own.map((request) => ({ id: `example ${items[index]?.example.id ?? index}`, ...request })),
  );
  const scored = await model.score(requests, call);
  let next = 0;
  const answers = items.map(({ targets }) => {
    const first = next;
    next += targets.length;
    return new Map(
      targets.map((text, index) => [
        text,
        answerScore(
          { text, scored: scored[first + index] as TokenLogProbs },
          requests[first + index],
          model.capabilities,
        ),
      ]),
    );
  });
  const priors = new Map(
    contentFree
      ? [...(answers.at(-1) ?? [])].map(([text, { score }]) => [text, score.logProb])
      : [],
  );
  return wanted.map((each, index) =>
    assembled(each, answers[index] as ReadonlyMap<string, Answer>, priors),
  );
}

interface Answer {
  readonly score: AnswerScore;
  readonly promptTokens: number;
  readonly tokens: Int32Array;
  readonly logProbs: Float64Array;
}

/** The texts to score behind an example's prompt, each once. */
export function textsOf({
  example,
  accepted,
  options,
  negatives,
}: AnswersToScore): readonly string[] {
  return [...new Set([...(options ?? []), example.target, ...accepted, ...negatives])];
}

function emptied(example: Example): Example {
  const names = Object.keys(example.inputs);
  return {
    ...example,
    id: "without an input",
    inputs: Object.fromEntries(names.map((name) => [name, CONTENT_FREE_INPUT])),
  };
}

function answerScore(
  { text, scored }: { readonly text: string; readonly scored: TokenLogProbs },
  request: ScoreRequest | undefined,
  capabilities: ModelCapabilities,
): Answer {
  if (request === undefined) throw new RangeError(`No request for the answer "${text}"`);
  const { logProbs, estimate } = scored;
  return {
    score: {
      text,
      logProb: logProbs.reduce((sum, logProb) => sum + logProb, 0),
      tokens: answerLength(logProbs, capabilities),
      bytes: Buffer.byteLength(text),
      ...(estimate === undefined ? {} : { estimate }),
    },
    promptTokens: request.context.length,
    tokens: request.target,
    logProbs,
  };
}

function assembled(
  { example, accepted, options, negatives }: AnswersToScore,
  answers: ReadonlyMap<string, Answer>,
  contentFree: ReadonlyMap<string, number>,
): ScoredAnswers {
  const scoreOf = (text: string): AnswerScore => (answers.get(text) as Answer).score;
  const target = answers.get(example.target) as Answer;
  return {
    scores: {
      target: target.score,
      accepted: accepted.map(scoreOf),
      right: new Set(rightAnswers(example)),
      options: options?.map(scoreOf) ?? null,
      negatives: negatives.map(scoreOf),
      contentFree,
    },
    target: target.tokens,
    logProbs: target.logProbs,
    promptTokens: target.promptTokens,
  };
}
