import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import type { RunReport } from "../report/run-report.ts";
import { lossUnit } from "../report/loss-unit.ts";
import { BudgetSection } from "./budget.tsx";
import { EvidenceSection } from "./evidence.tsx";
import { ExamplesSection } from "./examples.tsx";
import { FamilyTree } from "./family-tree.tsx";
import { LossSection } from "./loss-chart.tsx";
import { OperatorsSection } from "./operators.tsx";
import { PromptSection } from "./prompts.tsx";
import { useFollowing } from "./use-following.ts";
import { LossUnitContext } from "./use-loss-unit.ts";
import { VerdictSection } from "./verdict.tsx";

const SECTIONS = [
  ["verdict", "Verdict"],
  ["loss", "Loss"],
  ["prompt", "Prompt"],
  ["by-hand", "By hand"],
  ["tree", "Family tree"],
  ["examples", "Examples"],
  ["operators", "Operators"],
  ["evidence", "Evidence"],
  ["budget", "Budget"],
] as const;

interface PageProps {
  readonly report: RunReport;
  /** What a page has that is served while runs go on. */
  readonly live?: LiveParts;
}

interface LiveParts {
  /** Above all sections: what the run is doing. */
  readonly bar: JSX.Element;
  /** A section of its own, with the id `by-hand`. */
  readonly byHand: JSX.Element;
}

/** The whole page of a run. */
export function Page({ report, live }: PageProps): JSX.Element {
  const picked = useFollowing(report.summary.best.id);
  const highlighted = useSignal<string | null>(null);
  const choice = { picked, highlighted };
  return (
    <LossUnitContext.Provider value={lossUnit(report.summary.mode)}>
      <TopBar home={live === undefined ? "#verdict" : "/"}>
        <nav aria-label="Sections">
          {SECTIONS.filter(([id]) => live !== undefined || id !== "by-hand").map(([id, name]) => (
            <a key={id} href={`#${id}`}>
              {id === "loss" && report.summary.mode === "accuracy" ? "Accuracy" : name}
            </a>
          ))}
        </nav>
      </TopBar>
      <main>
        {live?.bar}
        <VerdictSection report={report} />
        <LossSection report={report} {...choice} />
        <PromptSection report={report} />
        {live?.byHand}
        <FamilyTree report={report} {...choice} />
        <ExamplesSection report={report} />
        <OperatorsSection report={report} />
        <EvidenceSection report={report} />
        <BudgetSection report={report} />
      </main>
    </LossUnitContext.Provider>
  );
}

/** The head of every page. */
export function TopBar({
  home,
  children,
}: {
  readonly home: string;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <header class="top">
      <a class="brand" href={home}>
        pmpo
      </a>
      {children}
    </header>
  );
}
