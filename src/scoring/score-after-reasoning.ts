import type { Candidate } from "../core/candidate.ts";
import type { CallOptions, Generation, LanguageModel, TokenIds } from "../core/model.ts";
import type { AfterReasoningObjective } from "../core/objective.ts";
import { lossAfterReasonings } from "../objectives/after-reasoning.ts";
import type { AnswerLoss } from "../objectives/objective.ts";
import type { Encoding } from "./encode-examples.ts";
import { begunAnswer, reasoningRoom, sampleReasonings } from "./reasonings.ts";
import { type AnswersToScore, scoreAnswers, type ScoredAnswers, textsOf } from "./score-answers.ts";

/** A reasoning with what the answer behind it costs. */
export interface ScoredReasoning extends Pick<Generation, "text" | "finish"> {
  /** −log p of the answer, nats. */
  readonly crossEntropy: number;
}

/** An example's answers scored behind each of its reasonings. */
interface AnswersAfterReasoning {
  readonly answer: AnswerLoss;
  readonly target: TokenIds;
  /** Mean natural-log probability of each target token, nats. */
  readonly logProbs: Float64Array;
  /** Tokens of the prompt before the reasoning. */
  readonly promptTokens: number;
  readonly reasonings: readonly ScoredReasoning[];
}

/** Lets the model reason on each example, then scores its answers behind each reasoning: two calls to the model. */
export async function scoreAfterReasoning(
  model: LanguageModel,
  candidate: Candidate,
  wanted: readonly AnswersToScore[],
  { objective, ...encoding }: Encoding & { readonly objective: AfterReasoningObjective },
  call: CallOptions,
): Promise<readonly AnswersAfterReasoning[]> {
  const { samples, cue } = objective;
  const room = await reasoningRoom(model, objective);
  // The same for both calls: where demonstrations have to go, both drop the same ones.
  const reserving = { ...encoding, reservedTokens: Math.max(encoding.reservedTokens ?? 0, room) };
  const items = wanted.map((each) => ({ example: each.example, targets: textsOf(each) }));
  const reasoned = await sampleReasonings(model, candidate, items, objective, reserving, call);
  const behind = reasoned.flatMap(({ reasonings }, place) =>
    reasonings.map(({ text }) => ({
      ...(wanted[place] as AnswersToScore),
      prefix: begunAnswer(text, cue),
    })),
  );
  const settings = { ...reserving, contentFree: false };
  const scored = await scoreAnswers(model, candidate, behind, settings, call);
  return reasoned.map(({ promptTokens, reasonings }, place) => ({
    ...together(reasonings, scored.slice(place * samples, (place + 1) * samples)),
    promptTokens,
  }));
}

/** One example's answers behind at least one reasoning. */
function together(
  reasonings: readonly Generation[],
  scored: readonly ScoredAnswers[],
): Omit<AnswersAfterReasoning, "promptTokens"> {
  const [first, ...others] = scored;
  if (first === undefined) throw new RangeError("An answer after reasoning needs one reasoning");
  const scores = ({ scores: own }: ScoredAnswers) => ({ ...own, reference: new Map() });
  return {
    answer: lossAfterReasonings([scores(first), ...others.map(scores)]),
    target: first.target,
    logProbs: first.logProbs.map(
      (_, token) =>
        scored.reduce((sum, { logProbs }) => sum + (logProbs[token] as number), 0) / scored.length,
    ),
    reasonings: reasonings.map(({ text, finish }, sample) => ({
      text,
      finish,
      crossEntropy: -(scored[sample] as ScoredAnswers).scores.target.logProb,
    })),
  };
}
