import type { JSX } from "preact";
import type { RunComparison } from "../report/compare-runs.ts";
import type { RunReport } from "../report/run-report.ts";
import { Comparison } from "./comparison.tsx";
import { Page } from "./page.tsx";

/** What the kinds of pages are made of. */
export interface PageData {
  readonly run: RunReport;
  readonly comparison: RunComparison;
}

export type PageKind = keyof PageData;

/** A page of its data. */
export function pageOf<K extends PageKind>(kind: K, data: PageData[K]): JSX.Element {
  const pages: { readonly [Kind in PageKind]: (data: PageData[Kind]) => JSX.Element } = {
    run: (report) => <Page report={report} />,
    comparison: (comparison) => <Comparison comparison={comparison} />,
  };
  return pages[kind](data);
}
