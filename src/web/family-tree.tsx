import { linkHorizontal } from "d3-shape";
import { scaleLinear } from "d3-scale";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { CandidateView } from "../report/candidate-views.ts";
import { counted } from "../report/numbers.ts";
import type { RunReport } from "../report/run-report.ts";
import { CandidateExplorer } from "./candidate-explorer.tsx";
import type { Choice } from "./choice.ts";
import { familyOf } from "./family.ts";
import { operatorOrder } from "./operator-order.ts";
import { Dots, type Point } from "./points.tsx";
import { Section } from "./section.tsx";
import { useWidth } from "./use-width.ts";

const HEIGHT = 360;
const EDGE = 24;
const MOST_LINKS = 1000;

/** Who came from whom by which operator; the accepted ones are joined by a bold line. */
export function FamilyTree({
  report: { candidates, summary },
  picked,
  highlighted,
}: Choice & { readonly report: RunReport }): JSX.Element {
  const { ref, width } = useWidth();
  const family = useMemo(() => familyOf(candidates), [candidates]);
  const points = useMemo(() => placeTree(candidates, width), [candidates, width]);
  const linkTo = useMemo(() => linksOf(points), [points]);
  // Thousands of dots are not drawn again because another one was picked.
  const still = useMemo(
    () => (
      <>
        <Iterations points={points} candidates={candidates} />
        <g class="links">
          <path d={linkedOf(candidates).map(linkTo).join("")} />
          <path class="accepted" d={acceptedOf(candidates).map(linkTo).join("")} />
        </g>
        <Dots
          points={points}
          operators={operatorOrder({ candidates, summary })}
          highlighted={highlighted.value}
        />
        {points.slice(0, 1).map(({ x, y }) => (
          <circle key="start" class="start-dot" cx={x} cy={y} r="6" />
        ))}
      </>
    ),
    [candidates, points, highlighted.value],
  );
  return (
    <Section
      id="tree"
      title="Family tree"
      lead="One column for each iteration, the best candidate on top. Bold lines lead along the accepted prompts."
    >
      <CandidateExplorer
        family={family}
        points={points}
        picked={picked}
        name="Family tree of the candidates."
        label={`${counted(candidates.length, "candidate")} in ${counted(summary.iterations, "iteration")}; the path to the best: ${summary.path.map(({ id, operator }) => `${id} (${operator})`).join(", ")}.`}
        place={ref}
        width={width}
        height={HEIGHT}
        pickedMarks={
          <g class="links">
            <path class="chosen" d={linkTo(family.member(picked.value))} />
          </g>
        }
      >
        {still}
      </CandidateExplorer>
    </Section>
  );
}

/** Thousands of lines take seconds to paint, and nobody can follow one: then only those that were taken have theirs. */
function linkedOf(candidates: readonly CandidateView[]): readonly CandidateView[] {
  return candidates.length <= MOST_LINKS ? candidates : acceptedOf(candidates);
}

function acceptedOf(candidates: readonly CandidateView[]): readonly CandidateView[] {
  return candidates.filter(({ isAccepted }) => isAccepted);
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

/** The numbers of the columns, as far as there is room. */
function Iterations({
  points,
  candidates,
}: {
  readonly points: readonly Point[];
  readonly candidates: readonly CandidateView[];
}): JSX.Element {
  let last = Number.NEGATIVE_INFINITY;
  const shown = candidates.flatMap(({ iteration }, index) => {
    const x = points[index]?.x ?? 0;
    if (x - last < 30) return [];
    last = x;
    return [{ iteration, x }];
  });
  return (
    <g class="axis" aria-hidden="true">
      {shown.map(({ iteration, x }) => (
        <text key={iteration} x={x} y={HEIGHT - 2} text-anchor="middle">
          {iteration === 0 ? "start" : iteration}
        </text>
      ))}
    </g>
  );
}

/** Rows grow closer with their number, but fill no more than they need. */
function rowOf(rank: number, count: number): number {
  if (count === 1) return HEIGHT / 2;
  const reach = Math.min(HEIGHT - 3 * EDGE, (count - 1) * 26);
  return HEIGHT / 2 - reach / 2 + (rank * reach) / (count - 1);
}

/** The line from a candidate's parent to it; none to the start prompt. */
function linksOf(points: readonly Point[]): (candidate: CandidateView) => string {
  const place = new Map(points.map((point) => [point.id, point]));
  const curve = linkHorizontal<{ source: Point; target: Point }, Point>()
    .x(({ x }) => x)
    .y(({ y }) => y)
    .digits(1);
  return ({ id, parentId }) => {
    const [source, target] = [place.get(parentId ?? ""), place.get(id)];
    return source === undefined || target === undefined ? "" : (curve({ source, target }) ?? "");
  };
}
