import type { LanguageModel, ModelCapabilities, ScoreRequest, Sent } from "./model.ts";
import { wrappedModel } from "./wrapped-model.ts";

type Sending = Pick<ModelCapabilities, "charactersPerToken" | "stepwise">;

/** What scoring sends where a server takes texts or a request for each token of an answer: about, and at the most. */
export function sentToScore(
  requests: readonly ScoreRequest[],
  { charactersPerToken = 1, stepwise }: Sending,
): Sent {
  return requests
    .map(({ context, target }) => {
      const answer = Math.ceil(target.length / charactersPerToken);
      const prompt = Math.ceil(context.length / charactersPerToken);
      if (stepwise === undefined) return { requests: 1, tokens: prompt + answer };
      // Each with all tokens of the answer that stand before it.
      return { requests: answer, tokens: answer * prompt + (answer * (answer - 1)) / 2 };
    })
    .reduce(
      (sum, { requests: count, tokens }) => ({
        requests: sum.requests + count,
        tokens: sum.tokens + tokens,
      }),
      { requests: 0, tokens: 0 },
    );
}

/** What writing sends: about, where the model's ids are not the server's tokens. */
export function sentToWrite(
  requests: readonly Pick<ScoreRequest, "context">[],
  { charactersPerToken = 1 }: Sending,
): Sent {
  const tokens = requests.map(({ context }) => Math.ceil(context.length / charactersPerToken));
  return { requests: requests.length, tokens: tokens.reduce((sum, each) => sum + each, 0) };
}

/** What a first call is about to send to a model that is asked for each token of an answer. */
export interface StepwisePlan {
  readonly model: string;
  readonly isEstimate: boolean;
  /** To score. */
  readonly answers: number;
  readonly sent: Sent;
}

/** The model, which tells before its first scores what they will send; the model itself where it does not go stepwise. */
export function announcedModel(
  model: LanguageModel,
  tell: (plan: StepwisePlan) => void,
): LanguageModel {
  const { capabilities } = model;
  const { stepwise } = capabilities;
  if (stepwise === undefined) return model;
  let isTold = false;
  return wrappedModel(model, {
    score: (requests, options) => {
      if (!isTold && requests.length > 0) {
        isTold = true;
        tell({
          model: model.identity.name,
          isEstimate: stepwise.isEstimate,
          answers: requests.length,
          sent: sentToScore(requests, capabilities),
        });
      }
      return model.score(requests, options);
    },
  });
}
