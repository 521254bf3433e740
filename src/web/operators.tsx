import type { JSX } from "preact";
import { grouped } from "../report/numbers.ts";
import type { RunReport } from "../report/run-report.ts";
import { colourClass } from "./operator-colour.ts";
import { Section } from "./section.tsx";
import { useLossUnit } from "./use-loss-unit.ts";

/** What each operator brought, and for how many tokens. */
export function OperatorsSection({ report }: { readonly report: RunReport }): JSX.Element {
  const { operators } = report;
  const { unit, amount } = useLossUnit();
  const most = Math.max(1e-9, ...operators.map((each) => each.gainPerThousandTokens ?? 0));
  return (
    <Section
      id="operators"
      title="Operators"
      lead="How often each way to change a prompt was tried, was better than the best so far, and was taken; and what it gained for the tokens it took."
    >
      {operators.length === 0 ? <p class="quiet">None was asked yet.</p> : null}
      <div
        class="table-window short"
        tabIndex={0}
        role="region"
        aria-label="Numbers of the operators"
      >
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">operator</th>
              <th scope="col">tried</th>
              <th scope="col">better</th>
              <th scope="col">taken</th>
              <th scope="col">gain, {unit}</th>
              <th scope="col">tokens</th>
              <th scope="col">gain per 1,000 tokens</th>
            </tr>
          </thead>
          <tbody>
            {operators.map((each) => (
              <tr key={each.operator}>
                <th scope="row">
                  <svg
                    class={`swatch ${colourClass(each.operator)}`}
                    viewBox="0 0 10 10"
                    aria-hidden="true"
                  >
                    <circle cx="5" cy="5" r="4.5" />
                  </svg>
                  {each.operator}
                </th>
                <td class="number">{each.tried}</td>
                <td class="number">{each.better}</td>
                <td class="number">{each.accepted}</td>
                <td class="number">{each.accepted === 0 ? "–" : amount(each.gain)}</td>
                <td class="number">{grouped(each.tokens)}</td>
                <td class="number">
                  <Bar share={(each.gainPerThousandTokens ?? 0) / most} />
                  {each.accepted === 0 || each.gainPerThousandTokens === null
                    ? "–"
                    : amount(each.gainPerThousandTokens)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

/** A small bar behind a number. */
function Bar({ share }: { readonly share: number }): JSX.Element {
  return (
    <svg class="bar" viewBox="0 0 60 8" aria-hidden="true">
      <rect width={60 * Math.max(0, share)} height="8" rx="2" />
    </svg>
  );
}
