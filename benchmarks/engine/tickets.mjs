import { readFileSync } from "node:fs";
import { renderPrompt } from "pmpo";

const EXAMPLE = new URL("../../examples/ticket-router/", import.meta.url);
const EXAMPLES = 50;

/** The first rows of examples/ticket-router behind an instruction, in layout `system`, to be encoded. */
export function ticketPrompts(instruction, count) {
  const candidate = { instruction, layout: { kind: "system" }, demonstrations: [] };
  return readFileSync(new URL("data.jsonl", EXAMPLE), "utf8")
    .trim()
    .split("\n", count)
    .map((line) => JSON.parse(line))
    .map(({ ticket, team }) => ({ prompt: renderPrompt(candidate, { ticket }), target: team }));
}

/** The same behind the example's own prompt, encoded. */
export async function ticketRequests(model) {
  const instruction = readFileSync(new URL("prompt.txt", EXAMPLE), "utf8").trim();
  const encoded = await model.encode(ticketPrompts(instruction, EXAMPLES));
  return encoded.map((request, index) => ({ id: `ticket ${index + 1}`, ...request }));
}
