import { diffWordsWithSpace } from "diff";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";

/** Texts that differ in more words, spaces and marks are not compared word by word: the time grows with the square. */
const MOST_EDITS = 500;

interface WordDiffProps {
  readonly before: string;
  readonly after: string;
}

/** Two texts as one, with the words that went and the words that came. */
export function WordDiff({ before, after }: WordDiffProps): JSX.Element {
  const changes = useMemo(() => wordChanges(before, after), [before, after]);
  return (
    <p class="prompt-text">
      {changes.map(({ value, added, removed }, index) =>
        added ? (
          <ins key={index}>{value}</ins>
        ) : removed ? (
          <del key={index}>{value}</del>
        ) : (
          <span key={index}>{value}</span>
        ),
      )}
    </p>
  );
}

interface WordChange {
  readonly value: string;
  readonly added: boolean;
  readonly removed: boolean;
}

/** Of texts that share less, words between words would have to be read apart. */
const LEAST_SHARED = 0.4;

/** Texts that have little in common: the old one whole, then the new one on a line of its own. */
function wordChanges(before: string, after: string): readonly WordChange[] {
  const changes = diffWordsWithSpace(before, after, { maxEditLength: MOST_EDITS });
  const shared = (changes ?? [])
    .filter(({ added, removed }) => !added && !removed)
    .reduce((sum, { value }) => sum + value.length, 0);
  if (changes !== undefined && shared >= LEAST_SHARED * Math.min(before.length, after.length)) {
    return changes;
  }
  return [
    { value: before, added: false, removed: true },
    { value: "\n", added: false, removed: false },
    { value: after, added: true, removed: false },
  ];
}
