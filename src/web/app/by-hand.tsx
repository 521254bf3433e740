import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { HandScore } from "../../report/hand-score.ts";
import type { ExampleRow } from "../../report/example-rows.ts";
import { lossUnit } from "../../report/loss-unit.ts";
import { counted } from "../../report/numbers.ts";
import type { RunReport } from "../../report/run-report.ts";
import type { PromptSummary } from "../../report/summary.ts";
import { ExampleDialog } from "../example-dialog.tsx";
import { arrange, type RowOrder } from "../example-order.ts";
import { ExampleTable } from "../example-table.tsx";
import { Section } from "../section.tsx";
import { useFollowing } from "../use-following.ts";
import { ROWS_IN_FULL } from "../virtual-rows.tsx";
import { post, type Refused } from "./api.ts";
import { Problem } from "./problem.tsx";

interface ByHandProps {
  readonly id: string;
  readonly report: RunReport;
}

/** What was scored, and what came out. */
interface Scored {
  readonly instruction: string;
  readonly score: HandScore;
}

/** A prompt to be changed by hand, and what that does to each training example. */
export function ByHand({ id, report }: ByHandProps): JSX.Element {
  const { start, best } = report.summary;
  const isFromBest = useSignal(true);
  /** What is being changed; null while nothing was. */
  const changed = useSignal<PromptSummary | null>(null);
  const newest = isFromBest.value ? best : start;
  const base = changed.value ?? newest;
  const text = useFollowing(base.candidate.instruction);
  const scored = useSignal<Scored | null>(null);
  const refused = useSignal<Refused | null>(null);
  const isScoring = useSignal(false);
  const ask = async (): Promise<void> => {
    const instruction = text.value;
    isScoring.value = true;
    refused.value = null;
    try {
      const score = await post<HandScore>(`/api/runs/${encodeURIComponent(id)}/score`, {
        baseId: base.id,
        instruction,
      });
      scored.value = { instruction, score };
    } catch (error) {
      refused.value = error as Refused;
    }
    isScoring.value = false;
  };
  return (
    <Section
      id="by-hand"
      title="By hand"
      lead="Change the instruction and see what that does to each training example; layout and demonstrations stay. Both prompts are scored in the same way, each in one call, which may differ in the last digits from how the search scored them. Held-out examples are not touched."
    >
      <Beginning
        isFromBest={isFromBest.value}
        onPick={(fromBest) => {
          isFromBest.value = fromBest;
          changed.value = null;
          text.value = (fromBest ? best : start).candidate.instruction;
        }}
      />
      <textarea
        aria-label="Instruction"
        rows={Math.min(14, Math.max(4, text.value.split("\n").length + 1))}
        spellcheck={false}
        value={text.value}
        onInput={(event) => {
          changed.value ??= base;
          text.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !isScoring.value)
            void ask();
        }}
      />
      <div class="controls">
        <button
          type="button"
          class="primary"
          disabled={isScoring.value || text.value.trim() === ""}
          onClick={() => void ask()}
        >
          {isScoring.value ? "Scoring …" : "Score"}
        </button>
        <span class="quiet">
          Ctrl Enter does it too. The first time the model is loaded for it.
        </span>
      </div>
      {base.id === newest.id ? null : (
        <p class="quiet">
          This is a change of {base.id}, with its layout and demonstrations; the best by now is{" "}
          {newest.id}.
        </p>
      )}
      <Problem refused={refused.value} />
      <Result scored={scored.value} baseId={base.id} text={text.value} />
    </Section>
  );
}

/** Which prompt is to be changed. */
function Beginning({
  isFromBest,
  onPick,
}: {
  readonly isFromBest: boolean;
  readonly onPick: (isFromBest: boolean) => void;
}): JSX.Element {
  return (
    <div class="controls">
      <div class="switch" role="group" aria-label="Which prompt to begin with">
        {[true, false].map((fromBest) => (
          <button
            key={String(fromBest)}
            type="button"
            aria-pressed={isFromBest === fromBest}
            onClick={() => onPick(fromBest)}
          >
            {fromBest ? "from the best" : "from the start"}
          </button>
        ))}
      </div>
    </div>
  );
}

/** What was found last, and whether it is of what the box holds now. */
function Result({
  scored,
  baseId,
  text,
}: {
  readonly scored: Scored | null;
  readonly baseId: string;
  readonly text: string;
}): JSX.Element {
  const isOld = scored !== null && (scored.score.baseId !== baseId || scored.instruction !== text);
  return (
    <>
      <div role="status">
        {scored === null ? null : <p class="by-hand-result">{resultText(scored.score)}</p>}
        {isOld ? (
          <p class="quiet">
            That is of another text, or of another prompt to begin with: score again.
          </p>
        ) : null}
      </div>
      {scored === null ? null : <HandTable score={scored.score} />}
    </>
  );
}

function resultText(score: HandScore): string {
  const { baseId, baseLoss, handLoss, difference, better, worse } = score;
  const { name, text, change, unit } = lossUnit(score.mode);
  const [fewer, more] = name === "loss" ? ["lower", "higher"] : ["higher", "lower"];
  const [low, high] = difference.interval;
  const word = high < 0 ? "Better" : low > 0 ? "Worse" : "No clear difference";
  return `${word}: mean training ${name} ${text(baseLoss)} under ${baseId}, ${text(handLoss)} under yours. ${change(difference.difference)} ${unit}, 95 % interval ${change(name === "loss" ? low : high)} to ${change(name === "loss" ? high : low)}; ${fewer} on ${counted(better, "example")}, ${more} on ${worse}.`;
}

function HandTable({ score: { rows, baseId } }: { readonly score: HandScore }): JSX.Element {
  const order = useSignal<RowOrder>({ key: "size", isDescending: true });
  const opened = useSignal<ExampleRow | null>(null);
  const names = { start: baseId, best: "Yours" };
  return (
    <>
      <ExampleTable
        label="Examples by hand"
        names={names}
        rows={arrange(rows, order.value, "all", "")}
        isLong={rows.length > ROWS_IN_FULL}
        order={order.value}
        onOrder={(to) => (order.value = to)}
        onOpen={(row) => (opened.value = row)}
      />
      <ExampleDialog row={opened.value} names={names} onClose={() => (opened.value = null)} />
    </>
  );
}
