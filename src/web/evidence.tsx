import type { ComponentChildren, JSX } from "preact";
import type { MeasuredSignal } from "../core/signal.ts";
import { counted } from "../report/numbers.ts";
import type { RunReport } from "../report/run-report.ts";
import { signalText } from "../report/signal-text.ts";
import { CalibrationChart } from "./calibration-chart.tsx";
import { GapTable } from "./gap-table.tsx";
import { operatorOrder } from "./operator-order.ts";
import { ScatterChart } from "./scatter-chart.tsx";
import { Section } from "./section.tsx";

/** What speaks for and against trusting the losses. */
export function EvidenceSection({ report }: { readonly report: RunReport }): JSX.Element {
  const { candidates, evidence, summary } = report;
  const { lossAgainstAccuracy, calibration } = evidence;
  const { signal } = summary;
  const operators = operatorOrder(report);
  const whole = candidates.filter(({ droppedAfter }) => droppedAfter === null);
  const front = new Set(summary.front.map(({ id }) => id));
  return (
    <Section
      id="evidence"
      title="Evidence"
      lead="Does a lower loss mean better answers here, does it hold on examples the search never saw, and what does length buy?"
    >
      <div class="small-multiples">
        {lossAgainstAccuracy === null ? null : (
          <Figure
            title="Loss against accuracy"
            note={`Rank correlation ${lossAgainstAccuracy.rankCorrelation.toFixed(2).replace("-", "−")} over ${lossAgainstAccuracy.candidates} candidates on the training examples; −1 would be perfect.`}
          >
            <ScatterChart
              operators={operators}
              marks={whole.flatMap(({ choiceAccuracy, ...each }) =>
                choiceAccuracy === null
                  ? []
                  : [{ ...each, x: each.loss, y: 100 * choiceAccuracy, isOnFront: false }],
              )}
              xLabel="training loss, nats"
              yLabel="accuracy by choice, %"
              isLossX
            />
          </Figure>
        )}
        {signal === null ? null : <SignalFigure signal={signal} operators={operators} />}
        <Figure
          title="Length against loss"
          note="The line joins the prompts that no other beats in both: each shorter one costs loss."
        >
          <ScatterChart
            operators={operators}
            marks={whole.map((each) => ({
              ...each,
              x: each.promptTokens ?? 0,
              y: each.loss,
              isOnFront: front.has(each.id),
            }))}
            xLabel="prompt tokens, input included"
            yLabel="training loss, nats"
            isLossX={false}
          />
        </Figure>
        {calibration === null ? null : (
          <Figure
            title="Calibration"
            note="How sure the likeliest option was, and how often it was right, on held-out examples. On the diagonal, confidence can be believed."
          >
            <CalibrationChart {...calibration} />
          </Figure>
        )}
        <Figure
          title="Training against held out"
          note="A prompt that only learned the training examples has a much higher loss on others."
        >
          <GapTable report={report} />
        </Figure>
      </div>
    </Section>
  );
}

/** What `pmpo signal` found. */
function SignalFigure({
  signal,
  operators,
}: {
  readonly signal: MeasuredSignal;
  readonly operators: readonly string[];
}): JSX.Element {
  return (
    <Figure
      title="Loss against held-out accuracy"
      note={`${signalText(signal)} Each was tested on ${counted(signal.examples, "held-out example")}.`}
    >
      <ScatterChart
        operators={operators}
        marks={signal.candidates.map(({ trainingLoss, accuracy, ...each }) => ({
          ...each,
          x: trainingLoss,
          y: 100 * accuracy,
          isOnFront: false,
        }))}
        xLabel="training loss, nats"
        yLabel="held-out accuracy, %"
        isLossX
      />
    </Figure>
  );
}

function Figure({
  title,
  note,
  children,
}: {
  readonly title: string;
  readonly note: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <figure class="panel">
      <h3>{title}</h3>
      {children}
      <figcaption>{note}</figcaption>
    </figure>
  );
}
