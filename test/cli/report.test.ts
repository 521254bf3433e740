import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, pmpo, smallTask } from "./pmpo.ts";

let folder = "";
let run = "";

beforeAll(async () => {
  await smollm2("q8_0");
  folder = folderWith(smallTask(1));
  expect(await pmpo(["optimize", "--json"], { folder })).toMatchObject({ exitCode: 0 });
  const runs = join(folder, ".pmpo", "runs");
  run = join(runs, readdirSync(runs)[0] ?? "");
});

test("the page lies beside report.md, and its path is printed", async () => {
  const { exitCode, stdout, stderr } = await pmpo(["report"], { folder });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(join(folder, stdout.trim())).toBe(join(run, "report.html"));
  const html = readFileSync(join(run, "report.html"), "utf8");
  expect(html).toMatch(/^<!doctype html>/);
  expect(html).toContain("You read reviews. Say what the writer felt.");
  expect(html).toContain("held-out example");
  expect(html).not.toMatch(/\b(?:src|href)="(?!#)/);
});

test("the same run gives the same page", async () => {
  await pmpo(["report", "--out", "first.html"], { folder });
  await pmpo(["report", "--out", "second.html"], { folder });
  const [first, second] = ["first.html", "second.html"].map((name) =>
    readFileSync(join(folder, name), "utf8"),
  );
  expect(first).toBe(second);
});

test.each([
  ["page.pdf", "--out page.pdf: the name has to end in .html"],
  ["missing/page.html", "--out missing/page.html: there is no folder"],
])("--out %s is refused", async (name, message) => {
  const { exitCode, stderr } = await pmpo(["report", "--out", name], { folder });
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
  expect(existsSync(join(folder, name))).toBe(false);
});

test("a run that is not finished has a page of what is known, and says how to go on", async () => {
  const log = join(run, "events.jsonl");
  const lines = readFileSync(log, "utf8").split("\n");
  try {
    writeFileSync(log, `${lines.slice(0, 2).join("\n")}\n`);
    const { exitCode } = await pmpo(["report", "--out", "early.html"], { folder });
    expect(exitCode).toBe(0);
    const html = readFileSync(join(folder, "early.html"), "utf8");
    expect(html).toContain("Not finished yet");
    expect(html).toContain("pmpo resume ");
    writeFileSync(log, `${lines.slice(0, 1).join("\n")}\n`);
    const nothing = await pmpo(["report", "--out", "none.html"], { folder });
    expect(nothing.exitCode).toBe(2);
    expect(nothing.stderr).toContain("ended before its start prompt was scored");
  } finally {
    writeFileSync(log, lines.join("\n"));
  }
});

test("a run of another prompt on the same data is held against it", async () => {
  const args = ["optimize", "--json", "--prompt-text", "Good or bad?", "--max-iterations", "1"];
  expect(await pmpo(args, { folder })).toMatchObject({ exitCode: 0 });
  const { exitCode, stdout } = await pmpo(
    ["report", basename(run), "--against", "latest", "--out", "two.html"],
    { folder },
  );
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "two.html\n" });
  const html = readFileSync(join(folder, "two.html"), "utf8");
  expect(html).toContain("bits per byte");
  expect(html).toContain("held-out example");
  expect(html).not.toMatch(/\b(?:src|href)="(?![#/])/);
});

test("a run is not held against itself", async () => {
  const { exitCode, stderr } = await pmpo(["report", basename(run), "--against", basename(run)], {
    folder,
  });
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`${basename(run)} cannot be held against itself`);
});

test("a run on other data is refused by the names of both files", async () => {
  const rows = readFileSync(join(folder, "data.jsonl"), "utf8");
  writeFileSync(join(folder, "other.jsonl"), rows.replace("I love this film", "I like this film"));
  const args = ["optimize", "--json", "--data", "other.jsonl", "--max-iterations", "1"];
  expect(await pmpo(args, { folder })).toMatchObject({ exitCode: 0 });
  const refused = await pmpo(
    ["report", basename(run), "--against", "latest", "--out", "other.html"],
    { folder },
  );
  expect(refused.exitCode).toBe(4);
  expect(refused.stderr).toMatch(/on different data: .*data\.jsonl, .*other\.jsonl/);
  expect(existsSync(join(folder, "other.html"))).toBe(false);
});
