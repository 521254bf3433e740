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

/**
 * Dots as two paths an operator, however many there are: a line of no length with round ends is a
 * dot. Dropped candidates are hollow.
 */
export function Dots({
  points,
  operators,
  highlighted,
}: {
  readonly points: readonly Point[];
  readonly operators: readonly string[];
  readonly highlighted: string | null;
}): JSX.Element {
  const paths = useMemo(() => pathsOf(points, operators), [points]);
  return (
    <g class="dots">
      {paths.map(({ operator, hollow, filled }) => {
        const faded = highlighted !== null && highlighted !== operator ? "faded" : "";
        return (
          <g key={operator} class={`${colourClass(operator)} ${faded}`}>
            <path class="dot" d={hollow} />
            <path class="dot hole" d={hollow} />
            <path class="dot" d={filled} />
          </g>
        );
      })}
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

function pathsOf(
  points: readonly Point[],
  operators: readonly string[],
): readonly { readonly operator: string; readonly hollow: string; readonly filled: string }[] {
  return operators.map((operator) => {
    const own = points.filter((point) => point.operator === operator);
    return {
      operator,
      hollow: pathOf(own.filter(({ isDropped }) => isDropped)),
      filled: pathOf(own.filter(({ isDropped }) => !isDropped)),
    };
  });
}

function pathOf(points: readonly Point[]): string {
  return points.map(({ x, y }) => `M${x.toFixed(1)},${y.toFixed(1)}h0`).join("");
}
