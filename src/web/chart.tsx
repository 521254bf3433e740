import type { ComponentChildren, JSX } from "preact";
import { fewTicks, type Scale, tickText } from "./scales.ts";

/** The place of a plot inside its drawing, in pixels. */
export interface Plot {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A plot with room for its axes. */
export function plotOf(width: number, height: number): Plot {
  return { width, height, left: 46, right: width - 14, top: 14, bottom: height - 34 };
}

interface AxisProps {
  readonly plot: Plot;
  readonly scale: Scale;
  readonly label: string;
  readonly format?: (value: number) => string;
}

/** Numbers on the left with lines across, and what they are above them. */
export function LeftAxis({ plot, scale, label, format = tickText }: AxisProps): JSX.Element {
  return (
    <g class="axis" aria-hidden="true">
      {fewTicks(scale, 5).map((tick) => (
        <g key={tick}>
          <line class="grid" x1={plot.left} x2={plot.right} y1={scale(tick)} y2={scale(tick)} />
          <text x={plot.left - 8} y={scale(tick)} dy="0.32em" text-anchor="end">
            {format(tick)}
          </text>
        </g>
      ))}
      <text class="axis-label" x={plot.left + 4} y={plot.top - 3}>
        {label}
      </text>
    </g>
  );
}

/** Numbers at the bottom, and what they are under them. */
export function BottomAxis({ plot, scale, label, format = tickText }: AxisProps): JSX.Element {
  return (
    <g class="axis" aria-hidden="true">
      <line class="base" x1={plot.left} x2={plot.right} y1={plot.bottom} y2={plot.bottom} />
      {fewTicks(scale, plot.width < 420 ? 3 : 6).map((tick) => (
        <text key={tick} x={scale(tick)} y={plot.bottom + 15} text-anchor="middle">
          {format(tick)}
        </text>
      ))}
      <text class="axis-label" x={plot.right} y={plot.bottom + 30} text-anchor="end">
        {label}
      </text>
    </g>
  );
}

interface DrawingProps {
  readonly width: number;
  readonly height: number;
  /** What the drawing shows, for those who cannot see it. */
  readonly label: string;
  readonly children: ComponentChildren;
}

/** An SVG drawing as wide as its place. */
export function Drawing({ width, height, label, children }: DrawingProps): JSX.Element {
  return (
    <svg class="drawing" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {children}
    </svg>
  );
}
