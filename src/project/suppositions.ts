import type { Suppositions } from "../backends/llama-cpp/dry-run.ts";
import { commonPrefix } from "../backends/llama-cpp/plan.ts";
import type { ScoreRequest, TokenIds } from "../core/model.ts";
import { createRandom, type Random } from "../core/random.ts";
import { incumbentOf, type RunState } from "../core/run-state.ts";
import { normalQuantile } from "../statistics/normal.ts";

interface LogRatio {
  readonly mean: number;
  readonly standardDeviation: number;
}

/**
 * How much worse than the incumbent a candidate is, as the logarithm of the ratio of their losses,
 * while the start prompt stands, after one prompt was accepted, and after more: most candidates
 * beat a start prompt, few the second incumbent. From the searches on public tasks under
 * docs/results.
 */
const LOG_LOSS_RATIOS: readonly LogRatio[] = [
  { mean: -0.4, standardDeviation: 0.9 },
  { mean: 0.3, standardDeviation: 0.45 },
  { mean: 0.05, standardDeviation: 0.05 },
];

/** What a prompt of e times the incumbent's length gains on the same scale: demonstrations are what helps most. */
const LENGTH_EFFECT = -0.8;
/** Of the start prompt, nats a token. */
const START_LOSS = 4;
/** How much examples differ in difficulty, and one candidate on them, as standard deviations of the logarithm. */
const DIFFICULTY = 0.5;
const CANDIDATE_NOISE = 0.3;

/** How long the texts are that the scored model writes. */
export interface SupposedTexts {
  /** As a share of the longest that is allowed. */
  readonly shareOfLimit: number;
  /** Tokens of reasoning and cue between a prompt and its answer. */
  readonly beforeAnswer: number;
}

/** Known answers are two thirds of the longest; a start prompt lets a model talk on to the limit, a good one ends with the answer. */
export const PLAIN_ANSWERS: SupposedTexts = { shareOfLimit: 5 / 6, beforeAnswer: 0 };

/** About one token of any model. */
const WORD = " the";

/** Answers of the scored model in a search that goes as searches do. */
export function supposedSearch(
  seed: number,
  state: () => RunState,
  texts: SupposedTexts,
): Suppositions {
  const levels = new Map<string, number>();
  let call = 0;
  return {
    score: (requests) => {
      const random = createRandom(seed, "call", call++);
      const candidate = commonTokens(requests);
      const level = levels.get(candidate) ?? candidateLevel(state(), requests, texts, random);
      levels.set(candidate, level);
      return requests.map(({ id, target }) => {
        const difficulty = DIFFICULTY * normal(createRandom(seed, "difficulty", id));
        const noise = CANDIDATE_NOISE * normal(random);
        const nats = level * Math.exp(difficulty + noise);
        return { logProbs: new Float64Array(target.length).fill(-nats) };
      });
    },
    generate: (requests) =>
      requests.map(({ maxTokens }, index) => {
        const tokenCount = Math.max(1, Math.round(texts.shareOfLimit * maxTokens));
        // The number in front lets no two texts share a beginning.
        return { text: `${index}${WORD.repeat(tokenCount - 1)}`, tokenCount, finish: "end" };
      }),
  };
}

/** What all prompts of a call begin and end with: the candidate's own part, about. */
function commonTokens(requests: readonly ScoreRequest[]): string {
  const contexts = requests.map(({ context }) => context);
  const ends = contexts.map((context) => context.toReversed());
  const common = (all: readonly TokenIds[]): TokenIds => {
    const [first = new Int32Array()] = all;
    const length = all.reduce(
      (least, each) => Math.min(least, commonPrefix(first, each)),
      first.length,
    );
    return first.subarray(0, length);
  };
  return `${common(contexts).join()}|${common(ends).join()}`;
}

/** Nats a token of a candidate that is scored for the first time. */
function candidateLevel(
  state: RunState,
  requests: readonly ScoreRequest[],
  { beforeAnswer }: SupposedTexts,
  random: Random,
): number {
  if (state.incumbentId === null) return START_LOSS;
  const { lossHistory } = state;
  const gains = lossHistory.filter((loss, index) => loss < (lossHistory[index - 1] ?? loss)).length;
  const { mean, standardDeviation } = LOG_LOSS_RATIOS[Math.min(gains, 2)] as LogRatio;
  const { perToken, promptTokens } = incumbentOf(state).summary;
  const tokens = requests.reduce((sum, { context }) => sum + context.length, 0) / requests.length;
  const length =
    LENGTH_EFFECT * Math.tanh(Math.log(Math.max(1, tokens - beforeAnswer) / promptTokens));
  return perToken * Math.exp(mean + length + standardDeviation * normal(random));
}

/** A rewriter's replies: the prompt it was asked about, changed a little. */
export function supposedRewriter(instruction: string): Suppositions {
  let count = 0;
  return {
    score: () => {
      throw new RangeError("A rewriter scores nothing");
    },
    generate: (requests) =>
      requests.map(({ maxTokens }) => ({
        text: `${instruction} ${count++}`,
        tokenCount: Math.min(maxTokens, Math.ceil(instruction.length / 4) + 4),
        finish: "end",
      })),
  };
}

function normal(random: Random): number {
  return normalQuantile(Math.min(1 - 1e-12, Math.max(1e-12, random.float())));
}
