import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { RunComparison } from "../report/compare-runs.ts";
import type { ExampleRow } from "../report/example-rows.ts";
import { counted, nats, signedNats } from "../report/numbers.ts";
import { BottomAxis, Drawing, LeftAxis, type Plot, plotOf } from "./chart.tsx";
import { PointPicker } from "./point-picker.tsx";
import { Dots, type Point } from "./points.tsx";
import { lossScale, type Scale } from "./scales.ts";
import { Section } from "./section.tsx";
import { useWidth } from "./use-width.ts";

const HEIGHT = 420;
/** Fewer bits per byte are drawn as so many: next to certain is certain. */
const FLOOR = 0.001;
const KINDS = ["gain", "loss"] as const;

/** Every example by its bits per byte in both runs, and the line on which they are equal. */
export function ComparisonPlot({
  comparison: { rows },
}: {
  readonly comparison: RunComparison;
}): JSX.Element {
  const { ref, width } = useWidth();
  const picked = useSignal(hardestDifference(rows).id);
  const drawn = useMemo(() => drawRows(rows, plotOf(width, HEIGHT)), [rows, width]);
  const shown = rows.find(({ id }) => id === picked.value) ?? hardestDifference(rows);
  const chosen = drawn.points.find(({ id }) => id === shown.id);
  return (
    <Section
      id="plot"
      title="Example by example"
      lead="Each dot is an example; below the line the second run needs fewer bits for its answer."
    >
      <div class="with-card">
        <div ref={ref}>
          <PointPicker
            points={drawn.points}
            picked={picked}
            label="Bits per byte of every example in both runs."
            noun="examples"
            describe={() => spoken(shown)}
          >
            <Drawing
              width={width}
              height={HEIGHT}
              label={`Bits per byte of ${counted(rows.length, "example")} in the second run over the first.`}
            >
              <LeftAxis plot={drawn.plot} scale={drawn.y} label="second, bits per byte" />
              <BottomAxis plot={drawn.plot} scale={drawn.x} label="first, bits per byte" />
              <path class="diagonal" d={diagonalOf(drawn)} />
              <Dots
                points={drawn.points}
                operators={KINDS}
                classOf={(kind) => kind}
                highlighted={null}
              />
              {chosen === undefined ? null : (
                <circle class="picked" cx={chosen.x} cy={chosen.y} r="9" />
              )}
            </Drawing>
          </PointPicker>
        </div>
        <ExampleCard row={shown} />
      </div>
    </Section>
  );
}

function ExampleCard({ row }: { readonly row: ExampleRow }): JSX.Element {
  return (
    <div class="card">
      <p class="card-title">
        <strong>{row.id}</strong>
      </p>
      <p class="card-numbers">
        {nats(row.start.loss)} → {nats(row.best.loss)}
        <span class="quiet"> {signedNats(row.best.loss - row.start.loss)} bits per byte</span>
      </p>
      <p class="prompt-text">{row.input}</p>
      <p class="wrap">
        <b>→ {row.target}</b>
      </p>
    </div>
  );
}

interface DrawnRows {
  readonly plot: Plot;
  readonly x: Scale;
  readonly y: Scale;
  readonly points: readonly Point[];
}

/** Both axes have the same values, so that equal losses lie on one line. */
function drawRows(rows: readonly ExampleRow[], plot: Plot): DrawnRows {
  const floored = (value: number): number => Math.max(FLOOR, value);
  const all = rows.flatMap(({ start, best }) => [floored(start.loss), floored(best.loss)]);
  const x = lossScale(all, [plot.left + 8, plot.right - 8]);
  const y = lossScale(all, [plot.bottom - 4, plot.top + 8]);
  const points = rows.map(({ id, start, best }) => ({
    id,
    operator: best.loss <= start.loss ? KINDS[0] : KINDS[1],
    isDropped: false,
    x: x(floored(start.loss)),
    y: y(floored(best.loss)),
  }));
  return { plot, x, y, points };
}

function diagonalOf({ x, y }: DrawnRows): string {
  const [low = 0, high = 1] = x.domain();
  return `M${x(low)},${y(low)}L${x(high)},${y(high)}`;
}

/** There is at least one row. */
function hardestDifference(rows: readonly ExampleRow[]): ExampleRow {
  const size = ({ start, best }: ExampleRow): number => Math.abs(best.loss - start.loss);
  return rows.reduce((most, row) => (size(row) > size(most) ? row : most));
}

function spoken({ id, start, best }: ExampleRow): string {
  return `${id}, first ${nats(start.loss)}, second ${nats(best.loss)}`;
}
