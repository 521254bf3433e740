import { beforeAll, describe, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, jsonLines, type Outcome, pmpo, REVIEWS } from "./pmpo.ts";

// What a task file sets once holds in every command that reads it.

beforeAll(async () => {
  await smollm2("q8_0");
});

/** A task with that besides what every task needs, and a prompt that shows three long examples. */
function taskWith(settings: string): string {
  const shown = ["a", "b", "c"].map((id) => ({
    id,
    inputs: { input: `${"so very ".repeat(90)}${id}` },
    target: "positive",
  }));
  return folderWith({
    "pmpo.yaml": `prompt: { file: prompt.txt }\ndata: { file: data.jsonl, train: 4 }\nthreads: 1\n${settings}\n`,
    "prompt.txt": "Say positive or negative.\n",
    "shown.json": JSON.stringify({
      instruction: "Say positive or negative.",
      layout: { kind: "user" },
      demonstrations: shown,
    }),
    "data.jsonl": jsonLines(REVIEWS),
  });
}

function documentOf({ exitCode, stdout, stderr }: Outcome): Readonly<Record<string, unknown>> {
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
}

describe("a prompt that does not fit the context", () => {
  const CONTEXT = "contextTokens: 512";

  test.each(["score", "mask"])("is refused by %s", async (command) => {
    const folder = taskWith(CONTEXT);
    const { exitCode, stderr } = await pmpo([command, "--prompt", "shown.json"], { folder });
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/do not fit the context of 512/);
  });

  test.each([
    ["score", "--limit"],
    ["mask", "--train"],
  ])("shows less in %s where the task says so", async (command, limit) => {
    const folder = taskWith(`${CONTEXT}\noverflow: drop-demonstrations`);
    const args = [command, "--prompt", "shown.json", limit, "2", "--json"];
    expect(documentOf(await pmpo(args, { folder }))).toHaveProperty("examples");
  });
});

describe("the limit of a prompt's length", () => {
  test("bounds what demos may show", async () => {
    const args = ["demos", "--demonstrations", "0..2", "--limit", "2", "--json"];
    const free = documentOf(await pmpo(args, { folder: taskWith("") }));
    const folder = taskWith("length: { maximumTokens: 50 }");
    const bound = documentOf(await pmpo(args, { folder }));
    const tokens = ({ best }: typeof free): number =>
      (best as { readonly promptTokens: number }).promptTokens;
    expect(tokens(free)).toBeGreaterThan(50);
    expect(tokens(bound)).toBeLessThanOrEqual(50);
    expect(bound["refused"]).toBeGreaterThan(0);
  });

  test("does not keep a prompt above it from being made shorter", async () => {
    const folder = taskWith("length: { maximumTokens: 20 }");
    const optimize = await pmpo(["optimize", "--max-iterations", "0"], { folder });
    expect(optimize.stderr).toMatch(/length\.maximumTokens is 20/);
    const args = ["compress", "--parts", "sentence", "--limit", "2", "--json"];
    const { original } = documentOf(await pmpo(args, { folder }));
    expect((original as { readonly promptTokens: number }).promptTokens).toBeGreaterThan(20);
  });
});
