import type { JSX } from "preact";

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
  return (
    <g class="dots">
      {operators.map((operator, index) => {
        const own = points.filter((point) => point.operator === operator);
        const faded = highlighted !== null && highlighted !== operator ? "faded" : "";
        const hollow = pathOf(own.filter(({ isDropped }) => isDropped));
        return (
          <g key={operator} class={`${colourClass(index)} ${faded}`}>
            <path class="dot hollow" d={hollow} />
            <path class="dot hole" d={hollow} />
            <path class="dot" d={pathOf(own.filter(({ isDropped }) => !isDropped))} />
          </g>
        );
      })}
    </g>
  );
}

/** The class of an operator's colour. */
export function colourClass(index: number): string {
  return index < 0 ? "colour-start" : `colour-${index % 9}`;
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

function pathOf(points: readonly Point[]): string {
  return points.map(({ x, y }) => `M${x.toFixed(1)},${y.toFixed(1)}h0`).join("");
}
