import type { z } from "zod";
import type { ScoreRequest, TokenLogProbs } from "../../core/model.ts";
import { ReplyProblem } from "./scoring-api.ts";

/** The reply as the schema has it. */
export function parseReply<T>(schema: z.ZodType<T>, reply: unknown): T {
  const parsed = schema.safeParse(reply);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? "it" : issue.path.join(".");
  throw new ReplyProblem(`the answer has another shape than expected: ${place}: ${issue?.message}`);
}

/** The choices in the order of the requests: exactly one for each, by its index. */
export function inOrder<T extends { readonly index: number }>(
  choices: readonly T[],
  count: number,
): readonly T[] {
  if (choices.length !== count) {
    throw new ReplyProblem(`${count} prompts were sent, ${choices.length} results came back`);
  }
  const sorted = choices.toSorted((a, b) => a.index - b.index);
  const wrong = sorted.findIndex(({ index }, place) => index !== place);
  if (wrong >= 0) {
    throw new ReplyProblem(`result ${wrong} of ${count} is missing from the answer`);
  }
  return sorted;
}

/** All tokens of a request, in order. */
export function tokensOf({ context, target }: ScoreRequest): readonly number[] {
  return [...context, ...target];
}

/** Refuses an answer about other tokens than were sent. `first` is the place of the first of them. */
export function checkTokens(
  { id }: Pick<ScoreRequest, "id">,
  sent: readonly number[],
  answered: readonly number[],
): void {
  if (answered.length !== sent.length) {
    throw new ReplyProblem(
      `${id}: ${sent.length} tokens were sent, the answer is about ${answered.length}`,
      "A server that adds or drops tokens cannot score. Is this the model that the tokens are of?",
    );
  }
  const wrong = sent.findIndex((token, place) => token !== answered[place]);
  if (wrong >= 0) {
    throw new ReplyProblem(
      `${id}: token ${wrong} was sent as ${sent[wrong]} and answered as ${answered[wrong]}`,
      "The server changes what it is sent: it cannot score.",
    );
  }
}

/** At or below this a server means "no number": minus infinity does not exist in JSON. */
const SENTINEL = -9999;
/** Rounding may lift a certain token this far above 0. */
const HIGHEST = 1e-4;

/** The target's numbers out of those for context and target: finite, none above 0, none a stand-in. */
export function targetLogProbs(
  { id, context, target }: ScoreRequest,
  logProbs: readonly (number | null)[],
): TokenLogProbs {
  const results = new Float64Array(target.length);
  for (let index = 0; index < target.length; index++) {
    const place = context.length + index;
    const logProb = logProbs[place];
    if (typeof logProb !== "number" || !(logProb > SENTINEL) || logProb > HIGHEST) {
      throw new ReplyProblem(
        `${id}: token ${place} has ${logProb ?? "no number"} for a log-probability`,
        "A number that stands for an impossible token would ruin every mean. Run the model in a wider number format.",
      );
    }
    results[index] = Math.min(0, logProb);
  }
  return { logProbs: results };
}
