import type { JSX } from "preact";
import { choiceRows, commonestText } from "../report/choice-rows.ts";
import { lossUnit, modeNote } from "../report/loss-unit.ts";
import { counted, duration, grouped, moneyText, nats, percent, points } from "../report/numbers.ts";
import type { RunReport } from "../report/run-report.ts";
import { warningsOf } from "../report/warnings.ts";
import type { PromptSummary, RunSummary } from "../report/summary.ts";

/** One sentence, the numbers behind it, what they cost and what to do. */
export function VerdictSection({ report }: { readonly report: RunReport }): JSX.Element {
  const { summary } = report;
  const { headline } = summary;
  const note = modeNote(summary.mode);
  return (
    <section id="verdict" class="verdict" aria-labelledby="verdict-title">
      <p class="eyebrow">
        <span class={`badge ${headline.tone}`}>{headline.badge}</span>
        <span>{summary.taskName}</span>
        <span>{summary.model}</span>
        <span>run {summary.id}</span>
      </p>
      <h1 id="verdict-title">{headline.text}</h1>
      {note === null ? null : <p class="fine">{note}</p>}
      <Comparison summary={summary} />
      <ChoiceTable summary={summary} />
      {summary.verdict === null ? null : <p class="fine">{summary.verdict.text}</p>}
      {warningsOf(summary).map((warning) => (
        <p key={warning} class="fine warning">
          {warning}
        </p>
      ))}
      <dl class="facts">
        {factsOf(summary).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="next">
        <strong>Next</strong> {headline.next}
      </p>
    </section>
  );
}

function factsOf(summary: RunSummary): readonly (readonly [string, string])[] {
  const { start, best, verdict, usage, money, mode } = summary;
  const { label, text } = lossUnit(mode);
  return [
    [`Training ${label}`, `${text(start.training.loss)} → ${text(best.training.loss)}`],
    ...(verdict === null || mode === "accuracy"
      ? []
      : [
          [
            "Held-out loss, nats",
            `${nats(start.test?.meanLoss ?? 0)} → ${nats(best.test?.meanLoss ?? 0)}`,
          ] as const,
        ]),
    ...(start.training.format === null
      ? []
      : [["Format + decision loss", `${lossParts(start)} → ${lossParts(best)}`] as const]),
    [
      "Prompt tokens",
      `${grouped(start.training.promptTokens)} → ${grouped(best.training.promptTokens)}`,
    ],
    ["Examples", examplesText(summary)],
    [
      "Searched",
      `${counted(summary.candidates, "candidate")} (${summary.dropped} dropped early), ${counted(summary.iterations, "iteration")}`,
    ],
    [
      "Cost",
      [
        duration(summary.seconds),
        `${grouped(usage.evaluatedTokens)} tokens`,
        ...(money === null ? [] : [moneyText(money.amount, money.currency)]),
      ].join(", "),
    ],
  ];
}

function examplesText({
  examples: { train, demonstrations, validation, test },
}: RunSummary): string {
  return [
    `${train} training`,
    ...(demonstrations === 0 ? [] : [`${demonstrations} to show`]),
    ...(validation === 0 ? [] : [`${validation} validation`]),
    `${test} held out`,
  ].join(", ");
}

/** What the likelihoods of the options say, where answers form a closed set. */
function ChoiceTable({
  summary: { start, best, verdict },
}: {
  readonly summary: RunSummary;
}): JSX.Element | null {
  const rows = choiceRows(start.test, best.test, verdict?.choice ?? null);
  if (rows.length === 0) return null;
  return (
    <details class="choice-table" open>
      <summary>By the likelihood of the options, on held-out examples</summary>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col" class="number">
              Start
            </th>
            <th scope="col" class="number">
              Best
            </th>
            <th scope="col">Difference (95 % interval)</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, before, after, difference]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="number">{before}</td>
              <td class="number">{after}</td>
              <td>{difference}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {verdict?.commonest == null ? null : <p class="fine">{commonestText(verdict.commonest)}</p>}
    </details>
  );
}

/** What a training loss is made of where answers form a closed set. */
function lossParts({ training: { format, decision } }: PromptSummary): string {
  return `${nats(format ?? 0)} + ${nats(decision ?? 0)}`;
}

const TRACK = { left: 8, width: 584 };

/** Both accuracies on one line, and the interval of their difference laid at the start's. */
function Comparison({ summary }: { readonly summary: RunSummary }): JSX.Element | null {
  const { verdict, start, best } = summary;
  if (verdict === null) return null;
  const accuracy = ({ test }: PromptSummary): number =>
    (verdict.measure === "accuracy" ? test?.accuracy : test?.choiceAccuracy) ?? 0;
  const [before, after] = [accuracy(start), accuracy(best)];
  const x = (share: number): number => TRACK.left + TRACK.width * Math.min(1, Math.max(0, share));
  const [low, high] = verdict.interval;
  return (
    <figure class="comparison">
      <svg viewBox="0 0 600 44" role="img" aria-label={`${percent(before)} to ${percent(after)}`}>
        <rect class="track" x={TRACK.left} y="17" width={TRACK.width} height="10" rx="5" />
        <rect
          class="interval"
          x={x(before + low)}
          y="10"
          width={Math.max(2, x(before + high) - x(before + low))}
          height="24"
          rx="5"
        />
        <line class="change" x1={x(before)} x2={x(after)} y1="22" y2="22" />
        <circle class="start-mark" cx={x(before)} cy="22" r="7" />
        <circle class="best-mark" cx={x(after)} cy="22" r="8" />
      </svg>
      <figcaption>
        <span class="key start-key">start {percent(before)}</span>
        <span class="key best-key">best {percent(after)}</span>
        <span class="key interval-key">
          difference {points(verdict.difference)} points, 95 % interval {points(low)} to{" "}
          {points(high)}
        </span>
      </figcaption>
    </figure>
  );
}
