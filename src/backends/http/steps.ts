import type { ScoreRequest, TokenLogProbs } from "../../core/model.ts";
import type { AskedScore } from "./scoring-api.ts";

/** Each target token as the target of a request of its own, behind all tokens before it. `pieces` are no whole characters. */
export function stepsOf(
  requests: readonly ScoreRequest[],
  pieces: ReadonlySet<number>,
): readonly AskedScore[] {
  return requests.flatMap(({ id, context, target }) => {
    const whole = Int32Array.of(...context, ...target);
    return Array.from(target, (token, index) => ({
      id,
      context: whole.slice(0, context.length + index),
      target: Int32Array.of(token),
      isPiece: pieces.has(token),
    }));
  });
}

/** What the steps of requests gave, as results of the requests. */
export function joinSteps(
  requests: readonly ScoreRequest[],
  steps: readonly TokenLogProbs[],
): readonly TokenLogProbs[] {
  const numbers = steps.flatMap(({ logProbs }) => [...logProbs]);
  let start = 0;
  return requests.map(({ target }) => {
    const end = start + target.length;
    const logProbs = Float64Array.from(numbers.slice(start, end));
    start = end;
    return { logProbs };
  });
}
