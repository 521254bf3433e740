import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { counted } from "../../report/numbers.ts";
import { post, type Refused } from "./api.ts";
import type { FeedStatus } from "./feed.ts";
import { Problem } from "./problem.tsx";
import { SinceLast } from "./since-last.tsx";

interface RunBarProps {
  readonly id: string;
  readonly status: FeedStatus;
}

/** What a run is doing, and buttons to stop it and to go on. */
export function RunBar({ id, status }: RunBarProps): JSX.Element {
  const refused = useSignal<Refused | null>(null);
  const isAsking = useSignal(false);
  const { condition, events, progress } = status;
  const ask = async (what: "stop" | "resume"): Promise<void> => {
    isAsking.value = true;
    refused.value = null;
    try {
      await post(`/api/runs/${encodeURIComponent(id)}/${what}`);
    } catch (error) {
      refused.value = error as Refused;
    }
    isAsking.value = false;
  };
  const isOwn = condition?.condition === "working" && condition.isOwn;
  return (
    <div class="run-bar">
      <p role="status">
        <span class={`lamp ${lampOf(status)}`} aria-hidden="true" />
        {statusText(status)}
      </p>
      {condition?.condition === "working" && progress !== null ? <span>{progress}</span> : null}
      <span class="quiet number">{counted(events, "event")}</span>
      {condition?.condition === "working" ? <SinceLast events={events} /> : null}
      {isOwn ? (
        <button
          type="button"
          disabled={isAsking.value || condition.isStopping}
          onClick={() => void ask("stop")}
        >
          Stop
        </button>
      ) : null}
      {condition?.condition === "stopped" ? (
        <button
          type="button"
          class="primary"
          disabled={isAsking.value}
          onClick={() => void ask("resume")}
        >
          Resume
        </button>
      ) : null}
      <Problem refused={refused.value ?? asRefusal(condition?.problem ?? null)} />
    </div>
  );
}

function asRefusal(problem: string | null): { message: string; hint: null } | null {
  return problem === null || problem === "" ? null : { message: problem, hint: null };
}

function lampOf({ connection, condition }: FeedStatus): string {
  return connection === "open" ? (condition?.condition ?? "") : "unreadable";
}

function statusText({ connection, condition }: FeedStatus): string {
  if (connection === "lost") return "No connection; trying again …";
  if (connection === "refused")
    return "This run cannot be followed: it is not here any more, or pmpo ui has ended.";
  switch (condition?.condition) {
    case undefined:
      return "Connecting …";
    case "working":
      if (condition.isStopping) return "Stopping …";
      return condition.isOwn ? "At work" : "At work in another process: Ctrl-C stops it there";
    case "stopped":
      return "Stopped: it can be gone on with, and nothing is lost";
    case "finished":
      return "Finished";
    case "unreadable":
      return "This run cannot be read";
  }
}
