import type { Candidate } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import type { CallOptions, Generation, LanguageModel } from "../core/model.ts";
import type { TrainingTask } from "../core/task.ts";
import { encodeExamples } from "../scoring/encode-examples.ts";

const GREEDY = { temperature: 0, topP: 1, topK: 0, minP: 0 } as const;

/** How long answers may get and where plain-text answers end, as learned from known answers. */
export interface AnswerLimits {
  readonly maxTokens: number;
  /** Where an answer in plain text ends; chat answers end with their turn. */
  readonly plainStop: string;
}

const SPARE_TOKENS = 8;

/** Room for half as much again as the longest known answer. */
export async function answerLimits(
  model: LanguageModel,
  { data: { train: examples } }: TrainingTask,
): Promise<AnswerLimits> {
  const encoded = await model.encode(
    examples.map(({ target }) => ({ prompt: { kind: "text", text: target } })),
  );
  const longest = Math.max(...encoded.map(({ context }) => context.length));
  const oneLine = examples.every(({ target }) => !target.includes("\n"));
  return {
    maxTokens: Math.ceil(longest * 1.5) + SPARE_TOKENS,
    plainStop: oneLine ? "\n" : "\n\n",
  };
}

/** The model's own answer to each example under a candidate: greedy, in order. */
export async function generateAnswers(
  model: LanguageModel,
  candidate: Candidate,
  examples: readonly Example[],
  limits: AnswerLimits,
  call: CallOptions,
): Promise<readonly Generation[]> {
  const encoded = await encodeExamples(
    model,
    candidate,
    examples.map((example) => ({ example, targets: [] })),
    { overflow: "drop-demonstrations", reservedTokens: limits.maxTokens },
  );
  const stop = candidate.layout.kind === "plain" ? [limits.plainStop] : [];
  const answers = await model.generate(
    encoded.flat().map(({ context }, index) => ({
      id: `answer to example ${examples[index]?.id ?? index}`,
      context,
      maxTokens: limits.maxTokens,
      sampling: GREEDY,
      seed: 0,
      stop,
    })),
    call,
  );
  return answers.map((answer) => ({ ...answer, text: answer.text.trim() }));
}
