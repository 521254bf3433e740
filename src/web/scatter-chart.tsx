import { line } from "d3-shape";
import type { JSX } from "preact";
import { counted } from "../report/numbers.ts";
import { BottomAxis, Drawing, LeftAxis, plotOf } from "./chart.tsx";
import { Dots } from "./points.tsx";
import { linearScale, lossScale } from "./scales.ts";
import { useWidth } from "./use-width.ts";

interface ScatterMark {
  readonly id: string;
  readonly operator: string;
  readonly x: number;
  readonly y: number;
  readonly isOnFront: boolean;
}

interface ScatterProps {
  readonly marks: readonly ScatterMark[];
  readonly operators: readonly string[];
  readonly xLabel: string;
  readonly yLabel: string;
  /** Which of the axes carries the loss. */
  readonly isLossX: boolean;
}

const HEIGHT = 260;

/** Candidates by two of their numbers; those on the front are joined. */
export function ScatterChart({
  marks,
  operators,
  xLabel,
  yLabel,
  isLossX,
}: ScatterProps): JSX.Element {
  const { ref, width } = useWidth();
  const plot = plotOf(width, HEIGHT);
  const [xs, ys] = [marks.map((mark) => mark.x), marks.map((mark) => mark.y)];
  const x = (isLossX ? lossScale : linearScale)(xs, [plot.left + 8, plot.right - 8]);
  const y = (isLossX ? linearScale : lossScale)(ys, [plot.bottom - 4, plot.top + 8]);
  const points = marks.map((mark) => ({ ...mark, isDropped: false, x: x(mark.x), y: y(mark.y) }));
  const front = points.filter(({ isOnFront }) => isOnFront).sort((a, b) => a.x - b.x);
  const joined = line<{ x: number; y: number }>(
    (point) => point.x,
    (point) => point.y,
  )(front);
  const start = points.find(({ operator }) => operator === "start");
  return (
    <div ref={ref}>
      <Drawing
        width={width}
        height={HEIGHT}
        label={`${yLabel} over ${xLabel} of ${counted(marks.length, "candidate")}.`}
      >
        <LeftAxis plot={plot} scale={y} label={yLabel} />
        <BottomAxis plot={plot} scale={x} label={xLabel} />
        {front.length < 2 ? null : <path class="front" d={joined ?? ""} />}
        <Dots points={points} operators={operators} highlighted={null} />
        {start === undefined ? null : <circle class="start-dot" cx={start.x} cy={start.y} r="5" />}
      </Drawing>
    </div>
  );
}
