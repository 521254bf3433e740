import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { RunComparison } from "../../report/compare-runs.ts";
import { Comparison } from "../comparison.tsx";
import { TopBar } from "../page.tsx";
import { get, type Refused } from "./api.ts";
import { Problem } from "./problem.tsx";

/** Two runs of the project beside each other. */
export function ComparePage({
  first,
  second,
}: {
  readonly first: string;
  readonly second: string;
}): JSX.Element {
  const comparison = useSignal<RunComparison | null>(null);
  const refused = useSignal<Refused | null>(null);
  useEffect(() => {
    document.title = "Two runs · pmpo";
    get<RunComparison>(`/api/compare?${new URLSearchParams({ first, second })}`).then(
      (answer) => (comparison.value = answer),
      (error: Refused) => (refused.value = error),
    );
  }, [first, second]);
  return (
    <>
      <TopBar home="/">
        <nav aria-label="Pages">
          <a href="/">All runs</a>
        </nav>
      </TopBar>
      {comparison.value === null ? (
        <main class="list">
          <h1>Two runs</h1>
          <Problem refused={refused.value} />
        </main>
      ) : (
        <Comparison comparison={comparison.value} />
      )}
    </>
  );
}
