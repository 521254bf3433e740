import type { Signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { nextPlace, SLIDER_STEPS } from "./arrow-keys.ts";
import { nearestPoint, type Point } from "./points.tsx";

interface PointPickerProps {
  readonly points: readonly Point[];
  readonly picked: Signal<string>;
  readonly label: string;
  /** What the points are. */
  readonly noun?: string;
  readonly describe: (id: string) => string;
  readonly children: ComponentChildren;
}

/** Lets pointer and arrow keys pick one of the points that are drawn inside. */
export function PointPicker({
  points,
  picked,
  label,
  noun = "candidates",
  describe,
  children,
}: PointPickerProps): JSX.Element {
  const place = Math.max(
    0,
    points.findIndex(({ id }) => id === picked.value),
  );
  return (
    <div
      class="picker"
      tabIndex={0}
      role="slider"
      aria-label={`${label} Arrow keys step through the ${noun}.`}
      aria-valuemin={1}
      aria-valuemax={points.length}
      aria-valuenow={place + 1}
      aria-valuetext={describe(picked.value)}
      onKeyDown={(event) => {
        const next = nextPlace(event, SLIDER_STEPS, place, points.length);
        if (next === null) return;
        event.preventDefault();
        picked.value = points[next]?.id ?? picked.value;
      }}
      onPointerMove={(event) => pickAt(event, points, picked)}
      onPointerDown={(event) => pickAt(event, points, picked)}
    >
      {children}
    </div>
  );
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
