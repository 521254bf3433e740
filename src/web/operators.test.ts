import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import type { OperatorGain } from "../report/operator-gains.ts";
import type { RunReport } from "../report/run-report.ts";
import { OperatorsSection } from "./operators.tsx";

/** What the last cell of an operator says that had candidates accepted. */
function lastCellOf(gain: Pick<OperatorGain, "tokens" | "gainPerThousandTokens">): string {
  const operators = [{ operator: "edit", tried: 3, better: 2, accepted: 1, gain: 0.5, ...gain }];
  const html = renderToString(
    h(OperatorsSection, {
      report: { operators, candidates: [], summary: { operators } } as unknown as RunReport,
    }),
  );
  return /<\/svg>([^<]*)<\/td><\/tr>/.exec(html)?.[1] ?? "";
}

test("an operator that took tokens shows what it gained for them", () => {
  expect(lastCellOf({ tokens: 2_000, gainPerThousandTokens: 0.25 })).toBe("0.250");
});

test("a gain that no token was evaluated for is not shown as none", () => {
  expect(lastCellOf({ tokens: 0, gainPerThousandTokens: null })).toBe("–");
});
