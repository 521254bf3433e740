import { join, relative } from "node:path";
import open from "open";
import type { ReportPage } from "../../report/page.ts";
import { runReport } from "../../report/run-report.ts";
import { writeFileAtomic } from "../../store/atomic-file.ts";
import type { CliContext } from "../context.ts";
import { outFile } from "../out-file.ts";
import { readStartedRun } from "./recorded-run.ts";

const REPORT_FILE = "report.html";

/** `pmpo report`: a recorded run as a page to look at. */
export async function runReportCommand(
  wanted: string,
  options: { readonly project: string; readonly out?: string; readonly open?: true },
  context: CliContext,
): Promise<void> {
  const { workingFolder, stdout } = context;
  const wantedPath = outFile(options.out, workingFolder, ".html");
  const run = await readStartedRun(wanted, options.project, context);
  const path = wantedPath ?? join(run.folder, REPORT_FILE);
  const { renderReport } = await loadPage();
  writeFileAtomic(path, renderReport(runReport(run)));
  stdout.write(`${relative(workingFolder, path)}\n`);
  if (options.open === true) await open(path);
}

/** The front-end is built into one file of its own, with all that it uses. */
async function loadPage(): Promise<ReportPage> {
  const built = new URL("../../dashboard/render-page.js", import.meta.url);
  return (await import(built.href)) as ReportPage;
}
