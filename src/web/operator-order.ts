import type { RunReport } from "../report/run-report.ts";

/** The operators in the order of their first candidates, so that none changes its place while a run goes on; then those without any. */
export function operatorOrder({
  candidates,
  summary,
}: {
  readonly candidates: readonly Pick<RunReport["candidates"][0], "operator" | "parentId">[];
  readonly summary: { readonly operators: readonly { readonly operator: string }[] };
}): readonly string[] {
  const names = new Set<string>();
  for (const { operator, parentId } of candidates) if (parentId !== null) names.add(operator);
  for (const { operator } of summary.operators) names.add(operator);
  return [...names];
}
