import type { RenderedPrompt } from "../../../core/candidate.ts";
import type { ScoreRequest, TokenLogProbs } from "../../../core/model.ts";
import { charactersOf, END, promptOf, textOf } from "../characters/vocabulary.ts";
import {
  endOfText,
  endOfTurn,
  type NextTokens,
  nextStep,
  otherwiseAtMost,
  type Step,
  wordLength,
} from "./next-token.ts";

/** What comes next behind a prompt and the beginning of an answer. */
export type AskNext = (prompt: RenderedPrompt, begun: string) => Promise<NextTokens>;

/**
 * Walks through an answer word by word, and through each word token by token. A token's number stands
 * at its first character; the others have 0.
 */
export async function estimateAnswer(
  { context, target }: ScoreRequest,
  askNext: AskNext,
): Promise<TokenLogProbs> {
  const { prompt, begun } = promptOf(context);
  const text = textOf(target);
  const logProbs = new Float64Array(target.length);
  const count = { tokens: 0, bounded: 0 };
  const take = (place: number, { logProb, isBounded }: Step): void => {
    // 0 says that a character belongs to the token before it.
    logProbs[place] = Math.min(-Number.EPSILON, logProb);
    count.tokens++;
    if (isBounded) count.bounded++;
  };
  for (let said = 0; said < text.length;) {
    const steps = await wordSteps(text, said, (end) => askNext(prompt, begun + text.slice(0, end)));
    for (const step of steps) {
      take(charactersOf(text.slice(0, said)).length, step);
      said += step.length;
    }
  }
  if (target.at(-1) === END) {
    const listed = await askNext(prompt, begun + text);
    take(target.length - 1, prompt.kind === "chat" ? endOfTurn(listed) : endOfText(listed));
  }
  return { logProbs, estimate: count };
}

/** A token, and how likely the rest of its word is at most if it is cut otherwise there. */
interface Cut {
  readonly step: Step;
  readonly otherwise: number;
}

/** The tokens of the word that begins at a place of a text. */
async function wordSteps(
  text: string,
  start: number,
  askAt: (place: number) => Promise<NextTokens>,
): Promise<readonly Step[]> {
  const end = start + wordLength(text.slice(start));
  const cuts: Cut[] = [];
  for (let place = start; place < end;) {
    const rest = text.slice(place);
    const listed = await askAt(place);
    const step = nextStep(listed, rest);
    cuts.push({ step, otherwise: otherwiseAtMost(listed, rest) });
    place += step.length;
  }
  return settled(cuts);
}

/**
 * A listed token that ends inside a word may hide a longer one that is not listed. Where the word
 * would be less likely by the shorter ones than that may be, it has a bound from there on.
 */
function settled(cuts: readonly Cut[]): readonly Step[] {
  let steps: readonly Step[] = [];
  for (const { step, otherwise } of cuts.toReversed()) {
    const logProb = steps.reduce((sum, each) => sum + each.logProb, step.logProb);
    const length = steps.reduce((sum, each) => sum + each.length, step.length);
    steps =
      steps.length > 0 && logProb < otherwise
        ? [{ length, logProb: otherwise, isBounded: true }]
        : [step, ...steps];
  }
  return steps;
}
