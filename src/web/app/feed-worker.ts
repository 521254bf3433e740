import { followRun } from "./follow-run.ts";

// A thread of its own: deriving the report of a run of thousands of candidates takes longer than a
// page may be deaf to keys and clicks. It is told the run's id, and ends with its page.
addEventListener(
  "message",
  ({ data }: MessageEvent<string>) => followRun(data, (change) => postMessage(change)),
  { once: true },
);
