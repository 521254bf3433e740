import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useMemo } from "preact/hooks";
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
import { useTurn } from "./use-turn.ts";
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
  // All sections have the report by then, and know whom it names.
  const { summary } = useTurn(report);
  const picked = useFollowing(summary.best.id);
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
        <InTurn report={report} draw={(taken) => <VerdictSection report={taken} />} />
        <InTurn report={report} draw={(taken) => <LossSection report={taken} {...choice} />} />
        <InTurn report={report} draw={(taken) => <PromptSection report={taken} />} />
        {live?.byHand}
        <InTurn report={report} draw={(taken) => <FamilyTree report={taken} {...choice} />} />
        <InTurn report={report} draw={(taken) => <ExamplesSection report={taken} />} />
        <InTurn report={report} draw={(taken) => <OperatorsSection report={taken} />} />
        <InTurn report={report} draw={(taken) => <EvidenceSection report={taken} />} />
        <InTurn report={report} draw={(taken) => <BudgetSection report={taken} />} />
      </main>
    </LossUnitContext.Provider>
  );
}

/** A section that takes a new report when its turn comes. */
function InTurn({
  report,
  draw,
}: {
  readonly report: RunReport;
  readonly draw: (taken: RunReport) => JSX.Element;
}): JSX.Element {
  const taken = useTurn(report);
  return useMemo(() => draw(taken), [taken]);
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
