import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunEvent } from "pmpo";
import { beforeAll, describe, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, pmpo, smallTask } from "./pmpo.ts";

beforeAll(async () => {
  await smollm2("q8_0");
});

/** A small task with other settings. */
function taskWith(settings: string): string {
  const task = smallTask(2);
  const written = task["pmpo.yaml"]?.replace(
    "data: data.jsonl",
    "data: { file: data.jsonl, train: 4, demonstrations: 2, validation: 3 }",
  );
  return folderWith({ ...task, "pmpo.yaml": `${written}${settings}\n` });
}

/** The only run's folder. */
function runIn(folder: string): string {
  const runs = join(folder, ".pmpo", "runs");
  return join(runs, readdirSync(runs)[0] ?? "");
}

function eventsOf(folder: string): readonly RunEvent[] {
  const lines = readFileSync(join(runIn(folder), "events.jsonl"), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => (JSON.parse(line) as { readonly event: RunEvent }).event);
}

describe("validation examples", () => {
  test("have to like a prompt no less than the incumbent before it is taken", async () => {
    const folder = taskWith("");
    const { exitCode, stderr } = await pmpo(["optimize", "--json"], { folder });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const losses = new Map<string, number>();
    let incumbent = "c0";
    let accepted = 0;
    for (const event of eventsOf(folder)) {
      if (event.type === "candidate-validated") losses.set(event.candidateId, event.loss);
      if (event.type === "iteration-ended" && event.acceptedId !== null) {
        accepted++;
        expect(losses.get(event.acceptedId)).toBeLessThanOrEqual(
          losses.get(incumbent) ?? Number.NaN,
        );
        incumbent = event.acceptedId;
      }
    }
    expect(accepted).toBeGreaterThan(0);
    const report = readFileSync(join(runIn(folder), "report.md"), "utf8");
    expect(report).toContain("4 training, 2 demonstration, 3 validation and 3 test examples");
    expect(report).toMatch(/\| validation loss \| \d/);
  });
});

describe("the length of a prompt", () => {
  test("has its price: with a high one no longer prompt is taken", async () => {
    const folder = taskWith("length: { penalty: 5 }");
    const { stdout } = await pmpo(["optimize", "--json"], { folder });
    const { start, best } = JSON.parse(stdout) as Record<
      "start" | "best",
      { readonly promptTokens: number; readonly loss: number }
    >;
    expect(best.promptTokens).toBeLessThanOrEqual(start.promptTokens);
    expect(start.loss).toBeGreaterThan(5 * start.promptTokens);
  });

  test("has its limit: longer candidates are refused", async () => {
    const folder = taskWith("length: { maximumTokens: 40 }");
    const { exitCode } = await pmpo(["optimize", "--json"], { folder });
    expect(exitCode).toBe(0);
    const refused = eventsOf(folder).filter(({ type }) => type === "candidate-refused");
    expect(refused.length).toBeGreaterThan(0);
    for (const event of eventsOf(folder)) {
      if (event.type !== "candidate-scored") continue;
      const tokens = event.losses.map(({ promptTokens }) => promptTokens);
      expect(tokens.reduce((sum, count) => sum + count, 0) / tokens.length).toBeLessThanOrEqual(40);
    }
  });

  test("of the start prompt may not be above the limit", async () => {
    const folder = taskWith("length: { maximumTokens: 20 }");
    const { exitCode, stderr } = await pmpo(["optimize"], { folder });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /The prompt has \d+\.\d tokens on average, input included; length\.maximumTokens is 20/,
    );
    expect(readdirSync(folder)).not.toContain(".pmpo");
  });
});
