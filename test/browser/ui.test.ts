import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { folderWith, jsonLines, pmpo, REVIEWS, smallTask, startPmpo } from "../cli/pmpo.ts";
import { smollm2 } from "../model.ts";
import { startUi, type UiServer } from "../ui-server.ts";
import { axeViolations } from "./axe.ts";
import { openServed } from "./chromium.ts";
import { cutProxy } from "./cut-proxy.ts";

/** Markup that would say something in a dialog if it were taken for code. */
const HOSTILE = `<img src=x onerror="alert('image')"></script><script>alert('script')</script>`;

/** A search that takes a while, on a task with a hostile name. */
function longTask(): Readonly<Record<string, string>> {
  return {
    ...smallTask(1),
    "pmpo.yaml": [
      `name: ${JSON.stringify(`reviews ${HOSTILE}`)}`,
      "prompt: { file: prompt.txt }",
      "data: data.jsonl",
      "threads: 1",
      "optimizer: { maxIterations: 4, patience: 4, hardCases: 1, rewritesPerHardCase: 4 }",
      "",
    ].join("\n"),
    "data.jsonl": jsonLines(
      [1, 2, 3, 4].flatMap((turn) =>
        REVIEWS.map(({ input, target }) => ({ input: `${input}, ${turn} ${HOSTILE}`, target })),
      ),
    ),
  };
}

/** A machine that is busy with other things takes long to do anything. */
const PATIENCE = { timeout: 90_000 };

let folder = "";
let server: UiServer;

beforeAll(async () => {
  await smollm2("q8_0");
  folder = folderWith(longTask());
  server = await startUi(folder);
});

interface RecordedEvent {
  readonly type: string;
}

/** The events in the log of a run, which may be at work. */
function eventsOf(runId: string): readonly RecordedEvent[] {
  const log = readFileSync(join(folder, ".pmpo", "runs", runId, "events.jsonl"), "utf8");
  return log
    .split("\n")
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { readonly event: RecordedEvent }).event);
}

const runIdOf = (page: Page): string => page.url().split("/runs/")[1] ?? "";
const statusOf = (page: Page) => page.locator(".run-bar [role=status]");
const eventCount = async (page: Page): Promise<number> =>
  Number.parseInt((await page.locator(".run-bar .number").textContent()) ?? "", 10);

test("a run is started, watched, stopped and gone on with from the page, and each event comes once", async () => {
  const way = await cutProxy(server.address);
  const { page, mishaps } = await openServed(way.address);
  expect(new URL(page.url()).search).toBe("");
  await page.getByRole("button", { name: "Start a run" }).click();
  await page.waitForURL("**/runs/*", PATIENCE);
  const id = runIdOf(page);

  await page.waitForSelector("h1:has-text('Not finished yet')", PATIENCE);
  expect(await statusOf(page).textContent()).toBe("At work");
  expect(await page.locator(".run-bar").textContent()).toMatch(/Iteration 1 of at most \d+/);
  const early = await eventCount(page);
  await expect.poll(() => eventCount(page), PATIENCE).toBeGreaterThan(early + 3);

  await page.getByRole("button", { name: "Stop" }).click();
  await expect.poll(() => statusOf(page).textContent(), PATIENCE).toMatch(/^Stopped/);
  expect(eventsOf(id).some(({ type }) => type === "verdict-reached")).toBe(false);
  await expect.poll(() => eventCount(page)).toBe(eventsOf(id).length);

  await page.getByRole("button", { name: "Resume" }).click();
  await expect.poll(() => statusOf(page).textContent(), PATIENCE).toBe("At work");
  const before = await eventCount(page);
  await expect.poll(() => eventCount(page), PATIENCE).toBeGreaterThan(before);

  const seen = await eventCount(page);
  way.cut();
  await expect.poll(() => way.lastEventIds.length, PATIENCE).toBeGreaterThan(0);
  await expect.poll(() => eventCount(page), PATIENCE).toBeGreaterThan(seen);
  expect(Number(way.lastEventIds[0])).toBeGreaterThanOrEqual(seen);

  await expect.poll(() => statusOf(page).textContent(), { timeout: 300_000 }).toBe("Finished");
  // Its sections take the last report in turns.
  const heading = page.locator("h1");
  await expect.poll(() => heading.textContent()).toMatch(/held-out examples?\.$/);
  const events = eventsOf(id);
  expect(await eventCount(page)).toBe(events.length);
  const candidates = events.filter(
    ({ type }) => type === "candidate-scored" || type === "candidate-dropped",
  );
  const chart = page.locator("#loss [role=slider]");
  await expect.poll(() => chart.getAttribute("aria-valuemax")).toBe(String(candidates.length));
  // The browser tells of the connection that was cut.
  expect(mishaps.filter((mishap) => !mishap.includes("net::ERR_"))).toEqual([]);
  expect(await page.locator("img").count()).toBe(0);
}, 600_000);

