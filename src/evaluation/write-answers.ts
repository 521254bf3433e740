import type { Candidate } from "../core/candidate.ts";
import { modelError } from "../core/errors.ts";
import type { Example } from "../core/example.ts";
import type { CallOptions } from "../core/model.ts";
import type { Overflow } from "../core/task.ts";
import type { TextModel, WrittenText } from "../core/text-model.ts";
import { renderPrompt } from "../scoring/render.ts";
import { type AnswerLimits, GREEDY, stopTexts } from "./answer.ts";

/** An answer that a model wrote. */
interface OwnAnswer extends Pick<WrittenText, "text" | "promptTokens"> {
  /** Whether demonstrations were left out, because the prompt did not fit the context. */
  readonly isShortened: boolean;
}

/** To an example that is too long for the model. */
const UNANSWERED: OwnAnswer = { text: "", promptTokens: 0, isShortened: true };

/** How long answers may get, and what happens to an example that does not fit the context with one. */
interface Writing {
  readonly limits: AnswerLimits;
  readonly overflow: Overflow;
  /** Whether one that fits under no circumstances is an error, or has no answer. */
  readonly mustFit: boolean;
}

/**
 * The model's own answer to each example under a candidate: greedy, in order. Where demonstrations
 * may be dropped, the first ones go until prompt and answer fit.
 */
export async function writeAnswers(
  writer: TextModel,
  candidate: Candidate,
  examples: readonly Example[],
  writing: Writing,
  call: CallOptions,
): Promise<readonly OwnAnswer[]> {
  const { maxTokens, plainEnd } = writing.limits;
  const how = { maxTokens, sampling: GREEDY, seed: 0, stop: stopTexts(candidate, plainEnd) };
  const requests = examples.map((example) => ({
    ...how,
    id: `answer to example ${example.id}`,
    prompt: renderPrompt(candidate, example.inputs),
  }));
  const written = await writer.write(requests, call);
  const tooLong = examples.filter((_, index) => written[index] === null);
  const others = await writeShorter(writer, candidate, tooLong, writing, call);
  let next = 0;
  return written.map((answer) =>
    answer === null
      ? (others[next++] as OwnAnswer)
      : { text: answer.text.trim(), promptTokens: answer.promptTokens, isShortened: false },
  );
}

/** The same under the candidate without its first demonstration. */
async function writeShorter(
  writer: TextModel,
  candidate: Candidate,
  examples: readonly Example[],
  writing: Writing,
  call: CallOptions,
): Promise<readonly OwnAnswer[]> {
  const [example] = examples;
  if (example === undefined) return [];
  const [, ...demonstrations] = candidate.demonstrations;
  if (writing.overflow === "error" || candidate.demonstrations.length === 0) {
    if (writing.mustFit) throw tooLongFor(writer, example);
    return examples.map(() => UNANSWERED);
  }
  const fewer = { ...candidate, demonstrations };
  const answers = await writeAnswers(writer, fewer, examples, writing, call);
  return answers.map((answer) => ({ ...answer, isShortened: true }));
}

function tooLongFor({ identity }: TextModel, { id }: Example): Error {
  return modelError(
    "CONTEXT_OVERFLOW",
    `example ${id}: the prompt and an answer do not fit the context of ${identity.name}`,
    { hint: "Shorten the example, or use fewer demonstrations." },
  );
}
