/**
 * Takes the pictures of `pmpo ui` for the guide, with Chromium (CHROMIUM names its file): starts a
 * run, looks at it while it works, changes its prompt by hand, and compares it with the run before.
 *
 *   pmpo optimize scripts/pictures --demonstrations 0 --max-iterations 1
 *   pmpo ui --project scripts/pictures
 *   node scripts/ui-pictures.mjs ADDRESS
 */
import { chromium } from "playwright-core";

const [address] = process.argv.slice(2);
if (address === undefined) throw new Error("Name the address that pmpo ui printed");

const HOUR_MS = 3_600_000;
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const context = await browser.newContext({
  viewport: { width: 1180, height: 960 },
  reducedMotion: "reduce",
});
context.setDefaultTimeout(HOUR_MS);
const page = await context.newPage();
const picture = async (name) => {
  await page.waitForTimeout(500);
  await page.screenshot({ path: `docs/images/${name}.png` });
};

await page.goto(address);
await page.getByRole("button", { name: "Start a run" }).click();
await page.waitForURL("**/runs/*");
const run = page.url();
await page.getByText(/Iteration 3 of at most/).waitFor();
await picture("ui-run");

await page.getByText("Finished", { exact: true }).waitFor();
await page
  .getByRole("textbox", { name: "Instruction" })
  .fill("Which team of the shop handles this message: billing, technical, shipping or account?");
await page.getByRole("button", { name: "Score" }).click();
await page.locator(".by-hand-result").waitFor();
await page.evaluate(() => document.getElementById("by-hand").scrollIntoView());
await picture("ui-hand");

await page.goto(new URL("/", run).href);
const boxes = page.locator(".runs input[type=checkbox]");
await boxes.nth(1).check();
await boxes.nth(0).check();
await page.getByRole("link", { name: "Compare two" }).click();
await page.locator("#plot").waitFor();
await page.evaluate(() => document.getElementById("plot").scrollIntoView());
await picture("ui-compare");
await browser.close();
