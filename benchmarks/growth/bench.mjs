/**
 * How the cost of a step grows with candidates, examples, and the length of prompts, answers and
 * lists of options: seconds measured, beside what `pmpo estimate` would say.
 *
 *   npm run bench:growth -- [--json] [--most 40000]
 *
 * Estimated are the tokens that a dry run of the engine counts, times the pace of the usual step.
 * Steps of more tokens than --most are estimated only. Writes docs/results/growth.jsonl and draws
 * docs/images/growth.svg; with --json the last line is the list of steps.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { dryRun } from "pmpo";
import { defaultThreads } from "../../dist/backends/llama-cpp/threads.js";
import { openSmallModel, smallModelPath } from "../small-model.mjs";
import { drawGrowth } from "./figure.mjs";
import { stepOf, SWEEPS } from "./steps.mjs";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    most: { type: "string", default: "40000" },
  },
});
const say = (line) => (flags.json ? console.error(line) : console.log(line));
const model = await openSmallModel(await smallModelPath(), {
  threads: defaultThreads(),
  gpu: "off",
});

/** Tokens and seconds of a step, call by call. */
async function run(scorer, calls) {
  let evaluatedTokens = 0;
  let requestedTokens = 0;
  const begun = performance.now();
  for (const requests of calls) {
    await scorer.score(requests, {
      onUsage: (usage) => {
        evaluatedTokens += usage.evaluatedTokens;
        requestedTokens += usage.requestedTokens;
      },
    });
  }
  return { evaluatedTokens, requestedTokens, seconds: (performance.now() - begun) / 1000 };
}

/** A model that computes nothing: what a step costs. */
const counted = (calls) =>
  run(
    dryRun(model, {
      score: (requests) =>
        requests.map(({ target }) => ({ logProbs: new Float64Array(target.length) })),
      generate: () => [],
    }),
    calls,
  );

const usual = stepOf("candidates", 4);
await run(model, usual);

const steps = [];
for (const [sweep, { sizes }] of Object.entries(SWEEPS)) {
  for (const size of sizes) {
    const calls = stepOf(sweep, size);
    const { evaluatedTokens, requestedTokens } = await counted(calls);
    // The pace is taken anew each time, for the machine's own pace changes within minutes.
    const { evaluatedTokens: usualTokens, seconds: usualSeconds } = await run(model, usual);
    const estimatedSeconds = (evaluatedTokens * usualSeconds) / usualTokens;
    const measured = evaluatedTokens > Number(flags.most) ? null : await run(model, calls);
    const seconds = measured?.seconds ?? null;
    steps.push({ sweep, size, requestedTokens, evaluatedTokens, estimatedSeconds, seconds });
    say(
      `${sweep} ${size}: ${requestedTokens} tokens requested, ${evaluatedTokens} evaluated, ${estimatedSeconds.toFixed(1)} s estimated${
        seconds === null
          ? ""
          : `, ${seconds.toFixed(1)} s measured (ratio ${(seconds / estimatedSeconds).toFixed(2)})`
      }`,
    );
  }
}
await model[Symbol.asyncDispose]();

writeFileSync(
  "docs/results/growth.jsonl",
  steps.map((step) => `${JSON.stringify(step)}\n`).join(""),
);
writeFileSync("docs/images/growth.svg", drawGrowth(steps));
if (flags.json) console.log(JSON.stringify(steps));
