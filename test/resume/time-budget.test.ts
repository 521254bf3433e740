import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig, resumeRun, type RunServices, startRun } from "pmpo";
import { expect, test } from "vitest";
import { folderWith, smallTask } from "../cli/pmpo.ts";
import { smollm2 } from "../model.ts";

function services(secondsPerLook: number): RunServices {
  let now = Date.UTC(2026, 0, 1);
  return {
    clock: () => (now += 1000 * secondsPerLook),
    suffix: "abcd",
    pmpoVersion: "0.0.0",
    environment: process.env,
  };
}

test("an iteration that was begun within the time budget is ended by a resumed run, however late", async () => {
  await smollm2("q8_0");
  const task = smallTask(1);
  const folder = folderWith({
    ...task,
    "pmpo.yaml": `${task["pmpo.yaml"]}budget: { seconds: 60 }\n`,
  });
  const whole = await startRun(await loadConfig(folder), services(0));
  const log = join(
    folder,
    ".pmpo",
    "runs",
    readdirSync(join(folder, ".pmpo", "runs"))[0] ?? "",
    "events.jsonl",
  );
  const lines = readFileSync(log, "utf8").split("\n");
  const scored = lines.findLastIndex((line) => line.includes('"candidate-scored"'));
  writeFileSync(log, `${lines.slice(0, scored).join("\n")}\n`);
  const resumed = await resumeRun(folder, "latest", services(1000));
  expect(resumed.state.iterations).toBe(1);
  expect(resumed.state.candidates).toEqual(whole.state.candidates);
  expect(resumed.state.verdict?.text).toBe(whole.state.verdict?.text);
});
