import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, type Outcome, pmpo, smallTask } from "./pmpo.ts";

beforeAll(() => smollm2("q8_0"));

/** The verdict of a run without search, by a metric and with a module beside the task file. */
function judged(metric: string, module: string): Promise<Outcome> {
  const task = smallTask(0);
  const folder = folderWith({
    ...task,
    "pmpo.yaml": `${task["pmpo.yaml"]}metric: ${metric}\n`,
    "metric.mjs": module,
  });
  return pmpo(["optimize", "--json"], { folder });
}

test("a function of the user's own grades the answers", async () => {
  const grades =
    "export const half = async (answer, example) => (example.target && answer ? 0.5 : 0);";
  const { exitCode, stdout, stderr } = await judged(
    "{ module: ./metric.mjs, export: half }",
    grades,
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({ start: { accuracy: 0.5 } });
});

test("a run goes on with the function it began with, and no other", async () => {
  const task = smallTask(0);
  const grades = "export default () => 0.25;";
  const folder = folderWith({
    ...task,
    "pmpo.yaml": `${task["pmpo.yaml"]}metric: { module: ./metric.mjs }\n`,
    "metric.mjs": grades,
  });
  const whole = await pmpo(["optimize", "--json"], { folder });
  const { run, verdict } = JSON.parse(whole.stdout) as {
    readonly run: string;
    readonly verdict: object;
  };
  const log = join(folder, ".pmpo", "runs", run, "events.jsonl");
  const events = readFileSync(log, "utf8").trimEnd().split("\n");
  expect(events.at(-1)).toContain('"verdict-reached"');
  writeFileSync(log, `${events.slice(0, -1).join("\n")}\n`);
  writeFileSync(join(folder, "metric.mjs"), "export default () => 0.5;");
  const refused = await pmpo(["resume"], { folder });
  expect(refused.exitCode).toBe(4);
  expect(refused.stderr).toMatch(
    /^error: .*metric\.mjs: the metric changed since this run began\n {2}Put the old file back/,
  );
  writeFileSync(join(folder, "metric.mjs"), grades);
  const resumed = await pmpo(["resume", "--json"], { folder });
  expect(JSON.parse(resumed.stdout)).toMatchObject({ run, verdict });
  writeFileSync(join(folder, "metric.mjs"), "export default () => 0.5;");
  const shown = await pmpo(["demos", "latest"], { folder });
  expect(shown.stderr).toBe(refused.stderr);
});

test.each([
  [
    "{ module: ./metric.mjs }",
    "export const half = () => 0.5;",
    /metric\.mjs: no function "default" is exported\n {2}It exports half\.\n$/,
  ],
  ["{ module: ./gone.mjs }", "", /gone\.mjs: the metric cannot be loaded \(/],
  [
    "{ module: ./metric.mjs }",
    "export default () => 7;",
    /^error: The metric of \/.*metric\.mjs answered 7 for example \d+\n {2}A metric answers true, false, or a number from 0 to 1\.\n$/,
  ],
  ["{ regex: '(' }", "", /pmpo\.yaml:\d+:\d+ {2}metric\.regex: not a regular expression\n$/],
  ["exakt", "", /metric: expected "exact", .* got "exakt"; did you mean "exact"\?\n$/],
])("%s with %j is refused", async (metric, module, message) => {
  const { exitCode, stdout, stderr } = await judged(metric, module);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toMatch(message);
});
