import type { ExampleRow } from "../report/example-rows.ts";

/** What the rows can be sorted by. */
type SortKey = "input" | "target" | "start" | "best" | "change" | "size";

/** An order of rows. */
export interface RowOrder {
  readonly key: SortKey;
  readonly isDescending: boolean;
}

/** Which rows are shown. */
export type RowFilter = "all" | "became-right" | "became-wrong" | "still-wrong" | "suspects";

const VALUES: Readonly<Record<SortKey, (row: ExampleRow) => number | string>> = {
  input: ({ input }) => input,
  target: ({ target }) => target,
  start: ({ start }) => start.loss,
  best: ({ best }) => best.loss,
  change: ({ start, best }) => best.loss - start.loss,
  // Of the change, for better or worse.
  size: ({ start, best }) => Math.abs(best.loss - start.loss),
};

/** The rows that a search and a filter leave, in order. Ties keep the data's order. */
export function arrange(
  rows: readonly ExampleRow[],
  { key, isDescending }: RowOrder,
  filter: RowFilter,
  search: string,
): readonly ExampleRow[] {
  const wanted = search.trim().toLowerCase();
  const valueOf = VALUES[key];
  const sign = isDescending ? -1 : 1;
  return rows
    .filter((row) => passes(row, filter) && (wanted === "" || holds(row, wanted)))
    .toSorted((a, b) => sign * compare(valueOf(a), valueOf(b)));
}

/** Whether a row belongs to what a filter shows. An answer is right from half the score up. */
export function passes({ start, best, isSuspect }: ExampleRow, filter: RowFilter): boolean {
  const [before, after] = [isRight(start.score), isRight(best.score)];
  switch (filter) {
    case "all":
      return true;
    case "became-right":
      return before === false && after === true;
    case "became-wrong":
      return before === true && after === false;
    case "still-wrong":
      return before === false && after === false;
    case "suspects":
      return isSuspect;
  }
}

/** The same filter for other rows, as long as it shows any of them. */
export function filterFor(rows: readonly ExampleRow[], filter: RowFilter): RowFilter {
  return rows.some((row) => passes(row, filter)) ? filter : "all";
}

function isRight(score: number | null): boolean | null {
  return score === null ? null : score >= 0.5;
}

function holds({ id, input, target, start, best }: ExampleRow, wanted: string): boolean {
  return [id, input, target, start.answer ?? "", best.answer ?? ""].some((text) =>
    text.toLowerCase().includes(wanted),
  );
}

function compare(a: number | string, b: number | string): number {
  return typeof a === "number" && typeof b === "number" ? a - b : a < b ? -1 : a > b ? 1 : 0;
}
