import type { RunComparison } from "./compare-runs.ts";
import type { RunReport } from "./run-report.ts";

/** What the built front-end offers to those who write pages. */
export interface ReportPage {
  /** The report as one HTML document that needs no other file and no network. */
  readonly renderReport: (report: RunReport) => string;
  /** Likewise two runs beside each other. */
  readonly renderComparison: (comparison: RunComparison) => string;
}
