import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import type { JSX } from "preact";
import type { Evidence } from "../report/evidence.ts";
import { BottomAxis, Drawing, LeftAxis, plotOf } from "./chart.tsx";
import type { Scale } from "./scales.ts";
import { useWidth } from "./use-width.ts";

const HEIGHT = 260;

type Calibration = NonNullable<Evidence["calibration"]>;

/** Share of right answers over confidence, for the start prompt and the best; larger dots hold more answers. */
export function CalibrationChart({ start, best }: Calibration): JSX.Element {
  const { ref, width } = useWidth();
  const plot = plotOf(width, HEIGHT);
  const x = scaleLinear().domain([0, 100]).range([plot.left, plot.right]);
  const y = scaleLinear()
    .domain([0, 100])
    .range([plot.bottom, plot.top + 6]);
  return (
    <div ref={ref}>
      <Drawing
        width={width}
        height={HEIGHT}
        label="Share of right answers over confidence, for the start prompt and the best."
      >
        <LeftAxis plot={plot} scale={y} label="right, %" />
        <BottomAxis plot={plot} scale={x} label="confidence, %" />
        <line class="diagonal" x1={x(0)} y1={y(0)} x2={x(100)} y2={y(100)} />
        <Curve name="start" bins={start} x={x} y={y} />
        <Curve name="best" bins={best} x={x} y={y} />
      </Drawing>
      <p class="keys">
        <span class="key start-key">start</span> <span class="key best-key">best</span>
      </p>
    </div>
  );
}

function Curve({
  name,
  bins,
  x,
  y,
}: {
  readonly name: "start" | "best";
  readonly bins: Calibration["start"];
  readonly x: Scale;
  readonly y: Scale;
}): JSX.Element {
  const most = Math.max(...bins.map(({ count }) => count));
  const points = bins.map(({ count, confidence, accuracy }) => ({
    x: x(100 * confidence),
    y: y(100 * accuracy),
    radius: 3 + 6 * Math.sqrt(count / most),
  }));
  const joined = line<{ x: number; y: number }>(
    (point) => point.x,
    (point) => point.y,
  )(points);
  return (
    <g class={`curve ${name}-curve`}>
      <path d={joined ?? ""} />
      {points.map((point) => (
        <circle key={point.x} cx={point.x} cy={point.y} r={point.radius} />
      ))}
    </g>
  );
}
