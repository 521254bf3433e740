import type { Signal } from "@preact/signals";
import type { ComponentChildren, JSX, RefObject } from "preact";
import { CandidateCard, spokenCandidate } from "./candidate-card.tsx";
import { Drawing } from "./chart.tsx";
import type { Family } from "./family.ts";
import { PointPicker } from "./point-picker.tsx";
import type { Point } from "./points.tsx";

interface CandidateExplorerProps {
  readonly family: Family;
  readonly points: readonly Point[];
  readonly picked: Signal<string>;
  /** What the chart is. */
  readonly name: string;
  /** What it shows, for those who cannot see it. */
  readonly label: string;
  readonly place: RefObject<HTMLDivElement | null>;
  readonly width: number;
  readonly height: number;
  readonly children: ComponentChildren;
  /** Drawn over them for the picked candidate alone, on a layer of its own: what lies below is not painted again. */
  readonly pickedMarks?: ComponentChildren;
}

/** A chart of candidates of which one is picked, with a card of that one beside it. */
export function CandidateExplorer(props: CandidateExplorerProps): JSX.Element {
  const { family, points, picked, name, label, place, width, height, children } = props;
  const { pickedMarks } = props;
  const shown = family.member(picked.value);
  const chosen = points.find(({ id }) => id === shown.id);
  return (
    <div class="with-card">
      <div ref={place}>
        <PointPicker
          points={points}
          picked={picked}
          label={name}
          describe={(id) => spokenCandidate(family.member(id))}
        >
          <Drawing width={width} height={height} label={label}>
            {children}
          </Drawing>
          <svg class="overlay" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
            {pickedMarks}
            {chosen === undefined ? null : (
              <circle class="picked" cx={chosen.x} cy={chosen.y} r="9" />
            )}
          </svg>
        </PointPicker>
      </div>
      <CandidateCard candidate={shown} parent={family.parentOf(shown)} />
    </div>
  );
}
