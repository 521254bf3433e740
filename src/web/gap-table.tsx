import type { JSX } from "preact";
import type { RunReport } from "../report/run-report.ts";
import { familyOf } from "./family.ts";
import { useLossUnit } from "./use-loss-unit.ts";

/** Losses of every accepted prompt on the examples that were searched on, and on others. */
export function GapTable({
  report: { summary, incumbents, candidates },
}: {
  readonly report: RunReport;
}): JSX.Element {
  const { text, change } = useLossUnit();
  const tested = new Map(
    [summary.start, summary.best].map(({ id, test }) => [id, test?.meanLoss ?? null]),
  );
  const family = familyOf(candidates);
  const rows = incumbents.map(({ id }) => ({
    ...family.member(id),
    testLoss: tested.get(id) ?? null,
  }));
  const hasValidation = rows.some(({ validationLoss }) => validationLoss !== null);
  return (
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">prompt</th>
          <th scope="col">training</th>
          {hasValidation ? <th scope="col">validation</th> : null}
          <th scope="col">held out</th>
          <th scope="col">gap</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, operator, loss, validationLoss, testLoss }) => (
          <tr key={id}>
            <th scope="row">
              {id} <span class="quiet">{operator}</span>
            </th>
            <td class="number">{text(loss)}</td>
            {hasValidation ? <td class="number">{optional(validationLoss, text)}</td> : null}
            <td class="number">{optional(testLoss, text)}</td>
            <td class="number">
              {optional(differenceOf(testLoss ?? validationLoss, loss), change)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function differenceOf(other: number | null, loss: number): number | null {
  return other === null ? null : other - loss;
}

function optional(value: number | null, text: (value: number) => string): string {
  return value === null ? "–" : text(value);
}
