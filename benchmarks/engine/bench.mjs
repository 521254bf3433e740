// Prefill speed of the embedded engine beside llama-bench: same file, same threads, turn by turn.
//   npm run bench:engine -- [--json] [--rounds N] [--format q8_0|f16] [--llama-bench PATH]
// Takes llama-bench from --llama-bench or LLAMA_BENCH, else builds it (benchmarks/llama-cpp/build.sh).
import { parseArgs } from "node:util";
import { openSmallModel, smallModelPath } from "../small-model.mjs";
import { defaultThreads } from "../../dist/backends/llama-cpp/threads.js";
import { llamaBench } from "../llama-cpp/llama-bench.mjs";
import { median } from "../median.mjs";
import { ticketRequests } from "./tickets.mjs";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" },
    format: { type: "string", default: "q8_0" },
    "llama-bench": { type: "string" },
  },
});
const rounds = Math.max(1, Number(flags.rounds));
const say = (line) => (flags.json ? console.error(line) : console.log(line));

/** Seconds and tokens evaluated of one measured piece of work. */
async function measure(work) {
  let tokens = 0;
  const onUsage = ({ evaluatedTokens }) => (tokens += evaluatedTokens);
  const start = performance.now();
  await work(onUsage);
  return { tokens, seconds: (performance.now() - start) / 1000 };
}

const path = await smallModelPath(flags.format);
const threads = defaultThreads();
const prefillSpeed = llamaBench(flags["llama-bench"], path, threads);
const model = await openSmallModel(path, {
  threads,
  gpu: "off",
});
const requests = await ticketRequests(model);

const together = (onUsage) => model.score(requests, { onUsage });
const oneByOne = async (onUsage) => {
  for (const request of requests) await model.score([request], { onUsage });
};

say(`${model.identity.format}, ${model.identity.engine}`);
await together(() => {});
const measured = [];
for (let round = 1; round <= rounds; round++) {
  const engine = await measure(together);
  const reference = await prefillSpeed();
  const naive = await measure(oneByOne);
  const speed = engine.tokens / engine.seconds;
  measured.push({ engine, naive, speed, reference, ratio: speed / reference });
  say(
    `round ${round}: engine ${speed.toFixed(0)} tokens/s, llama-bench ${reference.toFixed(0)}, ratio ${(speed / reference).toFixed(2)}`,
  );
}
await model[Symbol.asyncDispose]();

const middle = (of) => median(measured.map(of));
const tokensPerSecond = middle(({ speed }) => speed);
const reference = middle(({ reference }) => reference);
const ratio = middle(({ ratio }) => ratio);
const row = (name, tokens, seconds, speed) =>
  say(
    [name.padEnd(34), tokens.padStart(8), seconds.padStart(8), speed.toFixed(0).padStart(10)].join(
      "",
    ),
  );
say(`\nMedians of ${rounds} rounds, ${requests.length} examples behind one prompt:`);
say(`${"".padEnd(34)}${"tokens".padStart(8)}${"seconds".padStart(8)}${"tokens/s".padStart(10)}`);
for (const [name, of] of [
  ["engine, all in one call", "engine"],
  ["engine, one by one (naive)", "naive"],
]) {
  const seconds = middle((round) => round[of].seconds);
  const { tokens } = measured[0][of];
  row(
    name,
    String(tokens),
    seconds.toFixed(2),
    middle((round) => round[of].tokens / round[of].seconds),
  );
}
row("llama-bench pp512", "512", (512 / reference).toFixed(2), reference);
say(`ratio of engine to llama-bench: ${ratio.toFixed(2)} (goal: at least 0.85)`);
if (flags.json) console.log(JSON.stringify({ tokensPerSecond, llamaBench: reference, ratio }));
