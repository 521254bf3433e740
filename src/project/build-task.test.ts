import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { configFromObject } from "../config/parse-config.ts";
import type { Example } from "../core/example.ts";
import type { Task } from "../core/task.ts";
import { buildTask } from "./build-task.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pmpo-task-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The task of fifteen yes and no and one "perhaps", divided by that seed. */
function taskOf(seed: number, options: { readonly options?: readonly string[] }): Promise<Task> {
  const rows = Array.from({ length: 16 }, (_, index) => ({
    input: `${index}?`,
    target: index === 0 ? STRAY : ["yes", "no"][index % 2],
  }));
  writeFileSync(join(folder, "data.json"), JSON.stringify(rows));
  const data = { file: "data.json", train: 4, demonstrations: 3, validation: 4 };
  const config = configFromObject(
    { prompt: { text: "Judge." }, data, ...options, optimizer: { seed } },
    folder,
  );
  return buildTask(config, { environment: {} }).then(({ task }) => task);
}

const STRAY = "perhaps";

test("an answer outside the options is refused wherever it is scored, validation too, and may be shown", async () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 24; seed++) {
    const { data } = await taskOf(seed, {});
    const [part = ""] = Object.entries(data).flatMap(([name, examples]) =>
      examples.some((example: Example) => example.target === STRAY) ? [name] : [],
    );
    seen.add(part);
    const strict = taskOf(seed, { options: ["yes", "no"] });
    if (part === "demonstrations") await strict;
    else await expect(strict).rejects.toMatchObject({ code: "DATA_TARGET_NOT_AN_OPTION" });
  }
  expect([...seen].toSorted()).toEqual(["demonstrations", "test", "train", "validation"]);
});
