import type { JSX } from "preact";
import { lossUnit } from "../../report/loss-unit.ts";
import { counted, duration, grouped, moneyText, percent } from "../../report/numbers.ts";
import type { RunRow } from "../../report/run-row.ts";
import { runAddress } from "./addresses.ts";

const CONDITIONS: Readonly<Record<RunRow["condition"], string>> = {
  working: "at work",
  stopped: "stopped",
  finished: "finished",
  unreadable: "unreadable",
};

const FINDINGS = {
  better: "better",
  worse: "worse",
  "no-evidence": "no proof",
  "same-prompt": "nothing better",
} as const;

interface RunTableProps {
  readonly runs: readonly RunRow[];
  /** Two ids at the most, the older pick first. */
  readonly picked: readonly string[];
  readonly onPick: (picked: readonly string[]) => void;
}

/** The runs, newest first; two can be ticked. */
export function RunTable({ runs, picked, onPick }: RunTableProps): JSX.Element {
  if (runs.length === 0) {
    return <p>No runs yet. Start one here, or with pmpo optimize in this folder.</p>;
  }
  return (
    <div class="table-window short" tabIndex={0} role="region" aria-label="All runs">
      <table class="runs">
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">Compare</span>
            </th>
            <th scope="col">Run</th>
            <th scope="col">State</th>
            <th scope="col">Held out</th>
            <th scope="col">Training</th>
            <th scope="col">Cost</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <Row
              key={run.id}
              run={run}
              isPicked={picked.includes(run.id)}
              onPick={(isPicked) =>
                onPick(
                  isPicked ? [...picked, run.id].slice(-2) : picked.filter((id) => id !== run.id),
                )
              }
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({
  run,
  isPicked,
  onPick,
}: {
  readonly run: RunRow;
  readonly isPicked: boolean;
  readonly onPick: (isPicked: boolean) => void;
}): JSX.Element {
  const canCompare = run.startLoss !== null && run.mode === "likelihood";
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          aria-label={`Compare ${run.id}`}
          checked={isPicked}
          disabled={!canCompare}
          onChange={(event) => onPick(event.currentTarget.checked)}
        />
      </td>
      <td class="wrap">
        <a href={runAddress(run.id)}>{run.taskName ?? run.id}</a>
        <span class="quiet block">
          {[run.createdAt === null ? run.id : timeText(run.createdAt), run.model].join(" · ")}
        </span>
      </td>
      <td>
        <span class={`lamp ${run.condition}`} aria-hidden="true" />
        {CONDITIONS[run.condition]}
        <span class="quiet block">
          {run.problem ??
            `${counted(run.iterations, "iteration")}, ${counted(run.candidates, "candidate")}`}
        </span>
      </td>
      <td class="number">
        {run.verdict === null ? (
          "–"
        ) : (
          <>
            <span class={`finding ${run.verdict.finding}`}>{FINDINGS[run.verdict.finding]}</span>
            <span class="quiet block">
              {percent(run.verdict.startAccuracy)} → {percent(run.verdict.bestAccuracy)}
            </span>
          </>
        )}
      </td>
      <td class="number">
        {lossText(run)}
        {run.mode === "accuracy" ? (
          <span class="quiet block">accuracy mode: no log-probabilities</span>
        ) : null}
      </td>
      <td class="number">
        {duration(run.seconds)}
        <span class="quiet block">
          {grouped(run.evaluatedTokens)} tokens
          {run.money === null ? "" : `, ${moneyText(run.money.amount, run.money.currency)}`}
        </span>
      </td>
    </tr>
  );
}

function lossText({ mode, startLoss, bestLoss }: RunRow): string {
  if (mode === null || startLoss === null || bestLoss === null) return "–";
  const { name, text } = lossUnit(mode);
  return `${name} ${text(startLoss)} → ${text(bestLoss)}`;
}

function timeText(createdAt: string): string {
  return new Date(createdAt).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}
