import type { Candidate } from "../core/candidate.ts";
import { RESULT_MARK } from "../core/metric.ts";
import type { CallOptions, Generation, LanguageModel } from "../core/model.ts";
import type { AfterReasoningObjective, Objective } from "../core/objective.ts";
import { type TextModel, writerOf } from "../core/text-model.ts";
import { deriveSeed } from "../core/random.ts";
import { encodeExamples, type Encoding, type ExampleToEncode } from "./encode-examples.ts";
import { sampleTexts } from "./sample-texts.ts";

/** What an example's prompt is followed by before its answer. */
export interface ReasonedPrompt {
  /** Tokens of the prompt alone. */
  readonly promptTokens: number;
  /** As many as the objective asks for. */
  readonly reasonings: readonly Generation[];
}

/** Leaves out what no reader would take for reasoning, and spares sorting the whole vocabulary. */
const TOP_P = 0.95;

/**
 * Lets the model reason under a candidate, before each example's answer. A sample's seed follows
 * from the example alone, so that candidates are compared on equal luck. One call to the model.
 */
export async function sampleReasonings(
  model: LanguageModel,
  candidate: Candidate,
  items: readonly ExampleToEncode[],
  objective: AfterReasoningObjective,
  encoding: Encoding,
  call: CallOptions,
): Promise<readonly ReasonedPrompt[]> {
  const { samples, reasoningTokens, temperature, seed } = objective;
  const encoded = await encodeExamples(model, candidate, items, encoding);
  const prompts = encoded.flatMap(([request], place) => {
    const id = `reasoning on example ${items[place]?.example.id ?? place}`;
    return request === undefined ? [] : [{ id, context: request.context }];
  });
  const reasonings = await sampleTexts(
    model,
    prompts,
    {
      count: samples,
      maxTokens: reasoningTokens,
      sampling: { temperature, topP: TOP_P, topK: 0, minP: 0 },
      stop: reasoningEnds(candidate, objective),
      seedOf: (place, sample) =>
        deriveSeed(seed, "reasoning", items[place]?.example.id ?? place, sample),
    },
    call,
  );
  return prompts.map(({ context }, place) => ({
    promptTokens: context.length,
    reasonings: reasonings[place] ?? [],
  }));
}

/** The cue ends a reasoning, and in plain text the next input that a model goes on to write. */
function reasoningEnds(
  { layout }: Candidate,
  { cue }: Pick<AfterReasoningObjective, "cue">,
): readonly string[] {
  return [cue.trim(), ...(layout.kind === "plain" ? [`\n\n${layout.inputName}:`] : [])];
}

/** What of the answer stands there when it is scored: the reasoning without blanks around it, and the cue. */
export function begunAnswer(reasoning: string, cue: string): string {
  // A limit may cut a character in two, of which a replacement character is left.
  return `${reasoning.replace(/\uFFFD+$/, "").trim()}${cue}`.trimStart();
}

/** The result of a worked solution: what stands behind its last cue or `####`; else the whole text. */
export function finalAnswer(solution: string, cue: string): string {
  const starts = [cue.trim(), RESULT_MARK].map((mark) => {
    const place = solution.lastIndexOf(mark);
    return place < 0 ? 0 : place + mark.length;
  });
  const answer = solution.slice(Math.max(...starts)).trim();
  return answer === "" ? solution : answer;
}

/** Tokens between a prompt and its answer, at most: of reasoning and cue; none without. */
export async function reasoningRoom(
  model: LanguageModel | TextModel,
  objective: Objective,
): Promise<number> {
  if (objective.kind !== "answer-after-reasoning") return 0;
  const [cueTokens = 0] = await writerOf(model).countTokens([objective.cue]);
  return objective.reasoningTokens + cueTokens;
}
