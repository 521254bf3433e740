/** Where two values of plain JSON data first differ. */
export interface Difference {
  /** As one would write it in a program: `losses[3].loss`; empty for the values themselves. */
  readonly path: string;
  readonly recorded: unknown;
  readonly emitted: unknown;
}

/** The first difference between two values of plain JSON data, or null. */
export function firstDifference(recorded: unknown, emitted: unknown, path = ""): Difference | null {
  if (Object.is(recorded, emitted)) return null;
  if (!isTree(recorded) || !isTree(emitted) || Array.isArray(recorded) !== Array.isArray(emitted)) {
    return { path, recorded, emitted };
  }
  const keys = new Set([...Object.keys(recorded), ...Object.keys(emitted)]);
  for (const key of keys) {
    const step = Array.isArray(recorded) ? `[${key}]` : path === "" ? key : `.${key}`;
    const difference = firstDifference(recorded[key], emitted[key], path + step);
    if (difference !== null) return difference;
  }
  return null;
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
