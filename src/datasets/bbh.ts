import { checkOptions, type ReadExample } from "./check-examples.ts";

/** BIG-Bench Hard: the answers that are listed in every question become its options. */
export function withListedOptions(examples: readonly ReadExample[]): readonly ReadExample[] {
  const listed = examples.map(({ example }) => listedAnswers(example.inputs["input"] ?? ""));
  if (listed.includes(undefined)) return examples;
  return examples.map(({ row, example }, index) => {
    const options = legalAnswers(listed[index] ?? [], example.target);
    checkOptions(row, example.target, options);
    return { row, example: { ...example, options } };
  });
}

function legalAnswers(listed: readonly string[], target: string): readonly string[] {
  // A handful of official rows lost a comma: their target is none of the letters. It stays a legal answer.
  return listed.includes(target) ? listed : [...listed, target];
}

/** The letters, or the words after dashes, that follow "Options:" at the end of a question. */
function listedAnswers(question: string): readonly string[] | undefined {
  const [, block] = /(?:^|\n)Options:\s*\n([^]+)$/.exec(question) ?? [];
  const lines = block?.trim().split(/\r?\n/) ?? [];
  const answers = lines.map((line) => {
    const [, letter, word] = /^(?:(\([A-Z]\))(?:\s|$)|- (.*\S))/.exec(line.trim()) ?? [];
    return letter ?? word;
  });
  const found = answers.filter((answer) => answer !== undefined);
  return found.length >= 2 && found.length === answers.length ? found : undefined;
}
