import type { LiveCondition, LiveRecord, RunFacts } from "../../report/live.ts";
import { type RunReport, runReport } from "../../report/run-report.ts";

/** What a page knows of its run. */
export interface Feed {
  readonly facts: RunFacts | null;
  /** Without gaps, from number 1 on. */
  readonly records: readonly LiveRecord[];
  readonly condition: LiveCondition | null;
  /** `lost` while the browser tries again, `refused` when it gave up. */
  readonly connection: "open" | "lost" | "refused";
}

export const EMPTY_FEED: Feed = {
  facts: null,
  records: [],
  condition: null,
  connection: "open",
};

/** The feed with records that are new to it: what came before is left out, and so is all behind a gap. */
export function withRecords(feed: Feed, arrived: readonly LiveRecord[]): Feed {
  const known = feed.records.length;
  const fresh = arrived.filter(({ seq }) => seq > known);
  const follows = fresh.every(({ seq }, index) => seq === known + index + 1);
  return follows && fresh.length > 0 ? { ...feed, records: [...feed.records, ...fresh] } : feed;
}

/** The report of what is known; null before the start prompt was scored. */
export function reportOf({ facts, records }: Feed): RunReport | null {
  const events = records.map(({ event }) => event);
  if (facts === null || !events.some(({ type }) => type === "candidate-scored")) return null;
  return runReport({
    ...facts,
    events,
    eventSeconds: records.map(({ seconds }) => seconds),
    seconds: records.at(-1)?.seconds ?? 0,
  });
}

/** Pages are drawn anew at most this often, however fast events come. */
const DRAW_EVERY_MS = 250;

/**
 * Follows a run, and tells of every change, until the function it returns is called. The browser
 * connects again by itself and says which record it has; nothing follows a verdict.
 */
export function followRun(id: string, onChange: (feed: Feed) => void): () => void {
  const source = new EventSource(`/api/runs/${encodeURIComponent(id)}/events`);
  let feed = EMPTY_FEED;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const change = (to: Feed): void => {
    feed = to;
    timer ??= setTimeout(() => {
      timer = null;
      onChange(feed);
    }, DRAW_EVERY_MS);
  };
  const on = <T>(type: string, work: (data: T) => void): void =>
    source.addEventListener(type, ({ data }: MessageEvent<string>) => work(JSON.parse(data) as T));
  on<RunFacts>("facts", (facts) => change({ ...feed, facts, connection: "open" }));
  on<readonly LiveRecord[]>("records", (records) => change(withRecords(feed, records)));
  on<LiveCondition>("condition", (condition) => {
    change({ ...feed, condition });
    if (condition.condition === "finished") source.close();
  });
  source.addEventListener("error", () => {
    const isGone = source.readyState === EventSource.CLOSED;
    change({ ...feed, connection: isGone ? "refused" : "lost" });
  });
  return () => {
    source.close();
    if (timer !== null) clearTimeout(timer);
  };
}
