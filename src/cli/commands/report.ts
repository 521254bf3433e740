import { join, relative } from "node:path";
import open from "open";
import { compareRuns } from "../../report/compare-runs.ts";
import type { ReportPage } from "../../report/page.ts";
import { runReport } from "../../report/run-report.ts";
import { writeFileAtomic } from "../../store/atomic-file.ts";
import type { CliContext } from "../context.ts";
import { outFile } from "../out-file.ts";
import { readStartedRun } from "./recorded-run.ts";

const REPORT_FILE = "report.html";

interface ReportOptions {
  readonly project: string;
  readonly out?: string;
  readonly against?: string;
  readonly open?: true;
}

/** `pmpo report`: a recorded run, or two of them beside each other, as a page to look at. */
export async function runReportCommand(
  wanted: string,
  options: ReportOptions,
  context: CliContext,
): Promise<void> {
  const { workingFolder, stdout } = context;
  const wantedPath = outFile(options.out, workingFolder, ".html");
  const run = await readStartedRun(wanted, options.project, context);
  const other =
    options.against === undefined
      ? null
      : await readStartedRun(options.against, options.project, context);
  const { renderReport, renderComparison } = await loadPage();
  const html =
    other === null ? renderReport(runReport(run)) : renderComparison(compareRuns(run, other));
  const name = other === null ? REPORT_FILE : `against-${other.id}.html`;
  const path = wantedPath ?? join(run.folder, name);
  writeFileAtomic(path, html);
  stdout.write(`${relative(workingFolder, path)}\n`);
  if (options.open === true) await open(path);
}

/** The front-end is built into one file of its own, with all that it uses. */
async function loadPage(): Promise<ReportPage> {
  const built = new URL("../../dashboard/render-page.js", import.meta.url);
  return (await import(built.href)) as ReportPage;
}
