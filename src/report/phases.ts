import { addUsage, NO_USAGE, type Usage } from "../core/model.ts";
import type { RunEvent } from "../core/run-event.ts";

/** A kind of work in a run, in the order of a run. */
type Phase = "preparing" | "analysing" | "proposing" | "scoring" | "validating" | "verdict";

/** What a kind of work took in all. */
export interface PhaseCost {
  readonly phase: Phase;
  readonly seconds: number;
  readonly usage: Usage;
}

const ORDER: readonly Phase[] = [
  "preparing",
  "analysing",
  "proposing",
  "scoring",
  "validating",
  "verdict",
];

/** Adds up what each kind of work took; `eventSeconds` are seconds of work up to each event. */
export function phaseCosts(
  events: readonly RunEvent[],
  eventSeconds: readonly number[],
): readonly PhaseCost[] {
  const costs = new Map<Phase, Omit<PhaseCost, "phase">>();
  events.forEach((event, index) => {
    const phase = phaseOf(event);
    const { seconds, usage } = costs.get(phase) ?? { seconds: 0, usage: NO_USAGE };
    costs.set(phase, {
      seconds: seconds + (eventSeconds[index] ?? 0) - (eventSeconds[index - 1] ?? 0),
      usage: "usage" in event ? addUsage(usage, event.usage) : usage,
    });
  });
  return ORDER.flatMap((phase) => {
    const cost = costs.get(phase);
    return cost === undefined ? [] : [{ phase, ...cost }];
  });
}

/** An event is recorded when the work for it is done. */
function phaseOf({ type }: RunEvent): Phase {
  switch (type) {
    case "run-started":
    case "objective-prepared":
      return "preparing";
    case "parts-analysed":
      return "analysing";
    case "proposals-made":
      return "proposing";
    case "candidate-scored":
    case "candidate-dropped":
    case "candidate-refused":
    case "iteration-ended":
    case "search-ended":
      return "scoring";
    case "candidate-validated":
      return "validating";
    case "verdict-reached":
      return "verdict";
  }
}
