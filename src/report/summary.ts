import { type Headline, headlineOf } from "./headline.ts";
import { type CommonestAnswer, commonestAnswer, constantAnswer } from "./choice-rows.ts";
import type { RecordedExample } from "../core/example.ts";
import { inputText } from "./example-rows.ts";
import { type LabelSuspect, labelSuspects } from "./label-suspects.ts";
import { type Candidate, layoutName } from "../core/candidate.ts";
import { contradictions, contradictionText } from "../core/contradictions.ts";
import {
  type ChoiceMetrics,
  estimatedIn,
  type LossSummary,
  summariseLosses,
} from "../core/loss.ts";
import type { RunEstimate } from "../core/estimate.ts";
import type { Measure } from "../core/measure.ts";
import { costOf, type Estimated, type Usage } from "../core/model.ts";
import { machineCost, type Prices } from "../core/prices.ts";
import type { ChoiceDifferences, Finding, PartEffect, StopReason } from "../core/run-event.ts";
import type { MeasuredSignal } from "../core/signal.ts";
import { type ScoringMode, scoringMode } from "../core/scoring-mode.ts";
import { paretoFront } from "../statistics/pareto.ts";
import {
  candidateOf,
  incumbentOf,
  type OperatorRecord,
  type RunState,
  type ScoredCandidate,
} from "../core/run-state.ts";

/** A prompt as reports show it. */
export interface PromptSummary {
  readonly id: string;
  readonly operator: string;
  readonly candidate: Candidate;
  readonly layout: string;
  /** On the training examples. */
  readonly training: LossSummary;
  /** Mean loss on the validation examples; null where it was not scored on them. */
  readonly validationLoss: number | null;
  /** The training example that its instruction quotes. */
  readonly quotes: string | null;
  /** On the test examples; null before the verdict. */
  readonly test: {
    readonly meanLoss: number;
    readonly accuracy: number;
    readonly choiceAccuracy: number | null;
    readonly choice: ChoiceMetrics | null;
    readonly positionBias: number | null;
  } | null;
}

/** Everything that the terminal, the Markdown report and JSON say about a run: plain data, derived from its events. */
export interface RunSummary {
  readonly id: string;
  readonly headline: Headline;
  /** What writes the run as a page. */
  readonly reportCommand: string;
  readonly taskName: string;
  readonly model: string;
  readonly objectiveReason: string;
  readonly mode: ScoringMode;
  /** Names of the inputs. */
  readonly variables: readonly string[];
  readonly examples: {
    readonly train: number;
    readonly demonstrations: number;
    readonly validation: number;
    readonly test: number;
  };
  readonly start: PromptSummary;
  readonly best: PromptSummary;
  readonly iterations: number;
  readonly candidates: number;
  /** Of these, the ones that were left early because they could not win. */
  readonly dropped: number;
  readonly lossHistory: readonly number[];
  readonly stopReason: StopReason | null;
  /** From the start prompt to the best, each the parent of the next. */
  readonly path: readonly PromptSummary[];
  /** The scored candidates that no other beats in both loss and prompt tokens, the shortest first. */
  readonly front: readonly PromptSummary[];
  readonly parts: readonly PartEffect[];
  /** Training examples whose known answer may be wrong. */
  readonly suspects: readonly SuspectedExample[];
  /** Examples with equal inputs and different answers, each group in words. */
  readonly contradictions: readonly string[];
  readonly operators: readonly (OperatorRecord & { readonly operator: string })[];
  readonly verdict: {
    readonly text: string;
    readonly finding: Finding;
    readonly measure: Measure;
    readonly difference: number;
    readonly pValue: number;
    readonly minimumDetectable: number | null;
    readonly interval: readonly [number, number];
    readonly lossDifference: number;
    readonly lossInterval: readonly [number, number];
    readonly choice: ChoiceDifferences | null;
    /** Where answers form a closed set. */
    readonly commonest: CommonestAnswer | null;
    /** The best prompt's only answer, about; null where it gives several. */
    readonly constant: CommonestAnswer | null;
  } | null;
  /** What the losses of the best prompt on the training examples were estimated from; null where they are exact. */
  readonly bounds: Estimated | null;
  /** Whether the loss foretells accuracy here; null where nobody measured it. */
  readonly signal: MeasuredSignal | null;
  readonly usage: Usage;
  readonly seconds: number;
  /** Made before the run; null where none was. */
  readonly estimate: RunEstimate | null;
  /** What was paid for models and machine; null where no prices are known. */
  readonly money: { readonly currency: string; readonly amount: number } | null;
}

/** A suspect with what stands in the data. */
interface SuspectedExample extends LabelSuspect {
  readonly input: string;
  readonly target: string;
}

/** What is known about a run beside its events. */
export interface BesideEvents {
  readonly seconds: number;
  readonly estimate: RunEstimate | null;
  readonly signal: MeasuredSignal | null;
  readonly prices: Prices | null;
  /** What commands on the run need to find it: ` --project FOLDER`, or nothing. */
  readonly projectFlag: string;
}

