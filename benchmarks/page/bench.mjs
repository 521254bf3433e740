/**
 * Does the page of a long run stay smooth? Makes up a run of so many candidates and test examples,
 * opens its report.html and its page of `pmpo ui` in Chromium (CHROMIUM names its file), uses both
 * as a reader would, and prints how long each kind of interaction took to show.
 *
 *   npm run bench:page -- [--candidates 10000] [--examples 5000] [--json]
 *
 * A duration is from the key or click to the beginning of the frame after the one that shows what
 * came of it: the browser holds frames back that it has not yet painted. The longest of each kind. With --json the last line is a list of
 * {"page":…,"interaction":…,"longestMilliseconds":…}.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { projectWithLongRun } from "./long-run.mjs";

const { values: flags } = parseArgs({
  options: {
    candidates: { type: "string", default: "10000" },
    examples: { type: "string", default: "5000" },
    json: { type: "boolean", default: false },
  },
});
const say = (line) => (flags.json ? console.error(line) : console.log(line));
const CLI = join(import.meta.dirname, "../../dist/cli/main.js");
const LIMIT_MILLISECONDS = 100;
const REPEATS = 8;
/** Between two keys or clicks: a reader looks at what came of the one before. */
const LOOK_MILLISECONDS = 500;
const MINUTES = 60_000;
/** Events that come while the page is open: in so many steps, and the rest at once. */
const GROWN = 24;
const HELD_BACK = 40;

/** What a reader does, by name: where, and how. */
const INTERACTIONS = {
  "step through candidates": [
    "#loss",
    async (page) => {
      await page.locator("#loss [role=slider]").focus();
      await pressed(page, "ArrowLeft", REPEATS);
    },
  ],
  "sort the examples": [
    "#examples",
    async (page) => {
      for (const name of ["Known answer", "Start", "Best", "Change"]) {
        await page.locator("#examples").getByRole("button", { name, exact: true }).click();
        await page.waitForTimeout(LOOK_MILLISECONDS);
      }
    },
  ],
  "search the examples": [
    "#examples",
    async (page) => {
      await page.getByRole("searchbox").focus();
      await page.keyboard.type("message", { delay: LOOK_MILLISECONDS / 4 });
    },
  ],
  "open an example": [
    "#examples",
    async (page) => {
      await page.locator("#examples tbody tr:not(.gap) button").first().click();
      await page.keyboard.press("Escape");
    },
  ],
  "step through prompts": [
    "#prompt",
    async (page) => {
      await page.locator("#prompt [role=radio][aria-checked=true]").focus();
      await pressed(page, "ArrowLeft", REPEATS);
    },
  ],
};

async function pressed(page, key, times) {
  for (let press = 0; press < times; press++) {
    await page.keyboard.press(key);
    await page.waitForTimeout(LOOK_MILLISECONDS);
  }
}

/** Notes, for every key and click, the milliseconds until the frame after the one that shows it begins. */
function noteDurations() {
  globalThis.durations = [];
  const note = ({ timeStamp }) =>
    requestAnimationFrame(() =>
      requestAnimationFrame(() => globalThis.durations.push(performance.now() - timeStamp)),
    );
  for (const type of ["keydown", "click"]) addEventListener(type, note, { capture: true });
}

/** The longest time from a key or click to what it shows, of every interaction. */
async function timed(page, name) {
  const rows = [];
  await page.evaluate(noteDurations);
  for (const [interaction, [section, act]] of Object.entries(INTERACTIONS)) {
    await page.locator(section).evaluate((element) => element.scrollIntoView());
    await page.waitForTimeout(2 * LOOK_MILLISECONDS);
    await page.evaluate(() => (globalThis.durations = []));
    await act(page);
    await page.waitForTimeout(LOOK_MILLISECONDS);
    const durations = await page.evaluate(() => globalThis.durations);
    const longestMilliseconds = Math.round(Math.max(...durations));
    rows.push({ page: name, interaction, longestMilliseconds });
    say(
      `${name}: ${interaction}: ${longestMilliseconds} ms${longestMilliseconds > LIMIT_MILLISECONDS ? `, more than ${LIMIT_MILLISECONDS}` : ""}`,
    );
  }
  return rows;
}

/** The longest time from a key to what it shows while the run that is looked at goes on. */
async function timedGrowing(page, later) {
  await page.evaluate(noteDurations);
  await page.locator("#loss [role=slider]").focus();
  for (const grow of later) {
    grow();
    await page.keyboard.press("ArrowLeft");
    await page.waitForTimeout(LOOK_MILLISECONDS);
  }
  const durations = await page.evaluate(() => globalThis.durations);
  const longestMilliseconds = Math.round(Math.max(...durations));
  const interaction = "step through candidates while the run goes on";
  say(`pmpo ui: ${interaction}: ${longestMilliseconds} ms`);
  return { page: "pmpo ui", interaction, longestMilliseconds };
}

const { folder, later } = await projectWithLongRun(
  Number(flags.candidates),
  Number(flags.examples),
  HELD_BACK,
);
const server = spawn(process.execPath, [CLI, "ui"], {
  cwd: folder,
  stdio: ["ignore", "pipe", "inherit"],
});
const [address] = await once(server.stdout, "data");
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
try {
  // Scrolling at once: a long way in small steps would be in the times.
  const reader = { reducedMotion: "reduce" };
  const growing = await browser.newPage(reader);
  growing.setDefaultTimeout(MINUTES);
  await growing.goto(String(address).trim());
  await growing.locator(".runs a").first().click();
  await growing.locator("#examples tbody tr").first().waitFor();
  const rows = [await timedGrowing(growing, later.slice(0, GROWN))];
  for (const grow of later.slice(GROWN)) grow();
  await growing.getByText("Finished", { exact: true }).waitFor();
  const file = join(folder, "report.html");
  execFileSync(process.execPath, [CLI, "report", "--out", file], { cwd: folder });
  const report = await browser.newPage(reader);
  report.setDefaultTimeout(MINUTES);
  await report.goto(`file://${file}`);
  await report.locator("#examples tbody tr").first().waitFor();
  rows.push(...(await timed(report, "report.html")));
  await report.close();
  rows.push(...(await timed(growing, "pmpo ui")));
  if (flags.json) console.log(JSON.stringify(rows));
} finally {
  await browser.close();
  server.kill("SIGINT");
  await once(server, "exit");
  rmSync(folder, { recursive: true });
}
