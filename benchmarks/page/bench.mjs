/**
 * Does the page of a long run stay smooth? Makes up a run of so many candidates and test examples,
 * opens its report.html and its page of `pmpo ui` in Chromium (CHROMIUM names its file), uses both
 * as a reader would, and prints how long each kind of interaction took to show.
 *
 *   npm run bench:page -- [--candidates 10000] [--examples 5000] [--json]
 *
 * Durations are the browser's own (Event Timing: from the key or click to the next frame), the
 * longest of each kind. With --json the last line is a list of
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
const MINUTES = 60_000;

/** What a reader does, by name. */
const INTERACTIONS = {
  "step through candidates": async (page) => {
    await page.locator("#loss [role=slider]").focus();
    for (let press = 0; press < REPEATS; press++) await page.keyboard.press("ArrowLeft");
  },
  "sort the examples": async (page) => {
    for (const name of ["Known answer", "Start", "Best", "Change"]) {
      await page.locator("#examples").getByRole("button", { name, exact: true }).click();
    }
  },
  "search the examples": async (page) => {
    await page.getByRole("searchbox").focus();
    await page.keyboard.type("message");
  },
  "open an example": async (page) => {
    await page.locator("#examples tbody tr:not(.gap) button").first().click();
    await page.keyboard.press("Escape");
  },
  "step through prompts": async (page) => {
    await page.locator("#prompt [role=radio][aria-checked=true]").focus();
    for (let press = 0; press < REPEATS; press++) await page.keyboard.press("ArrowLeft");
  },
};

/** The longest time from a key or click to what it shows, of every interaction. */
async function timed(page, name) {
  const rows = [];
  for (const [interaction, act] of Object.entries(INTERACTIONS)) {
    await page.evaluate(() => {
      globalThis.durations = [];
      globalThis.observer?.disconnect();
      globalThis.observer = new PerformanceObserver((list) =>
        globalThis.durations.push(...list.getEntries().map(({ duration }) => duration)),
      );
      globalThis.observer.observe({ type: "event", durationThreshold: 16 });
    });
    await act(page);
    await page.waitForTimeout(1000);
    const durations = await page.evaluate(() => globalThis.durations);
    const longestMilliseconds = Math.max(0, ...durations);
    rows.push({ page: name, interaction, longestMilliseconds });
    say(
      `${name}: ${interaction}: ${longestMilliseconds === 0 ? "below 16" : longestMilliseconds} ms${longestMilliseconds > LIMIT_MILLISECONDS ? `, more than ${LIMIT_MILLISECONDS}` : ""}`,
    );
  }
  return rows;
}

const folder = await projectWithLongRun(Number(flags.candidates), Number(flags.examples));
const file = join(folder, "report.html");
execFileSync(process.execPath, [CLI, "report", "--out", file], { cwd: folder });
const server = spawn(process.execPath, [CLI, "ui"], {
  cwd: folder,
  stdio: ["ignore", "pipe", "inherit"],
});
const [address] = await once(server.stdout, "data");
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
try {
  const report = await browser.newPage();
  report.setDefaultTimeout(MINUTES);
  await report.goto(`file://${file}`);
  await report.locator("#examples tbody tr").first().waitFor();
  const rows = await timed(report, "report.html");
  await report.close();
  const live = await browser.newPage();
  live.setDefaultTimeout(MINUTES);
  await live.goto(String(address).trim());
  await live.locator(".runs a").first().click();
  await live.locator("#examples tbody tr").first().waitFor();
  rows.push(...(await timed(live, "pmpo ui")));
  if (flags.json) console.log(JSON.stringify(rows));
} finally {
  await browser.close();
  server.kill("SIGINT");
  await once(server, "exit");
  rmSync(folder, { recursive: true });
}
