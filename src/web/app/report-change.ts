import type { CandidateView } from "../../report/candidate-views.ts";
import type { RunReport } from "../../report/run-report.ts";

/**
 * A report for whom knows the one before. Candidates are many and hardly change: those that are as
 * before are not told again, for to read ten thousand makes a page deaf to keys.
 */
export interface ReportChange {
  /** So many candidates, from the first on, are as before. */
  readonly unchanged: number;
  /** With the candidates behind those. */
  readonly report: RunReport;
}

export function changeOf(before: RunReport | null, report: RunReport): ReportChange {
  const known = before?.candidates ?? [];
  const { candidates } = report;
  const first = candidates.findIndex((candidate, index) => !isSame(candidate, known[index]));
  const unchanged = first === -1 ? candidates.length : first;
  return { unchanged, report: { ...report, candidates: candidates.slice(unchanged) } };
}

/** The whole report again. */
export function withChange(
  before: RunReport | null,
  { unchanged, report }: ReportChange,
): RunReport {
  const known = before?.candidates.slice(0, unchanged) ?? [];
  return { ...report, candidates: [...known, ...report.candidates] };
}

function isSame(one: CandidateView, other: CandidateView | undefined): boolean {
  if (other === undefined) return false;
  const names = Object.keys(one) as (keyof CandidateView)[];
  return names.every((name) => one[name] === other[name] || isSameList(one[name], other[name]));
}

function isSameList(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return false;
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
