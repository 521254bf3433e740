import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, jsonLines, pmpo, REVIEWS, smallTask } from "./pmpo.ts";

test("a prompt that would leave no room for the longest test example is refused, and the verdict is reached", async () => {
  await smollm2("q8_0");
  const [first] = REVIEWS;
  const long = { input: `${"very ".repeat(95)}good`, target: "positive" };
  const task = smallTask(1);
  const folder = folderWith({
    ...task,
    "pmpo.yaml": `${task["pmpo.yaml"]?.replace("data: data.jsonl", "data: { file: data.jsonl, test: test.jsonl }")}contextTokens: 128\nsearch: { layout: false, demonstrations: 0 }\n`,
    "prompt.txt": "Judge.",
    "test.jsonl": jsonLines([first ?? long, long]),
  });
  const { exitCode, stderr } = await pmpo(["optimize", "--json"], { folder });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const runs = join(folder, ".pmpo", "runs");
  const log = readFileSync(join(runs, readdirSync(runs)[0] ?? "", "events.jsonl"), "utf8");
  const reason =
    /"reason":"example 2: \d+ prompt tokens and 10 answer tokens do not fit the context of 128"/;
  expect(reason.test(log)).toBe(true);
  expect(log.includes('"verdict-reached"')).toBe(true);
});
