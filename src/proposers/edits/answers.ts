import type { Example } from "../../core/example.ts";
import type { Proposer } from "../../core/proposal.ts";
import { editProposer } from "./edit-proposer.ts";
import { withSentence } from "./with-sentence.ts";

/** Tells the model which answers are legal, as found in the data. */
export const nameAnswers: Proposer = editProposer({
  operator: "name-answers",
  applies: (task) => task.search.instruction && task.options !== null,
  ideas: ({ task, incumbent, random }) => {
    const options = random.shuffle(task.options ?? []);
    const list = options.join(", ");
    const sentences = [
      ["Answer with ", `${orList(options)}.`],
      ["The possible answers are: ", `${list}.`],
      ["Choose one of: ", `${list}. Write only your choice.`],
      ["Reply with exactly one of these words and nothing else: ", `${list}.`],
    ] as const;
    const { instruction } = incumbent.candidate;
    // The same sentence with the answers in another order says nothing new.
    const isSaid = (beginning: string): boolean =>
      options.some((option) => instruction.includes(`${beginning}${option}`));
    return random
      .shuffle(sentences.filter(([beginning]) => !isSaid(beginning)))
      .map((sentence) => withSentence(incumbent.candidate, sentence.join("")));
  },
});

/** Says what an answer looks like, as far as all training answers agree on it. */
export const answerForm: Proposer = editProposer({
  operator: "answer-form",
  applies: (task) => task.search.instruction,
  ideas: ({ task, incumbent, random }) =>
    random
      .shuffle(formSentences(task.data.train))
      .filter((sentence) => !incumbent.candidate.instruction.includes(sentence))
      .map((sentence) => withSentence(incumbent.candidate, sentence)),
});

/** Sentences on the form of an answer that hold for every one of the given examples. */
export function formSentences(examples: readonly Example[]): readonly string[] {
  const targets = examples.map(({ target }) => target);
  const all = (test: (target: string) => boolean): boolean =>
    targets.length > 0 && targets.every(test);
  const sentences: string[] = [];
  const oneWord = all((target) => /^\S+$/u.test(target));
  if (all((target) => /^[+-]?\d+([.,]\d+)?$/.test(target))) {
    sentences.push("Answer with a number only.", "Write only the number.");
  } else if (all((target) => /^\(?[A-Z]\)?$/.test(target))) {
    sentences.push("Answer with the letter of the right option only.");
  } else if (oneWord) {
    sentences.push("Answer with one word.", "Reply with a single word and no punctuation.");
  }
  const hasLetters = all((target) => /\p{L}/u.test(target));
  if (hasLetters && all((target) => target === target.toLowerCase())) {
    sentences.push("Write the answer in lower case.");
  }
  const longest = Math.max(...targets.map((target) => target.split(/\s+/).length));
  if (!oneWord && longest <= 8) sentences.push(`Answer in at most ${longest} words.`);
  if (longest <= 20) {
    sentences.push("Give only the answer, without an explanation.", "Do not explain.");
  }
  if (!oneWord && all((target) => /[.!?]$/.test(target))) {
    sentences.push("Answer in full sentences.");
  }
  return sentences;
}

function orList(options: readonly string[]): string {
  return options.length < 2
    ? options.join("")
    : `${options.slice(0, -1).join(", ")} or ${options.at(-1) ?? ""}`;
}
