import type { Signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { nearestPoint, type Point } from "./points.tsx";

interface PointPickerProps {
  readonly points: readonly Point[];
  readonly picked: Signal<string>;
  readonly label: string;
  readonly describe: (id: string) => string;
  readonly children: ComponentChildren;
}

/** Lets pointer and arrow keys pick one of the points that are drawn inside. */
export function PointPicker({
  points,
  picked,
  label,
  describe,
  children,
}: PointPickerProps): JSX.Element {
  const place = Math.max(
    0,
    points.findIndex(({ id }) => id === picked.value),
  );
  const pick = (index: number): void => {
    const point = points[Math.min(points.length - 1, Math.max(0, index))];
    if (point !== undefined) picked.value = point.id;
  };
  return (
    <div
      class="picker"
      tabIndex={0}
      role="slider"
      aria-label={`${label} Arrow keys step through the candidates.`}
      aria-valuemin={1}
      aria-valuemax={points.length}
      aria-valuenow={place + 1}
      aria-valuetext={describe(picked.value)}
      onKeyDown={(event) => {
        const next = nextPlace(event.key, place, points.length);
        if (next === null) return;
        event.preventDefault();
        pick(next);
      }}
      onPointerMove={(event) => pickAt(event, points, picked)}
      onPointerDown={(event) => pickAt(event, points, picked)}
    >
      {children}
    </div>
  );
}

/** Where a key leads in a list of so many; null where it leads nowhere. */
export function nextPlace(key: string, place: number, count: number): number | null {
  const places: Readonly<Record<string, number>> = {
    ArrowRight: place + 1,
    ArrowDown: place + 1,
    ArrowLeft: place - 1,
    ArrowUp: place - 1,
    PageDown: place + 10,
    PageUp: place - 10,
    Home: 0,
    End: count - 1,
  };
  return places[key] ?? null;
}

function pickAt(
  event: PointerEvent & { readonly currentTarget: HTMLDivElement },
  points: readonly Point[],
  picked: Signal<string>,
): void {
  const drawing = event.currentTarget.querySelector("svg");
  if (drawing === null) return;
  const box = drawing.getBoundingClientRect();
  const scale = drawing.viewBox.baseVal.width / box.width;
  const x = (event.clientX - box.left) * scale;
  const y = (event.clientY - box.top) * scale;
  const point = nearestPoint(points, x, y);
  if (point !== null) picked.value = point.id;
}
