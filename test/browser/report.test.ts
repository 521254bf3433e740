import { beforeAll, expect, test } from "vitest";
import { axeViolations } from "./axe.ts";
import { openFile } from "./chromium.ts";
import { ticketRouterReport } from "./recorded-run.ts";

const SECTIONS = [
  "verdict",
  "loss",
  "prompt",
  "tree",
  "examples",
  "operators",
  "evidence",
  "budget",
];

let report = "";

beforeAll(async () => {
  report = await ticketRouterReport();
});

test("the page shows all sections, asks for nothing and reports no error", async () => {
  const { page, mishaps } = await openFile(report);
  for (const id of SECTIONS) expect(await page.locator(`#${id}`).isVisible()).toBe(true);
  expect(await page.locator("h1").textContent()).toMatch(/12 held-out examples\.$/);
  expect(await page.locator("#examples tbody tr").count()).toBe(12);
  await page.waitForTimeout(200);
  expect(mishaps).toEqual([]);
});

test("the keyboard steps through candidates and through prompts that were the best", async () => {
  const { page } = await openFile(report);
  const picker = page.locator("#loss [role=slider]");
  await picker.focus();
  await page.keyboard.press("Home");
  expect(await picker.getAttribute("aria-valuetext")).toMatch(/^c0, start, .* the start prompt$/);
  await page.keyboard.press("ArrowRight");
  expect(await picker.getAttribute("aria-valuenow")).toBe("2");
  expect(await page.locator("#loss .card").textContent()).toContain("against its parent c0");
  expect(await page.locator("#tree [role=slider]").getAttribute("aria-valuenow")).toBe("2");

  const chosen = page.locator("#prompt [role=radio][aria-checked=true]");
  expect(await chosen.textContent()).toBe("best");
  await chosen.focus();
  await page.keyboard.press("Home");
  expect(await chosen.textContent()).toBe("start");
  expect(await page.locator("#prompt .side-by-side article").nth(1).textContent()).toContain(
    "You work at the help desk",
  );
});

test("the whole prompt is copied, with the names of the inputs in place of them", async () => {
  const { page } = await openFile(report);
  await page.evaluate(() => {
    Object.defineProperty(navigator, "clipboard", {
      value: { writeText: (text: string) => Promise.resolve((document.title = text)) },
    });
  });
  const best = page.locator("#prompt article").nth(1);
  await best.getByRole("button", { name: "Copy whole prompt" }).click();
  await best.getByRole("button", { name: "Copied" }).waitFor();
  expect(await page.title()).toContain("{{ticket}}");
});

test("every control can be reached by the tabulator key", async () => {
  const { page } = await openFile(report);
  const reachable = await page.evaluate(
    () =>
      [
        ...document.querySelectorAll<HTMLElement>("button, a[href], input, summary, [tabindex]"),
      ].filter((element) => element.tabIndex >= 0 && element.checkVisibility()).length,
  );
  const reached = new Set<string>();
  for (let press = 0; press < reachable; press++) {
    await page.keyboard.press("Tab");
    reached.add(
      await page.evaluate(() => {
        const all = [...document.querySelectorAll("*")];
        return String(all.indexOf(document.activeElement as Element));
      }),
    );
  }
  expect(reached.size).toBe(reachable);
});

test("examples are searched, sorted, filtered and opened", async () => {
  const { page } = await openFile(report);
  const rows = page.locator("#examples tbody tr");
  const first = (await rows.first().locator("button").textContent()) ?? "";
  await page.getByRole("searchbox").fill(first.slice(0, 25));
  expect(await rows.count()).toBe(1);
  await page.getByRole("searchbox").fill("");
  await page.getByRole("button", { name: "Known answer" }).click();
  const answers = await page.locator("#examples tbody .column-target").allTextContents();
  expect(answers).toEqual(answers.toSorted().reverse());
  await page.getByRole("button", { name: /^training/ }).click();
  expect(await rows.count()).toBe(10);
  await rows.first().locator("button").click();
  expect(await page.getByRole("dialog").textContent()).toContain("Known answer");
  await page.keyboard.press("Escape");
  expect(await page.getByRole("dialog").count()).toBe(0);
});

test("the tokens of held-out answers are tinted, and an opened example has them in numbers", async () => {
  const { page } = await openFile(report);
  const answers = page.locator("#examples tbody .column-target");
  expect(
    await answers.locator("mark.token[class*=helps], mark.token[class*=hurts]").count(),
  ).toBeGreaterThan(0);
  const [answer = ""] = await answers.allTextContents();
  expect(answer).toMatch(/^(billing|technical|shipping|account)⏎$/);
  await page.locator("#examples tbody tr button").first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Token by token").click();
  const tokens = await dialog.locator("tbody th").allTextContents();
  expect(tokens.at(-1)).toBe("end of the answer");
  expect(
    tokens
      .slice(0, -1)
      .map((text) => String(JSON.parse(text)))
      .join(""),
  ).toBe(answer.slice(0, -1));
  expect(await axeViolations(page)).toEqual([]);
});

test.each([360, 768, 3840])("a screen of %i pixels needs no sideways scrolling", async (width) => {
  const { page } = await openFile(report, { width });
  await page.waitForTimeout(100);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
});

test.each(["light", "dark"] as const)(
  "axe finds nothing against the page in %s",
  async (colours) => {
    const { page } = await openFile(report, { colours });
    expect(await axeViolations(page)).toEqual([]);
  },
);

test("light and dark differ in paper and ink", async () => {
  const colours = async (scheme: "light" | "dark"): Promise<readonly string[]> => {
    const { page } = await openFile(report, { colours: scheme });
    return await page.evaluate(() => {
      const { backgroundColor, color } = getComputedStyle(document.body);
      return [backgroundColor, color];
    });
  };
  const [light, dark] = [await colours("light"), await colours("dark")];
  expect(light).not.toEqual(dark);
});

test("without JavaScript verdict, prompts and tables are there, and nothing that needs it", async () => {
  const { page, mishaps } = await openFile(report, { javaScript: false });
  expect(await page.locator("h1").isVisible()).toBe(true);
  expect(await page.locator("#prompt article").count()).toBe(2);
  expect(await page.locator("#prompt ins, #prompt .quiet").count()).toBeGreaterThan(0);
  const rowsOf = (name: string) => page.getByRole("region", { name }).locator("tbody tr");
  expect(await rowsOf("All examples").count()).toBe(12);
  expect(await rowsOf("Training examples").count()).toBeGreaterThan(3);
  expect(await page.locator("#loss .legend .entry").first().isVisible()).toBe(true);
  expect(await page.locator("#operators tbody tr").count()).toBeGreaterThan(3);
  expect(await page.locator("#budget tbody tr").count()).toBeGreaterThan(2);
  for (const control of await page.locator("main button").all()) {
    expect(await control.isVisible()).toBe(false);
  }
  expect(mishaps).toEqual([]);
});

test("on paper there are no controls, and no row is cut off", async () => {
  const { page } = await openFile(report);
  await page.emulateMedia({ media: "print" });
  expect(await page.locator("nav").isVisible()).toBe(false);
  const windows = await page.evaluate(() =>
    [...document.querySelectorAll(".table-window")].map(
      (element) => element.scrollHeight - element.clientHeight,
    ),
  );
  expect(windows.every((hidden) => hidden <= 0)).toBe(true);
  expect((await page.pdf()).length).toBeGreaterThan(10_000);
});
