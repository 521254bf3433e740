import { statSync, writeFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { built } from "../built.ts";
import { folderWith, smallTask } from "../cli/pmpo.ts";
import { smollm2 } from "../model.ts";
import { openFile } from "./chromium.ts";
import { optimizedReport } from "./recorded-run.ts";

/** As much of a report as this test multiplies. */
interface LargeReport {
  readonly candidates: readonly { readonly id: string; readonly instruction: string }[];
  readonly examples: { readonly test: readonly { readonly id: string }[] };
}

const CANDIDATES_AN_ITERATION = 25;

interface BuiltPage {
  readonly renderReport: (report: LargeReport) => string;
}

let real: LargeReport;

beforeAll(async () => {
  await smollm2("q8_0");
  const html = readFileSync(await optimizedReport(folderWith(smallTask(1))), "utf8");
  const [, json = ""] = /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html) ?? [];
  real = JSON.parse(json) as LargeReport;
});

/** A report with so many candidates and examples, made of the real ones. */
async function largeReport(candidates: number, examples: number): Promise<string> {
  const { renderReport } = (await built("dashboard/render-page.js")) as BuiltPage;
  const path = join(folderWith({}), "page.html");
  const test = multiplied(real.examples.test, examples);
  const html = renderReport({
    ...real,
    candidates: multiplied(real.candidates, candidates).map((candidate, index) => ({
      ...candidate,
      iteration: Math.ceil(index / CANDIDATES_AN_ITERATION),
    })),
    examples: { ...real.examples, test },
  });
  writeFileSync(path, html);
  return path;
}

function multiplied<T extends { readonly id: string }>(
  items: readonly T[],
  count: number,
): readonly T[] {
  return Array.from({ length: count }, (_, index) => {
    const item = items[index % items.length] as T;
    return index < items.length ? item : { ...item, id: `${item.id}-${index}` };
  });
}

test("the page of 240 candidates and 200 examples stays below 1.5 MB", async () => {
  const path = await largeReport(240, 200);
  expect(statSync(path).size).toBeLessThan(1_500_000);
});

test("of 5,000 examples only those in sight are in the page, down to the last", async () => {
  const { page, mishaps } = await openFile(await largeReport(10_000, 5_000));
  const rows = page.locator("#examples tbody tr:not(.gap)");
  await expect.poll(() => rows.count()).toBeLessThan(80);
  await page.locator("#examples .table-window").evaluate((element) => {
    element.scrollTop = element.scrollHeight;
  });
  await expect.poll(() => rows.last().getAttribute("aria-rowindex")).toBe("5001");
  expect(await rows.last().isVisible()).toBe(true);
  await page.getByRole("searchbox").fill("no such text anywhere");
  await expect.poll(() => rows.count()).toBe(0);
  expect(mishaps).toEqual([]);
});

test("the focus of a row that is scrolled away goes to the window of the rows", async () => {
  const { page } = await openFile(await largeReport(12, 5_000));
  const rows = page.locator("#examples tbody tr:not(.gap)");
  await expect.poll(() => rows.count()).toBeLessThan(80);
  await rows.first().locator("button").focus();
  const rowsWindow = page.locator("#examples .table-window");
  await rowsWindow.evaluate((element) => {
    element.scrollTop = element.scrollHeight / 2;
  });
  await expect.poll(() => rows.first().getAttribute("aria-rowindex")).not.toBe("2");
  expect(await rowsWindow.evaluate((element) => element === document.activeElement)).toBe(true);
});

test("rows that are not drawn take no room on paper or without JavaScript", async () => {
  const path = await largeReport(12, 5_000);
  const { page } = await openFile(path);
  const rows = page.locator("#examples tbody tr:not(.gap)");
  await expect.poll(() => rows.count()).toBeLessThan(80);
  const drawn = await rows.count();
  await page.emulateMedia({ media: "print" });
  await page.waitForTimeout(200);
  expect(await rows.count()).toBe(drawn);
  const { page: still } = await openFile(path, { javaScript: false });
  const all = still.getByRole("region", { name: "All examples" });
  expect(await all.locator("tbody tr:not(.gap)").count()).toBe(400);
  for (const each of [page, still]) {
    expect(await each.locator("#examples tbody tr.gap").count()).toBe(1);
    expect(await each.locator("#examples tbody tr.gap").isVisible()).toBe(false);
  }
});

test("10,000 candidates are drawn with few elements, and each can be picked", async () => {
  const { page } = await openFile(await largeReport(10_000, 12));
  expect(await page.locator("#loss svg *").count()).toBeLessThan(1000);
  const picker = page.locator("#loss [role=slider]");
  await picker.focus();
  await page.keyboard.press("End");
  expect(await picker.getAttribute("aria-valuenow")).toBe("10000");
});
