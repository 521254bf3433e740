import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { colourClass } from "./operator-colour.ts";

/** A candidate's dot. */
export interface Point {
  readonly id: string;
  readonly operator: string;
  readonly isDropped: boolean;
  readonly x: number;
  readonly y: number;
}

/** Drawn together: the others are not painted again when dots join them. */
const POINTS_TOGETHER = 200;

/**
 * Dots as two paths an operator, however many there are: a line of no length with round ends is a
 * dot. Dropped candidates are hollow.
 */
export function Dots({
  points,
  operators,
  classOf = colourClass,
  highlighted,
}: {
  readonly points: readonly Point[];
  readonly operators: readonly string[];
  /** The class that gives an operator's dots their colour. */
  readonly classOf?: (operator: string) => string;
  readonly highlighted: string | null;
}): JSX.Element {
  const batches = useMemo(() => batchesOf(points, operators), [points]);
  return (
    <g class="dots">
      {batches.map((paths, batch) => (
        <g key={batch}>
          {paths.map(({ operator, hollow, filled }) => {
            const faded = highlighted !== null && highlighted !== operator ? "faded" : "";
            return (
              <g key={operator} class={`${classOf(operator)} ${faded}`}>
                <path class="dot" d={hollow} />
                <path class="dot hole" d={hollow} />
                <path class="dot" d={filled} />
              </g>
            );
          })}
        </g>
      ))}
    </g>
  );
}

/** The point nearest to a place, or null where none is near. */
export function nearestPoint(points: readonly Point[], x: number, y: number): Point | null {
  let nearest: Point | null = null;
  let least = 40 ** 2;
  for (const point of points) {
    const distance = (point.x - x) ** 2 + (point.y - y) ** 2;
    if (distance < least) [nearest, least] = [point, distance];
  }
  return nearest;
}

interface DotPaths {
  readonly operator: string;
  readonly hollow: string;
  readonly filled: string;
}

function batchesOf(
  points: readonly Point[],
  operators: readonly string[],
): readonly (readonly DotPaths[])[] {
  const count = Math.ceil(points.length / POINTS_TOGETHER);
  return Array.from({ length: count }, (_, batch) =>
    pathsOf(points.slice(batch * POINTS_TOGETHER, (batch + 1) * POINTS_TOGETHER), operators),
  );
}

function pathsOf(points: readonly Point[], operators: readonly string[]): readonly DotPaths[] {
  const paths = operators.map((operator) => ({ operator, hollow: "", filled: "" }));
  const byOperator = new Map(paths.map((path) => [path.operator, path]));
  for (const { operator, isDropped, x, y } of points) {
    const path = byOperator.get(operator);
    if (path !== undefined) path[isDropped ? "hollow" : "filled"] += `M${tenths(x)},${tenths(y)}h0`;
  }
  return paths;
}

function tenths(pixels: number): number {
  return Math.round(10 * pixels) / 10;
}
