import { expect, test } from "vitest";
import { summariseLosses } from "../../core/loss.ts";
import { lossOf } from "../../core/loss.test-support.ts";
import type { ScoredCandidate } from "../../core/run-state.ts";
import { trialReporter } from "./trial-progress.ts";

const losses = [lossOf(2)];
const SCORED: ScoredCandidate = {
  id: "c1",
  parentId: "c0",
  operator: "replace",
  iteration: 1,
  candidate: { instruction: "Say it.", layout: { kind: "system" }, demonstrations: [] },
  losses,
  summary: summariseLosses(losses),
};

/** What a reporter writes where trials end at these milliseconds. */
function written(isTTY: boolean, times: readonly number[]): string {
  let text = "";
  let now = 0;
  const stderr = { isTTY, write: (more: string): string => (text += more) };
  const { onTrial, clear } = trialReporter({ stderr, clock: () => now });
  times.forEach((time, index) => {
    now = time;
    onTrial(SCORED, index + 1);
  });
  clear();
  return text;
}

test("on a terminal one line moves, and is taken away", () => {
  const line = (count: string): string =>
    `\r\u001B[K${count} scored; the last (replace) has a training loss of 2.000 nats`;
  expect(written(true, [1, 2])).toBe(`${line("1 prompt")}${line("2 prompts")}\r\u001B[K`);
});

test("elsewhere a line comes every twenty seconds, so that short work says nothing", () => {
  expect(written(false, [1000, 19_000])).toBe("");
  expect(written(false, [1000, 21_000, 22_000, 45_000]).split("\n")).toEqual([
    expect.stringContaining("2 prompts scored"),
    expect.stringContaining("4 prompts scored"),
    "",
  ]);
});
