import { type Example, inputKey } from "./example.ts";

/** What is looked at to find examples that contradict each other. */
type Labelled = Pick<Example, "id" | "inputs" | "target">;

/** Examples with equal inputs and different answers: a list for each such input. */
export function contradictions<T extends Labelled>(
  examples: readonly T[],
): readonly (readonly T[])[] {
  const byInput = new Map<string, T[]>();
  for (const example of examples) {
    const key = inputKey(example.inputs);
    const known = byInput.get(key);
    if (known === undefined) byInput.set(key, [example]);
    else known.push(example);
  }
  return [...byInput.values()].filter(
    (group) => new Set(group.map(({ target }) => target)).size > 1,
  );
}

/** The examples that contradict each other, each with its answer. */
export function contradictionText(group: readonly Labelled[]): string {
  return group.map(({ id, target }) => `${id} (${JSON.stringify(target)})`).join(" and ");
}
