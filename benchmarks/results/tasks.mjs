import { join } from "node:path";

const COMMON_START = "Let's think step by step.";

/** Task: where its data lie, what it is about, and the plain sentence a user would start with. */
export const TASKS = [
  ["sst2", "classification/sst2", "sentiment of movie reviews", "Is this movie review positive or negative?"],
  ["agnews", "classification/agnews", "topics of news articles", "Classify the news article as World, Sports, Business or Tech."],
  ["mr", "classification/mr", "sentiment of movie reviews", "Is this movie review positive or negative?"],
  ["antonyms", "instruction-induction/antonyms", "opposites of words", "Write the opposite of the word."],
  ["singular_to_plural", "instruction-induction/singular_to_plural", "plurals of nouns", "Write the plural of the word."],
  ["first_word_letter", "instruction-induction/first_word_letter", "first letters of words", "Write the first letter of the word."],
  ["sum", "instruction-induction/sum", "sums of two numbers", "Add the two numbers."],
  ["sentiment", "instruction-induction/sentiment", "sentiment of sentences", "Is the sentence positive or negative?"],
  ["boolean_expressions", "bbh/boolean_expressions.json", "values of boolean expressions", "Evaluate the boolean expression. Answer True or False."],
  ["causal_judgement", "bbh/causal_judgement.json", "questions on causation", "Answer the question on causation with Yes or No."],
  ["sports_understanding", "bbh/sports_understanding.json", "plausibility of sentences on sports", "Is the sentence plausible? Answer yes or no."],
  ["gsm8k", "gsm8k", "school arithmetic word problems", "Solve the problem step by step and end with #### and the number."],
].map(([name, path, description, sentence]) => ({ name, path, description, sentence }));

/** The task file of a run: one thread, so that parallel runs do not wait for one another. */
export function taskFile({ name, path, description, sentence }, dataFolder, start, seed) {
  const file = join(dataFolder, path);
  const reading = path.startsWith("bbh/")
    ? { file, format: "bbh" }
    : path === "gsm8k"
      ? { file: join(file, "train.jsonl"), test: join(file, "test.jsonl"), format: "gsm8k" }
      : { file: join(file, "train.jsonl"), test: join(file, "test.jsonl"), format: path.split("/")[0] };
  const isLong = name === "gsm8k";
  return {
    name,
    description,
    threads: 1,
    prompt: { text: start === "sentence" ? sentence : COMMON_START },
    data: { ...reading, train: isLong ? 20 : 32, demonstrations: 16, testExamples: isLong ? 50 : 100 },
    answers: "generated",
    ...(isLong ? { search: { demonstrations: "0..4" } } : {}),
    optimizer: { maxIterations: isLong ? 2 : 3, seed },
  };
}

