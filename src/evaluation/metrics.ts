import type { Example, MetricName } from "../core/example.ts";

/** Whether a generated answer counts as the reference answer. */
export function isCorrect(metric: MetricName, example: Example, answer: string): boolean {
  const references = [example.target, ...(example.accept ?? [])];
  switch (metric) {
    case "exact":
      return references.some((reference) => normalised(reference) === normalised(answer));
    case "final-number": {
      const given = finalNumber(answer);
      return given !== null && references.some((reference) => finalNumber(reference) === given);
    }
  }
}

/** Case, blanks, surrounding quotation marks and a final full stop do not make an answer wrong. */
function normalised(answer: string): string {
  return answer
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^["'“”‘’`]+|["'“”‘’`]+$/g, "")
    .replace(/[.!?]+$/, "")
    .trim();
}

const NUMBER = /-?\d[\d,]*(?:\.\d+)?/g;

/** The number after the last `####`, or else the last number of the text; null without one. */
export function finalNumber(answer: string): number | null {
  const marked = answer.lastIndexOf("####");
  const numbers = answer.slice(marked < 0 ? 0 : marked).match(NUMBER);
  const last = marked < 0 ? numbers?.at(-1) : numbers?.[0];
  return last === undefined ? null : Number(last.replaceAll(",", ""));
}
