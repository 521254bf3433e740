/**
 * Writing answers beside llama-batched-bench: same file, same threads, as many sequences, turn by
 * turn. Answers end where the model ends them, so that sequences become free one by one.
 *
 *   npm run bench:generation -- [--json] [--rounds 3] [--llama-batched-bench PATH]
 *
 * The ratio is the seconds that llama-batched-bench's speeds allow for the tokens that were
 * evaluated and written, by the seconds taken. With --json the last line is
 * {"generatedTokens":…,"generatedTokensPerSecond":…,"referenceTokensPerSecond":…,"ratio":…}.
 */
import { parseArgs } from "node:util";
import { defaultThreads } from "../../dist/backends/llama-cpp/threads.js";
import { llamaBatchedBench } from "../llama-cpp/llama-bench.mjs";
import { median } from "../median.mjs";
import { openSmallModel, smallModelPath } from "../small-model.mjs";
import { ticketPrompts } from "../engine/tickets.mjs";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "3" },
    "llama-batched-bench": { type: "string" },
  },
});
const say = (line) => (flags.json ? console.error(line) : console.log(line));
const INSTRUCTION = "Answer this message of a customer in a few friendly sentences.";
/** As many as the engine writes at once. */
const SEQUENCES = 32;
const MOST_TOKENS = 96;
const ANSWERS = 4 * SEQUENCES;

const threads = defaultThreads();
const path = await smallModelPath();
const reference = llamaBatchedBench(flags["llama-batched-bench"], path, threads, {
  promptTokens: 64,
  writtenTokens: MOST_TOKENS,
  sequences: SEQUENCES,
});
const model = await openSmallModel(path, { threads, gpu: "off" });
const prompts = await model.encode(ticketPrompts(INSTRUCTION, ANSWERS));
const requests = prompts.map(({ context }, index) => ({
  id: `answer ${index + 1}`,
  context,
  maxTokens: MOST_TOKENS,
  sampling: { temperature: 0.8, topP: 0.95, topK: 0, minP: 0 },
  seed: index,
  stop: [],
}));

async function written() {
  let usage = null;
  const begun = performance.now();
  await model.generate(requests, { onUsage: (each) => (usage = each) });
  const seconds = (performance.now() - begun) / 1000;
  const { evaluatedTokens, generatedTokens } = usage;
  // An answer's last token is drawn and never evaluated.
  return { seconds, generatedTokens, promptTokens: evaluatedTokens - generatedTokens + ANSWERS };
}

await written();
const rounds = [];
for (let round = 1; round <= Number(flags.rounds); round++) {
  const own = await written();
  const { promptSpeed, writingSpeed } = await reference();
  const allowed = own.promptTokens / promptSpeed + own.generatedTokens / writingSpeed;
  rounds.push({ ...own, writingSpeed, ratio: allowed / own.seconds });
  say(
    `round ${round}: ${own.promptTokens} prompt and ${own.generatedTokens} written tokens in ${own.seconds.toFixed(1)} s, llama-batched-bench ${allowed.toFixed(1)} s, ratio ${(allowed / own.seconds).toFixed(2)}`,
  );
}
await model[Symbol.asyncDispose]();

const middle = (of) => median(rounds.map(of));
const result = {
  generatedTokens: rounds[0].generatedTokens,
  generatedTokensPerSecond: Math.round(middle((each) => each.generatedTokens / each.seconds)),
  referenceTokensPerSecond: Math.round(middle((each) => each.writingSpeed)),
  ratio: Number(middle((each) => each.ratio).toFixed(2)),
};
say(`ratio ${result.ratio}, median of ${rounds.length}`);
if (flags.json) console.log(JSON.stringify(result));
