import { type Example, inputKey, rightAnswers } from "./example.ts";

/** What is looked at to find examples that contradict each other. */
type Labelled = Pick<Example, "id" | "inputs" | "target" | "accept" | "rejected">;

/**
 * Examples with equal inputs of which no answer is right for all: a list for each such input.
 * Preference pairs are about two answers each, and contradict nobody.
 */
export function contradictions<T extends Labelled>(
  examples: readonly T[],
): readonly (readonly T[])[] {
  const byInput = new Map<string, T[]>();
  for (const example of examples) {
    if (example.rejected !== undefined) continue;
    const key = inputKey(example.inputs);
    const known = byInput.get(key);
    if (known === undefined) byInput.set(key, [example]);
    else known.push(example);
  }
  return [...byInput.values()].filter(
    (group) =>
      !group.flatMap(rightAnswers).some((answer) => group.every((each) => isRight(each, answer))),
  );
}

function isRight(example: Labelled, answer: string): boolean {
  return rightAnswers(example).includes(answer);
}

/** More examples of one input, and more characters of an answer, tell no more. */
const SHOWN = { examples: 4, characters: 40 };

/** The examples that contradict each other, each with its answer. */
export function contradictionText(group: readonly Labelled[]): string {
  const shown = group.slice(0, SHOWN.examples).map(({ id, target }) => {
    const isLong = target.length > SHOWN.characters;
    const text = isLong ? `${target.slice(0, SHOWN.characters)}…` : target;
    return `${id} (${JSON.stringify(text)})`;
  });
  const rest = group.length - shown.length;
  return `${shown.join(" and ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
