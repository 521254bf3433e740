/** How far a key steps. */
type Steps = Readonly<Record<string, number>>;

/** A slider grows to the right and upwards. */
export const SLIDER_STEPS: Steps = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
};

/** A list goes on to the right and downwards. */
export const LIST_STEPS: Steps = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
};

/** Where a key leads in a list of so many; null where it leads nowhere, or means something to the browser. */
export function nextPlace(
  { key, altKey, ctrlKey, metaKey }: Pick<KeyboardEvent, "key" | "altKey" | "ctrlKey" | "metaKey">,
  steps: Steps,
  place: number,
  count: number,
): number | null {
  if (altKey || ctrlKey || metaKey) return null;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  const step = steps[key];
  return step === undefined ? null : Math.min(count - 1, Math.max(0, place + step));
}
