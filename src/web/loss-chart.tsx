import { curveStepAfter, line } from "d3-shape";
import { scaleLinear } from "d3-scale";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { CandidateView } from "../report/candidate-views.ts";
import type { RunReport } from "../report/run-report.ts";
import { counted, nats } from "../report/numbers.ts";
import { CandidateExplorer } from "./candidate-explorer.tsx";
import { LeftAxis, type Plot, plotOf } from "./chart.tsx";
import type { Choice } from "./choice.ts";
import { familyOf } from "./family.ts";
import { OperatorLegend } from "./operator-legend.tsx";
import { Dots, type Point } from "./points.tsx";
import { lossScale, type Scale } from "./scales.ts";
import { Section } from "./section.tsx";
import { useWidth } from "./use-width.ts";

const HEIGHT = 340;

interface LossProps extends Choice {
  readonly report: RunReport;
}

/** Every candidate of the run, and the line of the best so far. */
export function LossSection({ report, picked, highlighted }: LossProps): JSX.Element {
  const { ref, width } = useWidth();
  const { candidates, summary } = report;
  const family = useMemo(() => familyOf(candidates), [candidates]);
  const drawn = useMemo(() => drawLosses(report, plotOf(width, HEIGHT)), [report, width]);
  const operators = summary.operators.map(({ operator }) => operator);
  // Thousands of dots are not drawn again because another one was picked.
  const still = useMemo(
    () => (
      <>
        <IterationBands candidates={candidates} drawn={drawn} />
        <LeftAxis plot={drawn.plot} scale={drawn.y} label="training loss, nats" />
        <BestSoFar report={report} drawn={drawn} />
        <Dots points={drawn.points} operators={operators} highlighted={highlighted.value} />
        <StartDot points={drawn.points} />
        <HeldOut report={report} drawn={drawn} />
      </>
    ),
    [report, drawn, highlighted.value],
  );
  return (
    <Section
      id="loss"
      title="Loss over the run"
      lead="Each dot is a prompt; lower is better. The line is the best so far, the band its 95 % interval against the start."
    >
      <OperatorLegend operators={operators} highlighted={highlighted} />
      <CandidateExplorer
        family={family}
        points={drawn.points}
        picked={picked}
        name="Loss of every candidate."
        label={`Training loss of ${counted(candidates.length, "candidate")}, from ${nats(summary.start.training.loss)} nats at the start to ${nats(summary.best.training.loss)} for the best.`}
        place={ref}
        width={width}
        height={HEIGHT}
      >
        {still}
      </CandidateExplorer>
    </Section>
  );
}

interface DrawnLosses {
  readonly plot: Plot;
  readonly x: Scale;
  readonly y: Scale;
  readonly points: readonly Point[];
  /** The best so far behind each candidate. */
  readonly steps: readonly { readonly x: number; readonly id: string }[];
}

function drawLosses({ candidates, incumbents, summary }: RunReport, plot: Plot): DrawnLosses {
  const x = scaleLinear()
    .domain([0, Math.max(1, candidates.length - 1)])
    .range([plot.left + 12, plot.right - 12]);
  const heldOut = [summary.start, summary.best].flatMap(({ test }) =>
    test ? [test.meanLoss] : [],
  );
  const y = lossScale(
    [...candidates.map(({ loss }) => loss), ...heldOut],
    [plot.bottom, plot.top + 6],
  );
  const points = candidates.map(({ id, operator, loss, droppedAfter }, index) => ({
    id,
    operator,
    isDropped: droppedAfter !== null,
    x: x(index),
    y: y(loss),
  }));
  const place = new Map(points.map((point) => [point.id, point.x]));
  const steps = incumbents.map(({ id }) => ({ id, x: place.get(id) ?? plot.left }));
  return { plot, x, y, points, steps };
}

function StartDot({ points: [start] }: { readonly points: readonly Point[] }): JSX.Element | null {
  return start === undefined ? null : <circle class="start-dot" cx={start.x} cy={start.y} r="5" />;
}

/** The line of the best so far in steps, in a band that says how sure its distance from the start is. */
function BestSoFar({
  report: { incumbents, candidates },
  drawn: { steps, plot, y },
}: {
  readonly report: RunReport;
  readonly drawn: DrawnLosses;
}): JSX.Element {
  const startLoss = candidates[0]?.loss ?? 0;
  const ends = [...steps.map(({ x }) => x), plot.right];
  const stair = line<number>(
    (_, index) => ends[index] as number,
    (loss) => y(loss),
  ).curve(curveStepAfter);
  const losses = incumbents.map(({ fromStart }) => startLoss + fromStart.difference);
  return (
    <g class="best-line">
      {incumbents.map(({ id, fromStart }, index) => {
        const [low, high] = fromStart.interval.map((each) => y(startLoss + each)) as [
          number,
          number,
        ];
        const [from, to] = [ends[index] as number, ends[index + 1] as number];
        return (
          <rect
            key={id}
            class="band"
            x={from}
            width={Math.max(0, to - from)}
            y={high}
            height={low - high}
          />
        );
      })}
      <path d={stair([...losses, losses.at(-1) ?? startLoss]) ?? ""} />
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
  report: { summary, candidates },
  drawn: { plot, y, points },
}: {
  readonly report: RunReport;
  readonly drawn: DrawnLosses;
}): JSX.Element {
  const tested = [summary.start, summary.best].flatMap(({ id, test }) =>
    test === null ? [] : [{ id, loss: test.meanLoss, name: "held-out loss" }],
  );
  const validated = candidates.flatMap(({ id, validationLoss }) =>
    validationLoss === null ? [] : [{ id, loss: validationLoss, name: "validation loss" }],
  );
  return (
    <g class="held-out">
      {[...validated, ...tested].map(({ id, loss, name }) => {
        const x = Math.min(plot.right - 6, (points.find((point) => point.id === id)?.x ?? 0) + 10);
        return (
          <path key={`${name} ${id}`} d={`M${x},${y(loss) - 6}l5,6l-5,6l-5,-6z`}>
            <title>{`${name} of ${id}: ${nats(loss)} nats`}</title>
          </path>
        );
      })}
    </g>
  );
}
