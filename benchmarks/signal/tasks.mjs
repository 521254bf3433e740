import { join } from "node:path";
import { createRandom, readDataset, splitExamples } from "pmpo";

/** Task: where its data lie, a plain sentence, and a fuller one that says the answer's form. */
export const TASKS = [
  [
    "sst2",
    "classification/sst2",
    "Is this movie review positive or negative?",
    "You judge movie reviews. Read the review and answer with exactly one word: positive or negative.",
  ],
  [
    "mr",
    "classification/mr",
    "Is this movie review positive or negative?",
    "Decide what the writer thinks of the movie. Reply only with positive or negative.",
  ],
  [
    "agnews",
    "classification/agnews",
    "Classify the news article as World, Sports, Business or Tech.",
    "Read the news article and name its section. The answer is one of World, Sports, Business, Tech, and nothing else.",
  ],
  [
    "sst-5",
    "classification/sst-5",
    "How good is the movie according to this review?",
    "Rate the review. Answer with one word out of terrible, bad, okay, good, great.",
  ],
  [
    "sentiment",
    "instruction-induction/sentiment",
    "Is the sentence positive or negative?",
    "Say whether the sentence is positive or negative. One word, lower case.",
  ],
  [
    "word_in_context",
    "instruction-induction/word_in_context",
    "Does the word mean the same in both sentences?",
    "Compare how the word is used in the two sentences. Answer same or not the same.",
  ],
  [
    "boolean_expressions",
    "bbh/boolean_expressions.json",
    "Evaluate the boolean expression.",
    "Work out the value of the expression. Answer with True or False and nothing else.",
  ],
  [
    "sports_understanding",
    "bbh/sports_understanding.json",
    "Is the sentence plausible?",
    "Does the sentence about sports make sense? Answer yes or no.",
  ],
  [
    "antonyms",
    "instruction-induction/antonyms",
    "Write the opposite of the word.",
    "You are given a word. Reply with one word that means the opposite.",
  ],
  [
    "singular_to_plural",
    "instruction-induction/singular_to_plural",
    "Write the plural of the word.",
    "You are given a noun in the singular. Reply with its plural only.",
  ],
  [
    "first_word_letter",
    "instruction-induction/first_word_letter",
    "Write the first letter of the word.",
    "Reply with the first letter of the given word, a single lower-case character.",
  ],
  [
    "letters_list",
    "instruction-induction/letters_list",
    "Spell the word.",
    "Write the letters of the word with a space between them, nothing else.",
  ],
  [
    "negation",
    "instruction-induction/negation",
    "Negate the sentence.",
    "Rewrite the sentence so that it says the contrary, changing as little as possible.",
  ],
  [
    "synonyms",
    "instruction-induction/synonyms",
    "Write a synonym of the word.",
    "You are given a word. Reply with one word of the same meaning.",
  ],
  [
    "translation_en-es",
    "instruction-induction/translation_en-es",
    "Translate the word into Spanish.",
    "You are given an English word. Reply with its Spanish translation only.",
  ],
  [
    "sum",
    "instruction-induction/sum",
    "Add the two numbers.",
    "You are given two numbers. Reply with their sum in digits.",
  ],
].map(([name, path, plain, full]) => ({ name, path, instructions: { plain, full } }));

const TRAIN = 64;
const TEST = 60;
const DEMONSTRATIONS = 4;
const SEED = 0;

/** The examples of a task, divided: to take signals on, to show in prompts, and held out. */
export async function readTask({ path }, dataFolder) {
  const [kind] = path.split("/");
  const file = path.endsWith(".json")
    ? join(dataFolder, path)
    : join(dataFolder, path, "train.jsonl");
  const { examples, fieldNames } = await readDataset(file, { format: kind });
  // Some files hold a row twice: what is held out must not have been seen.
  const seen = new Set();
  const distinct = examples.filter(({ inputs }) => {
    const key = JSON.stringify(inputs);
    return seen.has(key) ? false : seen.add(key);
  });
  const sizes = { train: TRAIN, demonstrations: DEMONSTRATIONS, test: TEST, seed: SEED };
  return { ...splitExamples(distinct, sizes), fieldNames };
}

/** Twenty prompts that differ in wording, layout and demonstrations, the plainest first. */
export function candidatesOf({ instructions }, { demonstrations, fieldNames }) {
  const titled = (name) => name.charAt(0).toUpperCase() + name.slice(1);
  const layouts = [
    { kind: "system" },
    { kind: "user" },
    { kind: "user-last" },
    {
      kind: "plain",
      inputName: titled(fieldNames.inputs[0] ?? "Input"),
      targetName: titled(fieldNames.target),
    },
  ];
  const shown = createRandom(SEED, "demonstrations").shuffle(demonstrations);
  const shapes = [
    ["plain", 0],
    ["full", 0],
    ["plain", 1],
    ["plain", 4],
    ["full", 4],
  ];
  return shapes.flatMap(([wording, count]) =>
    layouts.map((layout) => ({
      instruction: instructions[wording],
      layout,
      demonstrations: shown
        .slice(0, count)
        .map(({ id, inputs, target }) => ({ id, inputs, target })),
    })),
  );
}
