import type { Candidate, Layout } from "../../core/candidate.ts";
import type { Proposer } from "../../core/proposal.ts";
import type { TrainingTask } from "../../core/task.ts";
import { titled } from "../../scoring/render.ts";
import { editProposer } from "./edit-proposer.ts";

/** Moves the prompt into another layout. A prompt with `{{variables}}` or a message list has fixed its own. */
export const changeLayout: Proposer = editProposer({
  operator: "layout",
  applies: (task) => task.search.layout && isFree(task.start),
  ideas: ({ incumbent, task, random }) =>
    random.shuffle(layoutsOf(task)).map((layout) => ({ ...incumbent.candidate, layout })),
});

function isFree({ layout }: Candidate): boolean {
  return layout.kind !== "template" && layout.kind !== "messages";
}

/** Field names that models have often seen in front of inputs and answers. */
const COMMON_NAMES = [
  ["Input", "Output"],
  ["Question", "Answer"],
  ["Text", "Label"],
  ["Review", "Sentiment"],
] as const;

/** Every layout worth trying: the chat ones, and plain text under several pairs of field names. */
function layoutsOf(task: TrainingTask): readonly Layout[] {
  const [input = "input"] = task.fieldNames.inputs;
  const own = [titled(input), titled(task.fieldNames.target)] as const;
  const pairs = [own, ...COMMON_NAMES];
  const distinct = [...new Map(pairs.map((pair) => [pair.join(), pair])).values()];
  const plain = distinct.map(([inputName, targetName]): Layout => ({
    kind: "plain",
    inputName,
    targetName,
  }));
  return [{ kind: "system" }, { kind: "user" }, { kind: "user-last" }, ...plain];
}
