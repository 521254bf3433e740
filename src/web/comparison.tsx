import type { JSX } from "preact";
import type { ComparedSide, RunComparison } from "../report/compare-runs.ts";
import { counted, nats, percent, points, pValueText, signedNats } from "../report/numbers.ts";
import { ComparedExamples } from "./compared-examples.tsx";
import { ComparisonPlot } from "./comparison-plot.tsx";
import { CopyButton } from "./copy-button.tsx";
import { Section } from "./section.tsx";
import { WordDiff } from "./word-diff.tsx";

/** Above it, a difference may well be chance. */
const SIGNIFICANT = 0.05;

interface ComparisonProps {
  readonly comparison: RunComparison;
}

/** The best prompts of two runs on the same examples. */
export function Comparison({ comparison }: ComparisonProps): JSX.Element {
  return (
    <main>
      <Verdict comparison={comparison} />
      <ComparisonPlot comparison={comparison} />
      <ComparedExamples comparison={comparison} />
      <Prompts comparison={comparison} />
    </main>
  );
}

function Verdict({ comparison }: ComparisonProps): JSX.Element {
  const { sides, difference, rows, better, worse, leftOut, examplesAre } = comparison;
  const [first, second] = sides;
  const [low, high] = difference.interval;
  const isProven = difference.pValue < SIGNIFICANT;
  const isHeldOut = examplesAre === "held-out";
  const examples = counted(rows.length, `${examplesAre} example`);
  return (
    <section id="verdict" class="verdict" aria-labelledby="verdict-title">
      <p class="eyebrow">
        <span class={`badge ${isProven && isHeldOut ? "good" : "open"}`}>
          {isHeldOut ? badgeOf(comparison, isProven) : "Training examples"}
        </span>
        <span>{first.taskName}</span>
      </p>
      <h1 id="verdict-title">{headlineOf(comparison, isProven)}</h1>
      <p class="fine">
        {signedNats(difference.difference)} bits per byte from the first run to the second, 95 %
        interval {signedNats(low)} to {signedNats(high)}, p {pValueText(difference.pValue)}, on{" "}
        {examples}: fewer bits on {better}, more on {worse}.{" "}
        {leftOut === 0
          ? ""
          : `${counted(leftOut, "example")} of one run left out, because the other used it otherwise. `}
        Bits per byte of the known answer do not depend on how a model cuts it into tokens.
      </p>
      <AccuracyDifference comparison={comparison} />
      <div class="side-by-side">
        <SideFacts title="First" side={first} />
        <SideFacts title="Second" side={second} />
      </div>
    </section>
  );
}

/** By how much more or fewer answers are right, where both runs measured that in one way. */
function AccuracyDifference({
  comparison: { sides, accuracyDifference },
}: ComparisonProps): JSX.Element | null {
  if (accuracyDifference === null) return <OtherMeasures sides={sides} />;
  const { difference, interval, pValue } = accuracyDifference;
  return (
    <p class="fine">
      {accuracyName(sides[0])}: {points(difference)} percentage points from the first run to the
      second, 95 % interval {points(interval[0])} to {points(interval[1])}, p {pValueText(pValue)}
      {pValue < SIGNIFICANT ? "." : ", which is no proof of a difference."}
    </p>
  );
}

/** Why two accuracies are not held against each other; nothing where one is not known. */
function OtherMeasures({ sides }: Pick<RunComparison, "sides">): JSX.Element | null {
  const [first, second] = sides;
  if (first.accuracy === null || second.accuracy === null) return null;
  const nameOf = (side: ComparedSide): string =>
    side.measure === "choice-accuracy" ? "by choice" : `by the metric "${side.metric}"`;
  return (
    <p class="fine">
      The accuracies are measured in two ways and not held against each other: {nameOf(first)} in
      the first run, {nameOf(second)} in the second.
    </p>
  );
}

function accuracyName({ measure }: ComparedSide): string {
  return measure === "choice-accuracy" ? "Accuracy by choice" : "Accuracy";
}

function badgeOf({ difference }: RunComparison, isProven: boolean): string {
  if (!isProven) return "No proof";
  return difference.difference < 0 ? "Second better" : "First better";
}

function headlineOf({ difference, examplesAre }: RunComparison, isProven: boolean): string {
  const where = examplesAre === "held-out" ? "on held-out examples" : "on training examples";
  if (!isProven) return `No proof of a difference between the two ${where}.`;
  return difference.difference < 0
    ? `The second makes the known answers likelier ${where}.`
    : `The first makes the known answers likelier ${where}.`;
}

function SideFacts({
  title,
  side,
}: {
  readonly title: string;
  readonly side: ComparedSide;
}): JSX.Element {
  const facts = [
    ["Model", side.model],
    ["Bits per byte", nats(side.bitsPerByte)],
    ...(side.accuracy === null ? [] : [[accuracyName(side), percent(side.accuracy)]]),
    ["Layout", side.layout],
    ["Demonstrations", String(side.demonstrations)],
  ];
  return (
    <article class="panel">
      <h2 class="panel-title">{title}</h2>
      <p class="quiet wrap">{side.id}</p>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="wrap">{value}</dd>
          </div>
        ))}
      </dl>
    </article>
  );
}

function Prompts({ comparison: { sides } }: ComparisonProps): JSX.Element {
  const [first, second] = sides;
  return (
    <Section id="prompts" title="Prompts" lead="The instruction of each run's best prompt.">
      <div class="side-by-side">
        {sides.map((side, index) => (
          <article key={index} class="panel">
            <header class="panel-head">
              <h3>{index === 0 ? "First" : "Second"}</h3>
              <CopyButton label="Copy instruction" text={() => side.instruction} />
            </header>
            <p class="prompt-text">{side.instruction}</p>
          </article>
        ))}
      </div>
      {first.instruction === second.instruction ? (
        <p class="quiet">The instruction is the same in both.</p>
      ) : (
        <div class="panel">
          <h3>What is different</h3>
          <WordDiff before={first.instruction} after={second.instruction} />
        </div>
      )}
    </Section>
  );
}
