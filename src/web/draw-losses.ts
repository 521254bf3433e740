import { scaleLinear } from "d3-scale";
import type { CandidateView } from "../report/candidate-views.ts";
import type { RunReport } from "../report/run-report.ts";
import type { Plot } from "./chart.tsx";
import type { Point } from "./points.tsx";
import { linearScale, lossScale, roomFor, type Scale } from "./scales.ts";

/** A loss on examples that the search did not score. */
interface HeldOutLoss {
  readonly id: string;
  readonly name: "held-out" | "validation";
  readonly loss: number;
}

/** The best so far from a place on, with the ends of its 95 % interval. */
interface BestStep {
  readonly id: string;
  readonly x: number;
  readonly loss: number;
  readonly interval: readonly [number, number];
}

/** Where the chart of losses draws what. */
export interface DrawnLosses {
  readonly plot: Plot;
  readonly y: Scale;
  readonly points: readonly Point[];
  readonly steps: readonly BestStep[];
  readonly heldOut: readonly HeldOutLoss[];
}

/** Places everything that the chart of losses shows, so that nothing of it lies beyond the scale. Of accuracies the higher are on top. */
export function drawLosses(report: RunReport, plot: Plot): DrawnLosses {
  const { candidates } = report;
  const x = scaleLinear()
    .domain([0, roomFor(Math.max(1, candidates.length - 1))])
    .range([plot.left + 12, plot.right - 12]);
  const place = new Map(candidates.map(({ id }, index) => [id, x(index)]));
  const steps = bestSteps(report).map((step) => ({ ...step, x: place.get(step.id) ?? plot.left }));
  const heldOut = heldOutLosses(report);
  const losses = [...candidates, ...heldOut].map(({ loss }) => loss);
  const ends = steps.flatMap(({ interval }) => interval);
  const y =
    report.summary.mode === "accuracy"
      ? linearScale([...losses, ...ends.map(withinShares)], [plot.top + 6, plot.bottom])
      : lossScale(losses, [plot.bottom, plot.top + 6], ends);
  const points = candidates.map((candidate, index) => pointOf(candidate, x(index), y));
  return { plot, y, points, steps, heldOut };
}

/** An interval may reach where no accuracy is. */
function withinShares(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function pointOf({ id, operator, loss, droppedAfter }: CandidateView, x: number, y: Scale): Point {
  return { id, operator, isDropped: droppedAfter !== null, x, y: y(loss) };
}

/** The differences from the start, laid at the start's loss. */
function bestSteps({ candidates, incumbents }: RunReport): readonly Omit<BestStep, "x">[] {
  const startLoss = candidates[0]?.loss ?? 0;
  return incumbents.map(({ id, fromStart: { difference, interval } }) => ({
    id,
    loss: startLoss + difference,
    interval: [startLoss + interval[0], startLoss + interval[1]],
  }));
}

function heldOutLosses({ candidates, summary }: RunReport): readonly HeldOutLoss[] {
  const validated = candidates.flatMap(({ id, validationLoss: loss }): readonly HeldOutLoss[] =>
    loss === null ? [] : [{ id, loss, name: "validation" }],
  );
  const tested = [summary.start, summary.best].flatMap(({ id, test }): readonly HeldOutLoss[] =>
    test === null ? [] : [{ id, loss: test.meanLoss, name: "held-out" }],
  );
  return [...validated, ...tested];
}
