import { readFileSync } from "node:fs";
import { join } from "node:path";
import { renderPrompt } from "pmpo";

const EXAMPLES = 50;

/** Thirteen ways to say one thing: a step of the search. */
export const OPENINGS = [
  "Read the text and answer.",
  "You are an expert. Read the text and answer with care.",
  "Answer the question about the text.",
  "Look at the text below. Reply with the answer and nothing else.",
  "Your task is to find the right answer for the text that follows.",
  "Think about the text, then answer.",
  "Give the correct answer for this text. Be brief.",
  "Decide what the right answer is. Do not explain it.",
  "Study the input. Write only its answer.",
  "Follow the instruction exactly: read, decide, answer.",
  "Reply to the text with the answer that fits best.",
  "The user sends a text. Answer it as a careful reader would.",
  "What is the answer for this text? Say it directly.",
];

/** One step for each shape that searches have: a list of requests to encode, candidates times examples. */
export function shapesFrom(dataFolder) {
  const rows = (path) =>
    readFileSync(join(dataFolder, path), "utf8")
      .split("\n", EXAMPLES + 8)
      .map((line) => JSON.parse(line));
  const reviews = rows("classification/sst2/train.jsonl").map(({ input, target }) => [
    input,
    [target],
  ]);
  const news = rows("classification/agnews/train.jsonl").map(({ input, options }) => [
    input,
    options,
  ]);
  const problems = rows("gsm8k/train.jsonl").map(({ question, answer }) => [question, [answer]]);
  const shown = reviews.slice(EXAMPLES).map(([text, [target]], index) => ({
    id: String(index),
    inputs: { text },
    target,
  }));
  return {
    "instruction first": step(reviews, { kind: "system" }),
    "instruction last": step(reviews, { kind: "user-last" }),
    "4 options an example": step(news, { kind: "system" }),
    "GSM8K solutions": step(problems, { kind: "system" }),
    "8 demonstrations": step(reviews, { kind: "system" }, shown),
  };
}

function step(rows, layout, demonstrations = []) {
  return OPENINGS.flatMap((instruction) =>
    rows.slice(0, EXAMPLES).flatMap(([text, targets]) => {
      const prompt = renderPrompt({ instruction, layout, demonstrations }, { text });
      return targets.map((target) => ({ prompt, target }));
    }),
  );
}
