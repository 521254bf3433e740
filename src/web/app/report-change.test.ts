import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { CandidateView } from "../../report/candidate-views.ts";
import type { RunReport } from "../../report/run-report.ts";
import { changeOf, withChange } from "./report-change.ts";

const candidate: fc.Arbitrary<CandidateView> = fc.record({
  id: fc.constantFrom("c0", "c1"),
  parentId: fc.constantFrom(null, "c0"),
  operator: fc.constant("rewrite"),
  iteration: fc.nat(1),
  instruction: fc.constantFrom("Name the team.", "Which team?"),
  layout: fc.constant("chat"),
  demonstrationIds: fc.array(fc.constantFrom("t1", "t2"), { maxLength: 2 }),
  loss: fc.constantFrom(0.5, 1),
  droppedAfter: fc.constantFrom(null, 8),
  isAccepted: fc.boolean(),
  validationLoss: fc.constant(null),
  promptTokens: fc.constant(60),
  choiceAccuracy: fc.constant(null),
});

/** What changes read and write of a report. */
const reportWith = (candidates: readonly CandidateView[]): RunReport =>
  ({ candidates }) as unknown as RunReport;

test("whoever is told of every change has the report that was made, whatever became of its candidates", () => {
  const runs = fc.array(fc.array(candidate, { maxLength: 6 }), { maxLength: 6 });
  fc.assert(
    fc.property(runs, (versions) => {
      let told: RunReport | null = null;
      let made: RunReport | null = null;
      for (const candidates of versions) {
        const report = reportWith(candidates);
        told = withChange(told, structuredClone(changeOf(made, report)));
        made = report;
        expect(told).toEqual(report);
      }
    }),
  );
});

test("candidates that are as before are not told again", () => {
  fc.assert(
    fc.property(fc.array(candidate), candidate, (candidates, next) => {
      const before = reportWith(candidates);
      const change = changeOf(before, structuredClone(reportWith([...candidates, next])));
      expect(change).toEqual({ unchanged: candidates.length, report: reportWith([next]) });
    }),
  );
});
