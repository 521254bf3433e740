import type { JSX } from "preact";
import { ESTIMATE_HEAD, estimateRows } from "../report/estimate-rows.ts";
import { counted, duration, grouped, percent } from "../report/numbers.ts";
import type { PhaseCost } from "../report/phases.ts";
import type { RunReport } from "../report/run-report.ts";
import { Section } from "./section.tsx";

/** What the run took, for what, and against what was expected. */
export function BudgetSection({ report }: { readonly report: RunReport }): JSX.Element {
  const { summary, phases } = report;
  const { usage } = summary;
  const shared = Math.max(0, usage.requestedTokens - usage.cachedTokens - usage.evaluatedTokens);
  const facts = [
    ["Requested", grouped(usage.requestedTokens)],
    ["Evaluated", grouped(usage.evaluatedTokens)],
    [
      "Saved by shared beginnings",
      `${grouped(shared)} (${percent(shareOf(shared, usage.requestedTokens))})`,
    ],
    ["From the cache", grouped(usage.cachedTokens)],
    ["Generated", grouped(usage.generatedTokens)],
    ["Time", duration(summary.seconds)],
  ] as const;
  return (
    <Section
      id="budget"
      title="Budget"
      lead="Tokens of all requests, and those that the model had to evaluate."
    >
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <PhaseTable phases={phases} seconds={summary.seconds} />
      <EstimateTable report={report} />
    </Section>
  );
}

function PhaseTable({
  phases,
  seconds,
}: {
  readonly phases: readonly PhaseCost[];
  readonly seconds: number;
}): JSX.Element {
  return (
    <div
      class="table-window short"
      tabIndex={0}
      role="region"
      aria-label="Time and tokens by phase"
    >
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">phase</th>
            <th scope="col">time</th>
            <th scope="col">share</th>
            <th scope="col">tokens evaluated</th>
            <th scope="col">tokens generated</th>
          </tr>
        </thead>
        <tbody>
          {phases.map(({ phase, usage, ...cost }) => (
            <tr key={phase}>
              <th scope="row">{phase}</th>
              <td class="number">{duration(cost.seconds)}</td>
              <td class="number">
                <svg class="bar wide" viewBox="0 0 120 8" aria-hidden="true">
                  <rect width={120 * shareOf(cost.seconds, seconds)} height="8" rx="2" />
                </svg>
                {percent(shareOf(cost.seconds, seconds))}
              </td>
              <td class="number">{grouped(usage.evaluatedTokens)}</td>
              <td class="number">{grouped(usage.generatedTokens)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function EstimateTable({ report: { summary } }: { readonly report: RunReport }): JSX.Element {
  const rows = estimateRows(summary);
  if (summary.estimate === null) {
    return (
      <p class="quiet">
        No estimate was made before this run; <code>pmpo optimize --estimate</code> makes one.
      </p>
    );
  }
  if (rows.length === 0) {
    return <p class="quiet">Once the run is finished, it is held against its estimate here.</p>;
  }
  return (
    <>
      <h3>Against its estimate</h3>
      <p class="quiet">
        {`From ${counted(summary.estimate.simulations, "simulated search", "simulated searches")} with nothing cached.`}
      </p>
      <div class="table-window short" tabIndex={0} role="region" aria-label="Estimate and actual">
        <table class="plain">
          <thead>
            <tr>
              {ESTIMATE_HEAD.map((head) => (
                <th key={head} scope="col">
                  {head === "" ? "what" : head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, ...cells]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {cells.map((cell, index) => (
                  <td key={index} class="number">
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
