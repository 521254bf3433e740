import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { RunReport } from "../../report/run-report.ts";
import { Page, TopBar } from "../page.tsx";
import { ByHand } from "./by-hand.tsx";
import { EMPTY_FEED, type Feed, followRun, reportOf } from "./feed.ts";
import { RunBar } from "./run-bar.tsx";

/** One run, drawn anew as its log grows. */
export function RunPage({ id }: { readonly id: string }): JSX.Element {
  const feed = useSignal<Feed>(EMPTY_FEED);
  useEffect(() => followRun(id, (now) => (feed.value = now)), [id]);
  const { facts, records, condition } = feed.value;
  const report = useMemo(() => reportOf(feed.value), [facts, records]);
  const name = report?.summary.taskName ?? id;
  useEffect(() => {
    document.title = `${condition?.condition === "working" ? "● " : ""}${name} · pmpo`;
  }, [name, condition?.condition]);
  const bar = <RunBar id={id} feed={feed.value} />;
  if (report === null) {
    return (
      <>
        <TopBar home="/" />
        <main class="list">
          {bar}
          <h1>{waitingText(feed.value)}</h1>
        </main>
      </>
    );
  }
  return (
    <Page
      report={condition?.condition === "working" ? atWork(report) : report}
      live={{ bar, byHand: <ByHand id={id} report={report} /> }}
    />
  );
}

function waitingText({ condition }: Feed): string {
  if (condition?.condition === "working") return "The start prompt is being scored …";
  if (condition?.condition === "stopped") return "This run was stopped before its first score.";
  return condition === null ? "One moment …" : "There is nothing to show of this run.";
}

/** What to do about a run that is not finished is to wait. */
function atWork(report: RunReport): RunReport {
  if (report.summary.verdict !== null) return report;
  const next =
    report.summary.stopReason === null
      ? "The run is at work; this page shows what it finds as it finds it."
      : "The search has ended; both prompts are being tested on the held-out examples.";
  return { ...report, headline: { ...report.headline, next } };
}
