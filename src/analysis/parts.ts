/** A stretch of a prompt, by UTF-16 offsets; `end` is not included. */
export interface Part {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What stands in a prompt where a part was taken out. */
const MASK = "<MASK>";

/** Cuts a prompt into at most `limit` parts: by line, and lines by sentence; the shortest neighbours are joined. */
export function splitIntoParts(prompt: string, limit: number): readonly Part[] {
  let parts = sentences(prompt);
  while (parts.length > limit) parts = joinShortestPair(prompt, parts);
  return parts;
}

function sentences(prompt: string): readonly Part[] {
  const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });
  const parts: Part[] = [];
  for (const { segment, index } of segmenter.segment(prompt)) {
    let offset = index;
    for (const line of segment.split("\n")) {
      const start = offset + (line.length - line.trimStart().length);
      const text = line.trim();
      if (text !== "") parts.push({ text, start, end: start + text.length });
      offset += line.length + 1;
    }
  }
  return parts;
}

function joinShortestPair(prompt: string, parts: readonly Part[]): readonly Part[] {
  const lengths = parts.slice(1).map((part, index) => part.end - (parts[index] as Part).start);
  const first = lengths.indexOf(Math.min(...lengths));
  const start = (parts[first] as Part).start;
  const { end } = parts[first + 1] as Part;
  return [
    ...parts.slice(0, first),
    { text: prompt.slice(start, end), start, end },
    ...parts.slice(first + 2),
  ];
}

/** The prompt with one part replaced by the mask. */
export function maskPart(prompt: string, part: Part): string {
  return prompt.slice(0, part.start) + MASK + prompt.slice(part.end);
}

/** The prompt without one part; what is left is joined as it was written. */
export function removePart(prompt: string, part: Part): string {
  return replaceParts(prompt, [{ ...part, replacement: "" }]);
}

/** A stretch of a prompt by UTF-16 offsets, and what shall stand there. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** The prompt with stretches replaced that do not overlap; what is left is joined as it was written. */
export function replaceParts(prompt: string, replacements: readonly Replacement[]): string {
  const lastFirst = replacements.toSorted((a, b) => b.start - a.start);
  return tidy(
    lastFirst.reduce(
      (text, { start, end, replacement }) => text.slice(0, start) + replacement + text.slice(end),
      prompt,
    ),
  );
}

/** The prompt with two parts exchanged. */
export function swapParts(prompt: string, one: Part, other: Part): string {
  const [first, second] = one.start < other.start ? [one, other] : [other, one];
  return (
    prompt.slice(0, first.start) +
    second.text +
    prompt.slice(first.end, second.start) +
    first.text +
    prompt.slice(second.end)
  );
}

/** Blanks and blank lines that a removal left over are closed up. */
function tidy(prompt: string): string {
  return prompt
    .replace(/[ \t]{2,}/g, " ")
    .replace(/ +\n/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

const MARKED = /<mask>([\s\S]*?)<\/mask>/g;

/** Why a reply with marked parts cannot be used. */
export type MarkupFault = "changed" | "none" | "too-many";

/**
 * Reads the parts off a model's copy of the prompt with `<mask>` tags around them. The copy without
 * its tags must be the prompt, apart from blanks at its ends.
 */
export function readMarkedParts(
  prompt: string,
  reply: string,
  limit: number,
): readonly Part[] | MarkupFault {
  if (reply.replace(/<\/?mask>/g, "").trim() !== prompt.trim()) return "changed";
  const offset = prompt.length - prompt.trimStart().length;
  const marked = reply.trimStart();
  const parts: Part[] = [];
  for (const match of marked.matchAll(MARKED)) {
    const tagsBefore =
      marked
        .slice(0, match.index)
        .match(/<\/?mask>/g)
        ?.join("").length ?? 0;
    const text = match[1] ?? "";
    const start = offset + match.index - tagsBefore;
    // Nested tags, or blanks that moved: the offsets would point somewhere else.
    if (prompt.slice(start, start + text.length) !== text) return "changed";
    if (text.trim() !== "") parts.push({ text, start, end: start + text.length });
  }
  if (parts.length === 0) return "none";
  return parts.length > limit ? "too-many" : parts;
}
