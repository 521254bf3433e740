/**
 * Takes the pictures of a report for README and guide, with Chromium (CHROMIUM names its file).
 *
 *   pmpo optimize examples/ticket-router --estimate --prompt-text "You work at the help desk of …"
 *   pmpo signal --project examples/ticket-router --limit 40
 *   pmpo report --project examples/ticket-router --out page.html
 *   node scripts/report-pictures.mjs page.html
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const PICTURES = [
  { name: "report-verdict", width: 1180, height: 700, colours: "light", section: "verdict" },
  { name: "report-prompt", width: 1180, height: 760, colours: "light", section: "prompt" },
  { name: "report-tree", width: 1180, height: 1000, colours: "dark", section: "tree" },
  { name: "report-examples", width: 1180, height: 760, colours: "light", section: "examples" },
  { name: "report-evidence", width: 1180, height: 1060, colours: "light", section: "evidence" },
  { name: "report-phone", width: 390, height: 844, colours: "dark", section: "verdict" },
];

const [file] = process.argv.slice(2);
if (file === undefined)
  throw new Error("Name the report: node scripts/report-pictures.mjs page.html");

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
for (const { name, width, height, colours, section } of PICTURES) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: colours });
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto(pathToFileURL(resolve(file)).href);
  await page.evaluate((id) => document.getElementById(id).scrollIntoView(), section);
  await page.waitForTimeout(300);
  await page.screenshot({ path: `docs/images/${name}.png` });
  await page.close();
}
await browser.close();
