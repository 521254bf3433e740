import { readFileSync } from "node:fs";
import { renderPrompt } from "pmpo";

const EXAMPLE = new URL("../../examples/ticket-router/", import.meta.url);
const EXAMPLES = 50;

/** The first rows of examples/ticket-router behind its prompt, in layout `system`, encoded. */
export async function ticketRequests(model) {
  const instruction = readFileSync(new URL("prompt.txt", EXAMPLE), "utf8").trim();
  const rows = readFileSync(new URL("data.jsonl", EXAMPLE), "utf8")
    .trim()
    .split("\n")
    .slice(0, EXAMPLES)
    .map((line) => JSON.parse(line));
  const candidate = { instruction, layout: { kind: "system" }, demonstrations: [] };
  const encoded = await model.encode(
    rows.map(({ ticket, team }) => ({ prompt: renderPrompt(candidate, { ticket }), target: team })),
  );
  return encoded.map((request, index) => ({ id: `ticket ${index + 1}`, ...request }));
}
