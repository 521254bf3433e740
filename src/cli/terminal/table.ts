import stringWidth from "string-width";

/** A column: its head, and on which side its cells stand. */
export interface Column {
  readonly head: string;
  readonly align?: "left" | "right";
}

const GAP = "  ";

/** Rows under heads, columns as wide as their widest cell; colours do not count. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const widths = columns.map(({ head }, index) =>
    Math.max(stringWidth(head), ...rows.map((row) => stringWidth(row[index] ?? ""))),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => {
        const cell = cells[index] ?? "";
        const blanks = " ".repeat((widths[index] ?? 0) - stringWidth(cell));
        return align === "right" ? blanks + cell : cell + blanks;
      })
      .join(GAP)
      .trimEnd();
  return [columns.map(({ head }) => head), ...rows].map(line).join("\n");
}

/** The same; of a text that begins as another one does for half of that line, from about where it differs. */
export function clippedFrom(text: string, base: string, width: number): string {
  let shared = 0;
  while (shared < text.length && text[shared] === base[shared]) shared++;
  if (shared === text.length || stringWidth(text) <= width || shared < width / 2) {
    return clipped(text, width);
  }
  return clipped(`… ${text.slice(text.lastIndexOf(" ", shared) + 1)}`, width);
}

/** One line of at most `width` columns; a longer text ends in an ellipsis. */
export function clipped(text: string, width: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (stringWidth(line) <= width) return line;
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    if (stringWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
