import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { RunReport } from "../report/run-report.ts";
import { BudgetSection } from "./budget.tsx";
import { EvidenceSection } from "./evidence.tsx";
import { ExamplesSection } from "./examples.tsx";
import { FamilyTree } from "./family-tree.tsx";
import { LossSection } from "./loss-chart.tsx";
import { OperatorsSection } from "./operators.tsx";
import { PromptSection } from "./prompts.tsx";
import { VerdictSection } from "./verdict.tsx";

const SECTIONS = [
  ["verdict", "Verdict"],
  ["loss", "Loss"],
  ["prompt", "Prompt"],
  ["tree", "Family tree"],
  ["examples", "Examples"],
  ["operators", "Operators"],
  ["evidence", "Evidence"],
  ["budget", "Budget"],
] as const;

/** The whole page of a run. */
export function Page({ report }: { readonly report: RunReport }): JSX.Element {
  const picked = useSignal(report.summary.best.id);
  const highlighted = useSignal<string | null>(null);
  const choice = { picked, highlighted };
  return (
    <>
      <header class="top">
        <a class="brand" href="#verdict">
          pmpo
        </a>
        <nav aria-label="Sections">
          {SECTIONS.map(([id, name]) => (
            <a key={id} href={`#${id}`}>
              {name}
            </a>
          ))}
        </nav>
      </header>
      <main>
        <VerdictSection report={report} />
        <LossSection report={report} {...choice} />
        <PromptSection report={report} />
        <FamilyTree report={report} {...choice} />
        <ExamplesSection report={report} />
        <OperatorsSection report={report} />
        <EvidenceSection report={report} />
        <BudgetSection report={report} />
      </main>
    </>
  );
}
