import type { RenderedPrompt } from "../../../core/candidate.ts";
import type { ScoreRequest, TokenLogProbs } from "../../../core/model.ts";
import { charactersOf, END, promptOf, textOf } from "./characters.ts";
import { endOfTurn, type NextTokens, nextStep, type Step } from "./next-token.ts";

/** What comes next behind a prompt and the beginning of an answer. */
export type AskNext = (prompt: RenderedPrompt, begun: string) => Promise<NextTokens>;

/** A plain answer ends with a blank line. */
const BLANK_LINE = "\n\n";

/**
 * Walks through an answer token by token. A token's number stands at its first character; the others
 * have 0.
 */
export async function estimateAnswer(
  { context, target }: ScoreRequest,
  askNext: AskNext,
): Promise<TokenLogProbs> {
  const { prompt, begun } = promptOf(context);
  const text = textOf(target);
  const logProbs = new Float64Array(target.length);
  const count = { tokens: 0, bounded: 0 };
  let place = 0;
  const take = ({ logProb, isBounded }: Step): void => {
    logProbs[place] = logProb;
    count.tokens++;
    if (isBounded) count.bounded++;
  };
  for (let said = 0; said < text.length;) {
    const step = nextStep(await askNext(prompt, begun + text.slice(0, said)), text.slice(said));
    take(step);
    place += charactersOf(text.slice(said, said + step.length)).length;
    said += step.length;
  }
  if (target.at(-1) === END) {
    const listed = await askNext(prompt, begun + text);
    take(prompt.kind === "chat" ? endOfTurn(listed) : nextStep(listed, BLANK_LINE));
  }
  return { logProbs, estimate: count };
}
