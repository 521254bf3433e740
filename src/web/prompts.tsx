import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { CandidateView } from "../report/candidate-views.ts";
import type { IncumbentView } from "../report/incumbents.ts";
import { counted } from "../report/numbers.ts";
import type { RunReport } from "../report/run-report.ts";
import { promptToCopy } from "../report/prompt-text.ts";
import { inputText } from "../report/example-rows.ts";
import { LIST_STEPS, nextPlace } from "./arrow-keys.ts";
import { CopyButton } from "./copy-button.tsx";
import { PartsTable, TintedPrompt } from "./parts.tsx";
import { Section } from "./section.tsx";
import { useFollowing } from "./use-following.ts";
import { useLossUnit } from "./use-loss-unit.ts";
import { WordDiff } from "./word-diff.tsx";

/** The start prompt beside the best, and any prompt that was the best on the way. */
export function PromptSection({ report }: { readonly report: RunReport }): JSX.Element {
  const { incumbents, candidates } = report;
  const place = useFollowing(incumbents.length - 1);
  const incumbent = incumbents[place.value] as IncumbentView;
  const [start] = candidates as readonly [CandidateView];
  const other = candidates.find(({ id }) => id === incumbent.id) ?? start;
  const isBest = place.value === incumbents.length - 1;
  return (
    <Section
      id="prompt"
      title="Prompt"
      lead={
        incumbents.some(({ parts }) => parts.length > 0)
          ? "Parts are tinted by what masking them does to the loss, where that was measured: blue ones help, orange ones hurt."
          : "Every prompt that was the best on the way."
      }
    >
      <Stepper
        incumbents={incumbents}
        place={place.value}
        onStep={(next) => (place.value = next)}
      />
      <div class="side-by-side">
        <PromptPanel title="Start" candidate={start} incumbent={incumbents[0]} report={report} />
        <PromptPanel
          title={isBest ? "Best" : `After iteration ${incumbent.iteration}`}
          candidate={other}
          incumbent={incumbent}
          report={report}
        />
      </div>
      {start.instruction === other.instruction ? (
        <p class="quiet">The instruction is the same in both.</p>
      ) : (
        <div class="panel">
          <h3>What changed</h3>
          <p class="quiet">
            Words that <ins>came</ins> and words that <del>went</del>; whether they help is not said
            by that.
          </p>
          <WordDiff before={start.instruction} after={other.instruction} />
        </div>
      )}
    </Section>
  );
}

interface StepperProps {
  readonly incumbents: readonly IncumbentView[];
  readonly place: number;
  readonly onStep: (place: number) => void;
}

/** Steps through every prompt that was the best, by buttons or arrow keys. */
function Stepper({ incumbents, place, onStep }: StepperProps): JSX.Element | null {
  const group = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const buttons = [...(group.current?.querySelectorAll("button") ?? [])];
    const focused = buttons.findIndex((button) => button === document.activeElement);
    // A newer best was followed: the focus goes with what is checked.
    if (focused >= 0 && focused !== place) buttons[place]?.focus({ preventScroll: true });
  }, [place, incumbents.length]);
  if (incumbents.length < 2) return null;
  const last = incumbents.length - 1;
  return (
    <div
      ref={group}
      class="stepper scripted"
      role="radiogroup"
      aria-label="Prompts that were the best"
      onKeyDown={(event) => {
        const next = nextPlace(event, LIST_STEPS, place, incumbents.length);
        if (next === null) return;
        event.preventDefault();
        onStep(next);
      }}
    >
      {incumbents.map(({ id, iteration }, index) => (
        <button
          key={id}
          type="button"
          role="radio"
          aria-checked={index === place}
          tabIndex={index === place ? 0 : -1}
          onClick={() => onStep(index)}
        >
          {index === 0 ? "start" : index === last ? "best" : `iteration ${iteration}`}
        </button>
      ))}
      <span class="quiet">arrow keys step</span>
    </div>
  );
}

function PromptPanel({
  title,
  candidate,
  incumbent,
  report,
}: {
  readonly title: string;
  readonly candidate: CandidateView;
  readonly incumbent: IncumbentView | undefined;
  readonly report: RunReport;
}): JSX.Element {
  const parts = incumbent?.parts ?? [];
  const { name, text } = useLossUnit();
  return (
    <article class="panel">
      <header class="panel-head">
        <h3>{title}</h3>
        <CopyButton label="Copy instruction" text={() => candidate.instruction} />
        {incumbent === undefined ? null : (
          <CopyButton
            label="Copy whole prompt"
            text={() => wholePrompt(candidate, incumbent, report)}
          />
        )}
      </header>
      <p class="quiet">
        {name} {text(candidate.loss)} · layout {candidate.layout} ·{" "}
        {counted(candidate.demonstrationIds.length, "demonstration")}
      </p>
      <TintedPrompt text={candidate.instruction} parts={parts} />
      <PartsTable parts={parts} />
      <Demonstrations ids={candidate.demonstrationIds} report={report} />
    </article>
  );
}

function wholePrompt(
  { instruction, demonstrationIds }: CandidateView,
  { layout }: IncumbentView,
  { demonstrations, summary }: RunReport,
): string {
  const shown = demonstrationIds.flatMap((id) => demonstrations[id] ?? []);
  return promptToCopy({ instruction, layout, demonstrations: shown }, summary.variables);
}

function Demonstrations({
  ids,
  report: { demonstrations },
}: {
  readonly ids: readonly string[];
  readonly report: RunReport;
}): JSX.Element | null {
  const shown = ids.flatMap((id) => demonstrations[id] ?? []);
  if (shown.length === 0) return null;
  return (
    <details>
      <summary>{counted(shown.length, "demonstration")}</summary>
      <ol class="demonstrations">
        {shown.map(({ id, inputs, target }) => (
          <li key={id}>
            {inputText(inputs)} <b>→ {target}</b>
          </li>
        ))}
      </ol>
    </details>
  );
}
