import type { FeedOrder } from "./feed.ts";
import { type FollowedRun, followRun } from "./follow-run.ts";

// A thread of its own: deriving the report of a run of thousands of candidates takes longer than a
// page may be deaf to keys and clicks. It is told the run's id first, and ends with its page.
let run: FollowedRun | null = null;
addEventListener("message", ({ data }: MessageEvent<FeedOrder>) => {
  if (data.type === "follow") run = followRun(data.id, (change) => postMessage(change));
  else run?.setSeen(data.isSeen);
});
