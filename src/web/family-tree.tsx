import { linkHorizontal } from "d3-shape";
import { scaleLinear } from "d3-scale";
import type { JSX } from "preact";
import type { CandidateView } from "../report/candidate-views.ts";
import { counted } from "../report/numbers.ts";
import type { RunReport } from "../report/run-report.ts";
import { CandidateCard, spokenCandidate } from "./candidate-card.tsx";
import { Drawing } from "./chart.tsx";
import type { Choice } from "./choice.ts";
import { familyOf } from "./family.ts";
import { Dots, type Point } from "./points.tsx";
import { PointPicker } from "./point-picker.tsx";
import { Section } from "./section.tsx";
import { useWidth } from "./use-width.ts";

const HEIGHT = 360;
const EDGE = 24;

/** Who came from whom by which operator; the accepted ones are joined by a bold line. */
export function FamilyTree({
  report,
  picked,
  highlighted,
}: Choice & { readonly report: RunReport }): JSX.Element {
  const { ref, width } = useWidth();
  const { candidates, summary } = report;
  const family = familyOf(candidates);
  const shown = family.member(picked.value);
  const points = placeTree(candidates, width);
  const operators = summary.operators.map(({ operator }) => operator);
  const chosen = points.find(({ id }) => id === shown.id);
  return (
    <Section
      id="tree"
      title="Family tree"
      lead="One column for each iteration, the best candidate on top. Bold lines lead along the accepted prompts."
    >
      <div class="with-card">
        <div ref={ref}>
          <PointPicker
            points={points}
            picked={picked}
            label="Family tree of the candidates."
            describe={(id) => spokenCandidate(family.member(id))}
          >
            <Drawing
              width={width}
              height={HEIGHT}
              label={`${counted(candidates.length, "candidate")} in ${counted(summary.iterations, "iteration")}; the path to the best: ${summary.path.map(({ id, operator }) => `${id} (${operator})`).join(", ")}.`}
            >
              <g class="axis" aria-hidden="true">
                {iterationsOf(points, candidates).map(({ iteration, x }) => (
                  <text key={iteration} x={x} y={HEIGHT - 2} text-anchor="middle">
                    {iteration === 0 ? "start" : iteration}
                  </text>
                ))}
              </g>
              <Links candidates={candidates} points={points} shown={shown} />
              <Dots points={points} operators={operators} highlighted={highlighted.value} />
              {points.slice(0, 1).map(({ x, y }) => (
                <circle key="start" class="start-dot" cx={x} cy={y} r="6" />
              ))}
              {chosen === undefined ? null : (
                <circle class="picked" cx={chosen.x} cy={chosen.y} r="9" />
              )}
            </Drawing>
          </PointPicker>
        </div>
        <CandidateCard candidate={shown} parent={family.parentOf(shown)} />
      </div>
    </Section>
  );
}

/** Columns by iteration, in each the lowest loss on top. */
function placeTree(candidates: readonly CandidateView[], width: number): readonly Point[] {
  const columns = new Map<number, CandidateView[]>();
  for (const candidate of candidates) {
    const column = columns.get(candidate.iteration) ?? [];
    columns.set(candidate.iteration, column);
    column.push(candidate);
  }
  const last = Math.max(1, ...columns.keys());
  const x = scaleLinear()
    .domain([0, last])
    .range([EDGE, width - EDGE]);
  const places = new Map<string, number>();
  for (const column of columns.values()) {
    const ranked = column.toSorted((a, b) => a.loss - b.loss);
    ranked.forEach(({ id }, rank) => places.set(id, rowOf(rank, ranked.length)));
  }
  return candidates.map(({ id, operator, iteration, droppedAfter }) => ({
    id,
    operator,
    isDropped: droppedAfter !== null,
    x: x(iteration),
    y: places.get(id) ?? HEIGHT / 2,
  }));
}

/** The columns that have room for their number. */
function iterationsOf(
  points: readonly Point[],
  candidates: readonly CandidateView[],
): readonly { readonly iteration: number; readonly x: number }[] {
  let last = Number.NEGATIVE_INFINITY;
  return candidates.flatMap(({ iteration }, index) => {
    const x = points[index]?.x ?? 0;
    if (x - last < 30) return [];
    last = x;
    return [{ iteration, x }];
  });
}

/** Rows grow closer with their number, but fill no more than they need. */
function rowOf(rank: number, count: number): number {
  if (count === 1) return HEIGHT / 2;
  const reach = Math.min(HEIGHT - 3 * EDGE, (count - 1) * 26);
  return HEIGHT / 2 - reach / 2 + (rank * reach) / (count - 1);
}

function Links({
  candidates,
  points,
  shown,
}: {
  readonly candidates: readonly CandidateView[];
  readonly points: readonly Point[];
  readonly shown: CandidateView;
}): JSX.Element {
  const place = new Map(points.map((point) => [point.id, point]));
  const curve = linkHorizontal<{ source: Point; target: Point }, Point>()
    .x(({ x }) => x)
    .y(({ y }) => y);
  const link = ({ id, parentId }: CandidateView): string => {
    const [source, target] = [place.get(parentId ?? ""), place.get(id)];
    return source === undefined || target === undefined ? "" : (curve({ source, target }) ?? "");
  };
  return (
    <g class="links">
      <path d={candidates.map(link).join("")} />
      <path
        class="accepted"
        d={candidates
          .filter(({ isAccepted }) => isAccepted)
          .map(link)
          .join("")}
      />
      <path class="chosen" d={link(shown)} />
    </g>
  );
}
