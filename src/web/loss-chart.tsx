import { curveStepAfter, line } from "d3-shape";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { CandidateView } from "../report/candidate-views.ts";
import type { RunReport } from "../report/run-report.ts";
import { counted } from "../report/numbers.ts";
import { CandidateExplorer } from "./candidate-explorer.tsx";
import { LeftAxis, plotOf } from "./chart.tsx";
import type { Choice } from "./choice.ts";
import { type DrawnLosses, drawLosses } from "./draw-losses.ts";
import { familyOf } from "./family.ts";
import { OperatorLegend } from "./operator-legend.tsx";
import { operatorOrder } from "./operator-order.ts";
import { Dots, type Point } from "./points.tsx";
import { tickText } from "./scales.ts";
import { Section } from "./section.tsx";
import { useLossUnit } from "./use-loss-unit.ts";
import { useWidth } from "./use-width.ts";

const HEIGHT = 340;

interface LossProps extends Choice {
  readonly report: RunReport;
}

/** Every candidate of the run, and the line of the best so far. */
export function LossSection({ report, picked, highlighted }: LossProps): JSX.Element {
  const { ref, width } = useWidth();
  const { candidates, summary } = report;
  const unit = useLossUnit();
  const family = useMemo(() => familyOf(candidates), [candidates]);
  const drawn = useMemo(() => drawLosses(report, plotOf(width, HEIGHT)), [report, width]);
  const operators = operatorOrder(report);
  // Thousands of dots are not drawn again because another one was picked.
  const still = useMemo(
    () => (
      <>
        <IterationBands candidates={candidates} drawn={drawn} />
        <LeftAxis
          plot={drawn.plot}
          scale={drawn.y}
          label={`training ${unit.label}`}
          {...(unit.name === "accuracy" ? { format: accuracyTick } : {})}
        />
        <BestSoFar drawn={drawn} />
        <Dots points={drawn.points} operators={operators} highlighted={highlighted.value} />
        <StartDot points={drawn.points} />
        <HeldOut drawn={drawn} />
      </>
    ),
    [candidates, drawn, highlighted.value],
  );
  return (
    <Section
      id="loss"
      title={`${unit.name === "loss" ? "Loss" : "Accuracy"} over the run`}
      lead={`Each dot is a prompt, iteration by iteration; ${unit.better} is better. The line is the best so far. The band says how sure its distance from the start is: the 95 % interval of the difference, laid at the start's ${unit.name}. Diamonds are on examples that the search did not score.`}
    >
      <OperatorLegend operators={operators} highlighted={highlighted} />
      <CandidateExplorer
        family={family}
        points={drawn.points}
        picked={picked}
        name={`${unit.name === "loss" ? "Loss" : "Accuracy"} of every candidate.`}
        label={`Training ${unit.label} of ${counted(candidates.length, "candidate")}, from ${unit.text(summary.start.training.loss)} at the start to ${unit.text(summary.best.training.loss)} for the best.`}
        place={ref}
        width={width}
        height={HEIGHT}
      >
        {still}
      </CandidateExplorer>
    </Section>
  );
}

/** Of a loss that is what is left of accuracy. */
function accuracyTick(loss: number): string {
  return tickText(100 * (1 - loss));
}

function StartDot({ points: [start] }: { readonly points: readonly Point[] }): JSX.Element | null {
  return start === undefined ? null : <circle class="start-dot" cx={start.x} cy={start.y} r="5" />;
}

/** The line of the best so far in steps, in a band that says how sure its distance from the start is. */
function BestSoFar({
  drawn: { steps, plot, y: place },
}: {
  readonly drawn: DrawnLosses;
}): JSX.Element {
  const ends = [...steps.map(({ x }) => x), plot.right];
  const stair = line<number>(
    (_, index) => ends[index] as number,
    (loss) => place(loss),
  ).curve(curveStepAfter);
  const losses = steps.map(({ loss }) => loss);
  return (
    <g class="best-line">
      {steps.map(({ id, x, interval }, index) => {
        const [low, high] = [place(interval[0]), place(interval[1])];
        const width = Math.max(0, (ends[index + 1] as number) - x);
        const y = Math.min(low, high);
        return (
          <rect key={id} class="band" x={x} width={width} y={y} height={Math.abs(low - high)} />
        );
      })}
      <path d={stair([...losses, ...losses.slice(-1)]) ?? ""} />
    </g>
  );
}

/** Light stripes that tell the iterations apart. */
function IterationBands({
  candidates,
  drawn: { plot, points },
}: {
  readonly candidates: readonly CandidateView[];
  readonly drawn: DrawnLosses;
}): JSX.Element {
  const firsts = candidates.flatMap(({ iteration }, index) =>
    iteration !== candidates[index - 1]?.iteration ? [{ iteration, x: points[index]?.x ?? 0 }] : [],
  );
  const every = Math.ceil((firsts.length * 28) / (plot.right - plot.left));
  return (
    <g class="axis" aria-hidden="true">
      {firsts
        .filter(({ iteration }) => iteration % every === 0)
        .map(({ iteration, x }) => (
          <g key={iteration}>
            <line class="iteration-line" x1={x} x2={x} y1={plot.top} y2={plot.bottom} />
            {iteration === 0 ? null : (
              <text x={x} y={plot.bottom + 16} text-anchor="middle">
                {iteration}
              </text>
            )}
          </g>
        ))}
      <text class="axis-label" x={plot.right} y={plot.bottom + 30} text-anchor="end">
        iteration
      </text>
    </g>
  );
}

/** Losses on examples that the search did not score: diamonds. */
function HeldOut({
  drawn: { plot, y, points, heldOut },
}: {
  readonly drawn: DrawnLosses;
}): JSX.Element {
  const { name: measure, text, unit } = useLossUnit();
  const place = new Map(points.map(({ id, x }) => [id, x]));
  return (
    <g class="held-out">
      {heldOut.map(({ id, loss, name }) => {
        const x = Math.min(plot.right - 6, (place.get(id) ?? 0) + 10);
        return (
          <path key={`${name} ${id}`} d={`M${x},${y(loss) - 6}l5,6l-5,6l-5,-6z`}>
            <title>{`${name} ${measure} of ${id}: ${text(loss)}${measure === "loss" ? ` ${unit}` : ""}`}</title>
          </path>
        );
      })}
    </g>
  );
}
