import type { HelpRequest } from "../../analysis/ask.ts";
import type { RewriteElements } from "./rewrite.ts";

const WORKED_EXAMPLES = `Instructions are rewritten so that the answers come out right more often.

Task: translation of sentences into French
Hard example: The cat sleeps. => Le chat dort.
helps: Translate to French.
hurts: Be creative.
Instruction: Translate to French. Be creative.
Better instruction: Translate the English sentence into French. Write the French sentence and nothing else.

Task: arithmetic with two numbers
Hard example: 12 7 => 19
Instruction: Do the math.
Better instruction: Add the two numbers. Answer with the sum as a single number.

Task: topics of customer letters
Hard example: The parcel came with a broken lid. => damage
helps: Read the letter.
Instruction: Read the letter. What is it about?
Better instruction: Read the customer's letter and name its topic in one word, in lower case.

`;

/** For base models and models below a billion parameters: a pattern to complete. */
export function rewriteCompletion(elements: RewriteElements): HelpRequest {
  const { description, prompt, hardInput, hardTarget, partLines } = elements;
  const lines = [
    `Task: ${oneLine(description)}`,
    `Hard example: ${oneLine(hardInput)} => ${oneLine(hardTarget)}`,
    ...partLines.map((line) => oneLine(line.replace(/ \([^)]*\)/, ""))),
    `Instruction: ${oneLine(prompt)}`,
    "Better instruction:",
  ];
  return {
    prompt: { kind: "text", text: `${WORKED_EXAMPLES}${lines.join("\n")}` },
    stop: ["\n"],
  };
}

/** A long line would bury the pattern. */
const LINE_CHARACTERS = 400;

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > LINE_CHARACTERS ? `${line.slice(0, LINE_CHARACTERS)} …` : line;
}
