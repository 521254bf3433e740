import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { RunReport } from "../../report/run-report.ts";
import { Page, TopBar } from "../page.tsx";
import { ByHand } from "./by-hand.tsx";
import { type FeedOrder, type FeedStatus, type FollowedChange, UNKNOWN_STATUS } from "./feed.ts";
import { withChange } from "./report-change.ts";
import { RunBar } from "./run-bar.tsx";

/** One run, drawn anew as its log grows. */
export function RunPage({ id }: { readonly id: string }): JSX.Element {
  const status = useSignal<FeedStatus>(UNKNOWN_STATUS);
  const known = useSignal<RunReport | null>(null);
  useEffect(() => {
    const worker = new Worker("/feed-worker.js", { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<FollowedChange>) => {
      if (data.type === "status") status.value = data.status;
      else known.value = withChange(known.value, data.change);
    });
    const order = (each: FeedOrder): void => worker.postMessage(each);
    const tellSeen = (): void => order({ type: "seen", isSeen: !document.hidden });
    order({ type: "follow", id });
    tellSeen();
    document.addEventListener("visibilitychange", tellSeen);
    return () => {
      document.removeEventListener("visibilitychange", tellSeen);
      worker.terminate();
    };
  }, [id]);
  const { condition } = status.value;
  const isWorking = condition?.condition === "working";
  const report = useMemo(() => {
    const { value } = known;
    return value !== null && isWorking ? atWork(value) : value;
  }, [known.value, isWorking]);
  const name = report?.summary.taskName ?? id;
  useEffect(() => {
    document.title = `${isWorking ? "● " : ""}${name} · pmpo`;
  }, [name, isWorking]);
  const bar = <RunBar id={id} status={status.value} />;
  if (report === null) {
    return (
      <>
        <TopBar home="/" />
        <main class="list">
          {bar}
          <h1>{waitingText(status.value)}</h1>
        </main>
      </>
    );
  }
  return <Page report={report} live={{ bar, byHand: <ByHand id={id} report={report} /> }} />;
}

function waitingText({ condition }: FeedStatus): string {
  if (condition?.condition === "working") return "The start prompt is being scored …";
  if (condition?.condition === "stopped") return "This run was stopped before its first score.";
  return condition === null ? "One moment …" : "There is nothing to show of this run.";
}

/** What to do about a run that is not finished is to wait. */
function atWork(report: RunReport): RunReport {
  const { summary } = report;
  if (summary.verdict !== null) return report;
  const next =
    summary.stopReason === null
      ? "The run is at work; this page shows what it finds as it finds it."
      : "The search has ended; both prompts are being tested on the held-out examples.";
  return { ...report, summary: { ...summary, headline: { ...summary.headline, next } } };
}