/** Derives the summary. Throws when the start prompt was not scored yet. */
export function summariseRun(
  id: string,
  state: RunState,
  { seconds, estimate, signal, prices, projectFlag }: BesideEvents,
): RunSummary {
  const best = incumbentOf(state);
  const { started, verdict } = state;
  if (started === null) throw new RangeError("The run has not started");
  const path = pathTo(state, best);
  const summary: Omit<RunSummary, "headline"> = {
    id,
    reportCommand: `pmpo report ${id}${projectFlag}`,
    taskName: started.taskName,
    model: started.model,
    objectiveReason: started.objectiveReason,
    mode: scoringMode(started.objective),
    variables: Object.keys(started.examples[0]?.inputs ?? {}),
    examples: {
      train: started.trainIds.length,
      demonstrations: started.demonstrationIds.length,
      validation: started.validationIds.length,
      test: started.testIds.length,
    },
    start: promptSummary(state, candidateOf(state, "c0"), verdict?.start ?? null),
    best: promptSummary(state, best, verdict?.best ?? null),
    iterations: state.iterations,
    candidates: state.candidates.length + state.dropped.length,
    dropped: state.dropped.length,
    lossHistory: state.lossHistory,
    stopReason: state.stopReason,
    path: path.map((candidate) => promptSummary(state, candidate, null)),
    front: frontOf(state.candidates).map((candidate) => promptSummary(state, candidate, null)),
    parts: state.partsByCandidate[best.id]?.parts ?? [],
    suspects: suspectsIn(state, started.examples),
    contradictions: contradictions([...started.examples, ...(verdict?.examples ?? [])])
      .slice(0, MOST_CONTRADICTIONS)
      .map(contradictionText),
    operators: Object.entries(state.operators)
      .map(([operator, record]) => ({ operator, ...record }))
      .sort((a, b) => b.accepted - a.accepted || b.better - a.better || b.tried - a.tried),
    verdict:
      verdict === null
        ? null
        : {
            text: verdict.text,
            finding: verdict.finding,
            measure: verdict.measure,
            difference: verdict.accuracy.difference,
            pValue: verdict.pValue,
            minimumDetectable: verdict.minimumDetectable,
            interval: verdict.accuracy.interval,
            lossDifference: verdict.loss.difference,
            lossInterval: verdict.loss.interval,
            choice: verdict.choice,
            commonest:
              verdict.choice === null
                ? null
                : commonestAnswer(verdict.examples.map(({ target }) => target)),
            constant: constantAnswer(
              verdict.best.answers.map(({ text, loss }) =>
                verdict.measure === "accuracy" ? text.trim() : (loss.choice?.picked ?? text),
              ),
              verdict.examples.map(({ target }) => target),
            ),
          },
    bounds: estimatedIn(best.losses),
    signal,
    usage: state.usage,
    seconds,
    estimate,
    money: prices && {
      currency: prices.currency,
      amount: costOf(state.usage) + machineCost(prices, seconds),
    },
  };
  return { ...summary, headline: headlineOf(summary, verdict, projectFlag) };
}

function promptSummary(
  { validationLosses }: RunState,
  scored: ScoredCandidate,
  test: PromptSummary["test"],
): PromptSummary {
  return {
    id: scored.id,
    operator: scored.operator,
    candidate: scored.candidate,
    layout: layoutName(scored.candidate.layout),
    training: scored.summary,
    validationLoss: validationLosses[scored.id] ?? null,
    quotes: scored.quotes ?? null,
    test:
      test === null
        ? null
        : {
            meanLoss: test.meanLoss,
            accuracy: test.accuracy,
            choiceAccuracy: test.choiceAccuracy,
            choice: test.choice,
            positionBias: test.positionBias,
          },
  };
}

function frontOf(candidates: readonly ScoredCandidate[]): readonly ScoredCandidate[] {
  return paretoFront(candidates, ({ summary }) => [summary.promptTokens, summary.loss]).toSorted(
    (a, b) => a.summary.promptTokens - b.summary.promptTokens,
  );
}

function pathTo(state: RunState, best: ScoredCandidate): readonly ScoredCandidate[] {
  const path = [best];
  for (let next = best.parentId; next !== null;) {
    const parent = candidateOf(state, next);
    path.unshift(parent);
    next = parent.parentId;
  }
  return path;
}

/** More of them tell no more. */
const MOST_CONTRADICTIONS = 20;

/** As many as are asked about an example; those scored on most examples. */
const MOST_PROMPTS = 200;

/** Prompts that pick right no more often than the commonest answer alone accuse nobody. */
function suspectsIn(
  { candidates, dropped }: RunState,
  examples: readonly RecordedExample[],
): readonly SuspectedExample[] {
  const byId = new Map(examples.map((example) => [example.id, example]));
  const chance = commonestAnswer(examples.map(({ target }) => target))?.share ?? 0;
  const longest = [...candidates, ...dropped]
    .toSorted((a, b) => b.losses.length - a.losses.length)
    .slice(0, MOST_PROMPTS);
  const knowing = longest.filter(({ losses }) => {
    const { choiceAccuracy } = summariseLosses(losses);
    return choiceAccuracy === null || choiceAccuracy > chance;
  });
  return labelSuspects(knowing.map(({ losses }) => losses)).flatMap((suspect) => {
    const example = byId.get(suspect.exampleId);
    if (example === undefined) return [];
    return [{ ...suspect, input: inputText(example.inputs), target: example.target }];
  });
}
