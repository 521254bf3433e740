import type { LanguageModel, ScoreRequest, Sent, Stepwise } from "./model.ts";
import { wrappedModel } from "./wrapped-model.ts";

/** What scoring sends where each token of an answer takes a request of its own: about, and at the most. */
export function sentStepwise(requests: readonly ScoreRequest[], { idsPerToken }: Stepwise): Sent {
  let sent = { requests: 0, tokens: 0 };
  for (const { context, target } of requests) {
    const steps = Math.ceil(target.length / idsPerToken);
    const prompt = Math.ceil(context.length / idsPerToken);
    // Each with all tokens of the answer that stand before it.
    const tokens = steps * prompt + (steps * (steps - 1)) / 2;
    sent = { requests: sent.requests + steps, tokens: sent.tokens + tokens };
  }
  return sent;
}

/** What writing sends: about, where the model's ids are not the server's tokens. */
export function sentToWrite(
  requests: readonly Pick<ScoreRequest, "context">[],
  { idsPerToken }: Stepwise,
): Sent {
  const tokens = requests.map(({ context }) => Math.ceil(context.length / idsPerToken));
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
  const { stepwise } = model.capabilities;
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
          sent: sentStepwise(requests, stepwise),
        });
      }
      return model.score(requests, options);
    },
  });
}
