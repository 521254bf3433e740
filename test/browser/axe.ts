import axe from "axe-core";
import type { Page } from "playwright-core";

/** What axe has against a page: each rule with the elements that break it. */
export async function axeViolations(page: Page): Promise<readonly (readonly string[])[]> {
  await page.evaluate(axe.source);
  return await page.evaluate(async () => {
    const { axe } = window as unknown as {
      readonly axe: {
        run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      };
    };
    const result = await axe.run();
    return result.violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]);
  });
}
