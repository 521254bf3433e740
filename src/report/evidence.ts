import type { TestResult, VerdictReached } from "../core/run-event.ts";
import { type CalibrationBin, calibrationBins } from "../statistics/calibration.ts";
import { spearman } from "../statistics/correlation.ts";
import type { CandidateView } from "./candidate-views.ts";

/** What speaks for and against trusting the run's losses. */
export interface Evidence {
  /** Over candidates scored on all training examples; null without options, or where one does not vary. */
  readonly lossAgainstAccuracy: {
    readonly candidates: number;
    /** Spearman's; −1 where a lower loss always goes with a higher accuracy. */
    readonly rankCorrelation: number;
  } | null;
  /** On the test examples; null where answers form no closed set. */
  readonly calibration: {
    readonly start: readonly CalibrationBin[];
    readonly best: readonly CalibrationBin[];
  } | null;
}

/** Derives the evidence. */
export function evidenceOf(
  candidates: readonly CandidateView[],
  verdict: VerdictReached | null,
): Evidence {
  return { lossAgainstAccuracy: correlationOf(candidates), calibration: calibrationOf(verdict) };
}

function correlationOf(candidates: readonly CandidateView[]): Evidence["lossAgainstAccuracy"] {
  const known = candidates.flatMap(({ loss, choiceAccuracy }) =>
    choiceAccuracy === null ? [] : [{ loss, choiceAccuracy }],
  );
  const rankCorrelation = spearman(
    known.map(({ loss }) => loss),
    known.map(({ choiceAccuracy }) => choiceAccuracy),
  );
  return rankCorrelation === null ? null : { candidates: known.length, rankCorrelation };
}

function calibrationOf(verdict: VerdictReached | null): Evidence["calibration"] {
  if (verdict === null) return null;
  const [start, best] = [binsOf(verdict.start), binsOf(verdict.best)];
  return start.length === 0 || best.length === 0 ? null : { start, best };
}

function binsOf({ answers }: TestResult): readonly CalibrationBin[] {
  const choices = answers.flatMap(({ loss }) => (loss.choice === undefined ? [] : [loss.choice]));
  return choices.length === answers.length ? calibrationBins(choices) : [];
}
