import { type Example, inputKey } from "../core/example.ts";

/** Ids of examples with equal inputs and different answers, one list for each such input. */
export function contradictions(examples: readonly Example[]): readonly (readonly string[])[] {
  const byInput = new Map<string, Example[]>();
  for (const example of examples) {
    const key = inputKey(example.inputs);
    byInput.set(key, [...(byInput.get(key) ?? []), example]);
  }
  return [...byInput.values()]
    .filter((group) => new Set(group.map(({ target }) => target)).size > 1)
    .map((group) => group.map(({ id }) => id));
}