test("a run that was begun in a terminal is watched too, and cannot be stopped from the page", async () => {
  const { child, outcome } = startPmpo(["optimize", "--json", "--prompt-text", "Good or bad?"], {
    folder,
  });
  try {
    const { page, mishaps } = await openServed(server.address);
    const working = page.locator(".runs tr", { hasText: "at work" });
    await working.locator("a").click(PATIENCE);
    await expect
      .poll(() => statusOf(page).textContent(), PATIENCE)
      .toMatch(/^At work in another process/);
    const early = await eventCount(page);
    await expect.poll(() => eventCount(page), PATIENCE).toBeGreaterThan(early);
    expect(await page.getByRole("button", { name: "Stop" }).count()).toBe(0);
    child.kill("SIGINT");
    await expect.poll(() => statusOf(page).textContent(), PATIENCE).toMatch(/^Stopped/);
    expect(mishaps).toEqual([]);
  } finally {
    child.kill("SIGINT");
    await outcome;
  }
});

/** Opens the finished run. */
async function openFinished(
  reader: Parameters<typeof openServed>[1] = {},
): ReturnType<typeof openServed> {
  const opened = await openServed(server.address, reader);
  await opened.page.locator(".runs tr", { hasText: "finished" }).locator("a").first().click();
  await opened.page.waitForSelector("#budget");
  return opened;
}

test("a prompt changed by hand is scored on the training examples alone, and leaves the run as it was", async () => {
  const { page, mishaps } = await openFinished();
  const id = runIdOf(page);
  const before = eventsOf(id).length;
  const training = JSON.stringify(eventsOf(id)[0]);
  await page.getByRole("textbox", { name: "Instruction" }).fill(`Answer bananas. ${HOSTILE}`);
  await page.getByRole("textbox", { name: "Instruction" }).press("Control+Enter");
  const result = page.locator(".by-hand-result");
  await result.waitFor({ timeout: 120_000 });
  expect(await result.textContent()).toMatch(
    /^(Better|Worse|No clear difference): mean training loss \d+\.\d{3} under c\d+, \d+\.\d{3} under yours/,
  );
  const ids = (JSON.parse(training) as { readonly trainIds: readonly string[] }).trainIds;
  expect(await page.locator("#by-hand tbody tr").count()).toBe(ids.length);

  // The same prompt as before costs what it cost before.
  const isOld = page.getByText("That is of another text");
  expect(await isOld.count()).toBe(0);
  await page.getByRole("button", { name: "from the start" }).click();
  await isOld.waitFor();
  await page.getByRole("button", { name: "Score" }).click();
  await expect
    .poll(() => result.textContent(), { timeout: 120_000 })
    .toMatch(
      /under c0, .*\+0\.000 nats, 95 % interval \+0\.000 to \+0\.000; lower on 0 examples, higher on 0\.$/,
    );
  expect(eventsOf(id)).toHaveLength(before);
  expect(mishaps).toEqual([]);
});

test("a prompt that cannot be scored is refused with the reason", async () => {
  const { page } = await openFinished();
  await page.getByRole("textbox", { name: "Instruction" }).fill("   ");
  expect(await page.getByRole("button", { name: "Score" }).isDisabled()).toBe(true);
  await page.getByRole("textbox", { name: "Instruction" }).fill("word ".repeat(60_000));
  await page.getByRole("button", { name: "Score" }).click();
  await expect
    .poll(() => page.locator("#by-hand [role=alert]").textContent(), PATIENCE)
    .toContain("longer than 256 KiB");
});

test("two runs are ticked and compared", async () => {
  const { page, mishaps } = await openServed(server.address);
  const boxes = page.locator(".runs input[type=checkbox]");
  await boxes.nth(0).focus();
  await page.keyboard.press("Space");
  await boxes.nth(1).check();
  await page.getByRole("link", { name: "Compare two" }).click();
  await page.waitForSelector("#plot");
  expect(await page.locator("h1").textContent()).toMatch(/on (held-out|training) examples\.$/);
  expect(await page.locator("#examples tbody tr").count()).toBeGreaterThan(3);
  await page.locator("#plot [role=slider]").focus();
  await page.keyboard.press("End");
  expect(await page.locator("#plot .card").textContent()).toContain("bits per byte");
  expect(await axeViolations(page)).toEqual([]);
  expect(mishaps).toEqual([]);
});

test.each(["light", "dark"] as const)("axe finds nothing in %s", async (colours) => {
  const { page } = await openServed(server.address, { colours });
  await page.waitForSelector(".runs");
  expect(await axeViolations(page)).toEqual([]);
  const { page: run } = await openFinished({ colours });
  expect(await axeViolations(run)).toEqual([]);
});

test.each([360, 3840])("a screen of %i pixels needs no sideways scrolling", async (width) => {
  const { page } = await openServed(server.address, { width });
  await page.waitForSelector(".runs");
  const sideways = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth);
  expect(await sideways()).toBe(width);
  await page.locator(".runs a").first().click();
  await page.waitForSelector("#by-hand");
  expect(await sideways()).toBe(width);
});

test("a page whose server has ended says so", async () => {
  const other = await startUi(folder);
  const { page } = await openServed(other.address);
  await page.waitForSelector(".runs");
  await other.stop();
  await expect
    .poll(() => page.locator("[role=alert]").textContent(), PATIENCE)
    .toContain("The server does not answer");
});

test("the end of the server stops the run that it started, which can be gone on with", async () => {
  const own = folderWith(longTask());
  const other = await startUi(own);
  const { page } = await openServed(other.address);
  await page.getByRole("button", { name: "Start a run" }).click();
  await page.waitForURL("**/runs/*", PATIENCE);
  expect((await other.stop()).exitCode).toBe(0);
  const { stdout } = await pmpo(["runs"], { folder: own });
  expect(stdout).toContain("not finished: pmpo resume goes on");
});
