import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { lockRun } from "../../src/store/run-lock.ts";
import { folderWith, pmpo, smallTask } from "../cli/pmpo.ts";
import { smollm2 } from "../model.ts";
import { startUi, type UiServer } from "../ui-server.ts";
import { openServed } from "./chromium.ts";

// A run whose log goes on while its page is open, at a moment that the test picks.

let server: UiServer;
let runPage = "";
let logFile = "";
/** The log up to a prompt that is better than the start, up to a better one still, and whole. */
let logs: readonly string[] = [];

interface LogLine {
  readonly event: { readonly type: string; readonly acceptedId?: string | null };
}

/** The log up to and with each iteration that found a better prompt, and whole. */
function growing(whole: string): readonly string[] {
  const lines = whole.trimEnd().split("\n");
  const ends = lines.flatMap((line, index) => {
    const { event } = JSON.parse(line) as LogLine;
    return event.type === "iteration-ended" && event.acceptedId != null ? [index + 1] : [];
  });
  return [...ends, lines.length].map((end) => `${lines.slice(0, end).join("\n")}\n`);
}

beforeAll(async () => {
  await smollm2("q8_0");
  const folder = folderWith(smallTask(3));
  const run = await pmpo(["optimize"], { folder });
  if (run.exitCode !== 0) throw new Error(run.stderr);
  const runs = join(folder, ".pmpo", "runs");
  const [id = ""] = readdirSync(runs);
  const copy = `${id}-again`;
  cpSync(join(runs, id), join(runs, copy), { recursive: true });
  logFile = join(runs, copy, "events.jsonl");
  logs = growing(readFileSync(logFile, "utf8"));
  server = await startUi(folder);
  runPage = new URL(`/runs/${copy}`, server.address).href;
});

beforeEach(() => {
  expect(logs.length).toBeGreaterThan(2);
  writeFileSync(logFile, logs[0] as string);
});

async function opened(): Promise<Page> {
  const { page } = await openServed(server.address);
  await page.goto(runPage);
  await page.waitForSelector("#budget");
  return page;
}

/** Lets the log go on to its next better prompt. */
async function grow(page: Page): Promise<void> {
  const events = (log: string): number => log.split("\n").length - 1;
  writeFileSync(logFile, logs[1] as string);
  await page.getByText(`${events(logs[1] as string)} events`).waitFor();
}

const focused = (page: Page): Promise<string | null> =>
  page.evaluate(() => document.activeElement?.textContent ?? null);

test("the focus on the best prompt goes with a newer best", async () => {
  const page = await opened();
  await page.getByRole("radio", { name: "best" }).focus();
  await grow(page);
  await expect.poll(() => page.getByRole("radio").count()).toBe(3);
  expect(await focused(page)).toBe("best");
  expect(await page.getByRole("radio", { name: "best" }).isChecked()).toBe(true);
});

test("a prompt that is being changed by hand keeps what it was begun with", async () => {
  const page = await opened();
  const text = page.getByRole("textbox", { name: "Instruction" });
  await text.fill("Say how the writer felt.");
  const asked = page.waitForRequest(/\/score$/);
  await grow(page);
  await page.getByText("the best by now is c4").waitFor();
  await page.getByRole("button", { name: "Score" }).click();
  expect((await asked).postDataJSON()).toMatchObject({ baseId: "c1" });
  await page.getByRole("button", { name: "from the best" }).click();
  expect(await page.getByText("the best by now is").count()).toBe(0);
});

test("the focus stays in a table whose opened row went with the verdict", async () => {
  const page = await opened();
  await page.locator("#examples tbody button").first().click();
  await page.getByRole("dialog").waitFor();
  writeFileSync(logFile, logs.at(-1) as string);
  await page.getByText("Finished", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.closest("#examples") !== null))
    .toBe(true);
});

test("a step that takes long is said to go on", async () => {
  const lock = lockRun(dirname(logFile), "the run");
  try {
    const page = await opened();
    await page.getByText("At work in another process").waitFor();
    const step = page.getByText(/^in this step for \d+ s$/);
    await step.waitFor();
    await grow(page);
    expect(await step.count()).toBe(0);
  } finally {
    lock.release();
  }
});

test("stopped runs that nobody looks at leave the browser's connections to others", async () => {
  const { page: first } = await openServed(server.address);
  const pages: Page[] = [];
  for (let count = 0; count < 8; count++) {
    const page = await first.context().newPage();
    pages.push(page);
    await page.goto(runPage);
    await page.waitForSelector("#budget");
    await page.getByText("Stopped: it can be gone on with").waitFor();
    await look(page, false);
  }
  // Looked at again, the first one has what came in between.
  writeFileSync(logFile, logs[1] as string);
  const [again] = pages as [Page, ...Page[]];
  await look(again, true);
  await again.getByRole("radio", { name: "iteration 1" }).waitFor();
});

/** Pages without a window are always seen: what one would be told is told to it. */
function look(page: Page, isSeen: boolean): Promise<void> {
  return page.evaluate((seen) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => !seen });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isSeen);
}
