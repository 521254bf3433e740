/** Case, blanks and ways to write the same characters make no difference. */
export function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

/** Case, blanks, surrounding quotation marks and a final full stop do not make an answer wrong. */
export function normalised(answer: string): string {
  const text = folded(answer);
  const bare = text
    .replace(/\.$/, "")
    .replace(/^["'“”‘’`]+|["'“”‘’`]+$/g, "")
    .replace(/\.$/, "")
    .trim();
  return bare === "" ? text : bare;
}
