import type { AnswerToken } from "../core/answer-token.ts";

/** A stretch of an answer under two prompts: one token, or several where their tokens differ. */
export interface TokenChange {
  readonly text: string;
  /** Whether it is the token that ends the answer. */
  readonly isEnd: boolean;
  /** Log-probabilities under the first and the second prompt, nats. */
  readonly before: number;
  readonly after: number;
  /** after − before: above 0 it became likelier. */
  readonly change: number;
}

/** What became of one example's answer. */
export interface AnswerChange {
  readonly exampleId: string;
  /** Σ log p of the answer under the first and the second prompt, nats. */
  readonly before: number;
  readonly after: number;
  /** after − before: above 0 the answer became likelier. */
  readonly change: number;
  readonly tokens: readonly TokenChange[];
}

/** What all occurrences of one token add to the mean change over examples. */
export interface TokenContribution {
  readonly text: string;
  readonly isEnd: boolean;
  readonly occurrences: number;
  /** Sum of its changes over the number of examples, nats; those of all tokens add up to the mean change. */
  readonly contribution: number;
  /** Mean of its changes over its occurrences, nats. */
  readonly perOccurrence: number;
}

/**
 * Sets an answer's tokens under two prompts beside each other. The last token of each ends the
 * answer. Layouts may cut the same text otherwise, " Paris" and "Paris": tokens are then joined up
 * to where both cut, and to the whole answer where no such places can be found.
 */
export function answerChange(
  exampleId: string,
  before: readonly AnswerToken[],
  after: readonly AnswerToken[],
): AnswerChange {
  const tokens = [
    ...bodyChanges(before.slice(0, -1), after.slice(0, -1)),
    ...spanChange(before.slice(-1), after.slice(-1), true),
  ];
  const [first, second] = [logProbOf(before), logProbOf(after)];
  return { exampleId, before: first, after: second, change: second - first, tokens };
}

function bodyChanges(
  before: readonly AnswerToken[],
  after: readonly AnswerToken[],
): readonly TokenChange[] {
  if (textOf(before).trimStart() !== textOf(after).trimStart()) {
    return spanChange(before, after, false);
  }
  const [firstEnds, secondEnds] = [endsOf(before), endsOf(after)];
  const cuts = [...new Set(firstEnds)].filter((end) => secondEnds.includes(end));
  return cuts.flatMap((cut, index) => {
    const from = cuts[index - 1] ?? Number.NEGATIVE_INFINITY;
    const within = (ends: readonly number[]) => (_: AnswerToken, place: number) =>
      (ends[place] as number) > from && (ends[place] as number) <= cut;
    return spanChange(before.filter(within(firstEnds)), after.filter(within(secondEnds)), false);
  });
}

/** Where each token ends in the text without the blank before it, in UTF-16 units. */
function endsOf(tokens: readonly AnswerToken[]): readonly number[] {
  const text = textOf(tokens);
  let end = text.trimStart().length - text.length;
  return tokens.map((token) => (end += token.text.length));
}

/** None where neither prompt has a token there. */
function spanChange(
  before: readonly AnswerToken[],
  after: readonly AnswerToken[],
  isEnd: boolean,
): readonly TokenChange[] {
  if (before.length + after.length === 0) return [];
  const [first, second] = [logProbOf(before), logProbOf(after)];
  const text = textOf(before).trimStart() === textOf(after) ? textOf(after) : textOf(before);
  return [{ text, isEnd, before: first, after: second, change: second - first }];
}

function textOf(tokens: readonly AnswerToken[]): string {
  return tokens.map(({ text }) => text).join("");
}

function logProbOf(tokens: readonly AnswerToken[]): number {
  return tokens.reduce((sum, { logProb }) => sum + logProb, 0);
}

/** Tokens by what they add to the mean change, the largest first whatever its sign. The ends of all answers count as one token. */
export function tokenContributions(changes: readonly AnswerChange[]): readonly TokenContribution[] {
  const byToken = new Map<string, readonly TokenChange[]>();
  for (const token of changes.flatMap(({ tokens }) => tokens)) {
    const key = token.isEnd ? "end" : `token ${token.text}`;
    byToken.set(key, [...(byToken.get(key) ?? []), token]);
  }
  return [...byToken.values()]
    .map((tokens) => {
      const [{ text, isEnd }] = tokens as readonly [TokenChange];
      const total = tokens.reduce((sum, { change }) => sum + change, 0);
      return {
        text,
        isEnd,
        occurrences: tokens.length,
        contribution: total / changes.length,
        perOccurrence: total / tokens.length,
      };
    })
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
}
