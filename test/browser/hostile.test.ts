import { join } from "node:path";
import { copyFileSync, mkdirSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { folderWith, jsonLines, REVIEWS } from "../cli/pmpo.ts";
import { smollm2 } from "../model.ts";
import { openFile } from "./chromium.ts";
import { optimizedReport } from "./recorded-run.ts";

/** Each would say something in a dialog or ask the network, if any of it were taken for code. */
const SCRIPT = "<script>alert('script')</script>";
const END = "</script><script>alert('end')</script><!-- <script>";
const IMAGE = `"><img src="https://example.invalid/x.png" onerror="alert('image')">`;
const STYLE = `</style><style>body{display:none}</style>\u2028`;
/** As the name of a file, which has no slashes. */
const MODEL = `quo"ted' <svg onload=alert(1)>.gguf`;

let report = "";

beforeAll(async () => {
  const folder = folderWith({
    "pmpo.yaml": [
      `name: ${JSON.stringify(`hostile ${IMAGE}`)}`,
      "prompt: { file: prompt.txt }",
      "data: data.jsonl",
      `model: ${JSON.stringify(`./models/${MODEL}`)}`,
      "threads: 1",
      "optimizer: { maxIterations: 1, hardCases: 1, rewritesPerHardCase: 2 }",
      "",
    ].join("\n"),
    "prompt.txt": `Say what the writer felt. ${SCRIPT} ${STYLE}\n`,
    "data.jsonl": jsonLines(
      REVIEWS.map(({ input, target }, index) => ({
        input: `${input} ${index % 2 === 0 ? END : IMAGE}`,
        target,
      })),
    ),
  });
  mkdirSync(join(folder, "models"));
  copyFileSync(await smollm2("q8_0"), join(folder, "models", MODEL));
  report = await optimizedReport(folder);
});

test("nothing of data, prompt, task or model runs, loads or changes the page", async () => {
  const { page, mishaps } = await openFile(report);
  await page.waitForTimeout(300);
  expect(mishaps).toEqual([]);
  expect(await page.locator("img").count()).toBe(0);
  expect(await page.locator("script").count()).toBe(2);
  expect(await page.locator("style").count()).toBe(1);
  expect(await page.locator("body").isVisible()).toBe(true);
});

test("the texts stand there as they are", async () => {
  const { page } = await openFile(report);
  expect(await page.locator("#prompt article").first().textContent()).toContain(SCRIPT);
  expect(await page.locator("#prompt article").first().textContent()).toContain(STYLE);
  expect(await page.locator("#verdict").textContent()).toContain(IMAGE);
  expect(await page.locator("#verdict").textContent()).toContain(MODEL);
  await page.locator("#examples tbody button").first().click();
  const opened = (await page.getByRole("dialog").textContent()) ?? "";
  expect(opened.includes(END) || opened.includes(IMAGE)).toBe(true);
});

test("a script put into the page is stopped by its policy", async () => {
  const { page } = await openFile(report);
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.body.append(script);
    return "ran" in window;
  });
  expect(ran).toBe(false);
});
