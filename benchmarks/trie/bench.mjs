/**
 * One step of a search (13 candidates on 50 examples) against the least work that exact scoring can
 * do: every distinct node of the token trie once, at llama-bench's prefill speed on the same file
 * and threads, turn by turn.
 *
 *   npm run bench:trie -- [DATA_FOLDER] [--json] [--rounds 3] [--plan]
 *     [--only SHAPE,…] [--llama-bench PATH]
 *
 * The whole step is one call here. A search makes a call of each candidate, which is one entry of the
 * cache; how many tokens more that evaluates is counted too. --plan counts and computes nothing. With
 * --json the last line is a list of
 * {"shape":…,"uniqueTokens":…,"naiveTokens":…,"byCandidateTokens":…,"ratio":…,"saving":…}.
 */
import { parseArgs } from "node:util";
import { dryRun } from "pmpo";
import { openSmallModel, smallModelPath } from "../small-model.mjs";
import { defaultThreads } from "../../dist/backends/llama-cpp/threads.js";
import { comparePaths, commonPrefix } from "../../dist/backends/llama-cpp/plan.js";
import { llamaBench } from "../llama-cpp/llama-bench.mjs";
import { median } from "../median.mjs";
import { OPENINGS, shapesFrom } from "./shapes.mjs";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    plan: { type: "boolean", default: false },
    rounds: { type: "string", default: "3" },
    only: { type: "string" },
    "llama-bench": { type: "string" },
  },
});
const say = (line) => (flags.json ? console.error(line) : console.log(line));
const threads = defaultThreads();
const path = await smallModelPath();
const model = await openSmallModel(path, {
  threads,
  gpu: "off",
});
const only = flags.only?.split(",");
const shapes = Object.entries(shapesFrom(positionals[0] ?? "../shared/data")).filter(
  ([shape]) => only?.includes(shape) ?? true,
);
const rounds = flags.plan ? 0 : Number(flags.rounds);
const prefillSpeed = flags.plan ? null : llamaBench(flags["llama-bench"], path, threads);

/** Distinct nodes of the requests' trie; the last token of an answer predicts nothing. */
function uniqueTokens(requests) {
  const paths = requests
    .map(({ context, target }) => Int32Array.from([...context, ...target.subarray(0, -1)]))
    .toSorted(comparePaths);
  return paths.reduce(
    (sum, each, place) =>
      sum + each.length - (place === 0 ? 0 : commonPrefix(paths[place - 1], each)),
    0,
  );
}

async function evaluated(scorer, requests) {
  let tokens = 0;
  const begun = performance.now();
  await scorer.score(requests, { onUsage: (usage) => (tokens += usage.evaluatedTokens) });
  return { tokens, seconds: (performance.now() - begun) / 1000 };
}

/** A model that computes nothing: what the plan evaluates. */
const planned = () =>
  dryRun(model, {
    score: (requests) =>
      requests.map(({ target }) => ({ logProbs: new Float64Array(target.length) })),
    generate: () => [],
  });

/** Tokens that are evaluated where each candidate is a call of its own. */
async function byCandidate(requests) {
  const scorer = planned();
  const perCandidate = requests.length / OPENINGS.length;
  let sum = 0;
  for (let start = 0; start < requests.length; start += perCandidate) {
    const { tokens } = await evaluated(scorer, requests.slice(start, start + perCandidate));
    sum += tokens;
  }
  return sum;
}

const rows = [];
for (const [shape, texts] of shapes) {
  const encoded = await model.encode(texts);
  const requests = encoded.map((request, index) => ({ id: `${shape} ${index}`, ...request }));
  const unique = uniqueTokens(requests);
  const naive = requests.reduce(
    (sum, { context, target }) => sum + context.length + target.length - 1,
    0,
  );
  const plan = await evaluated(planned(), requests);
  const byCandidateTokens = await byCandidate(requests);
  const speeds = [];
  for (let round = 0; round < rounds; round++) {
    const { seconds } = await evaluated(model, requests);
    speeds.push({ seconds, ratio: unique / seconds / (await prefillSpeed()) });
  }
  const ratio = speeds.length === 0 ? null : median(speeds.map((each) => each.ratio));
  rows.push({
    shape,
    uniqueTokens: unique,
    naiveTokens: naive,
    byCandidateTokens,
    ratio,
    saving: naive / unique,
  });
  say(
    `${shape.padEnd(22)}${requests.length} requests, ${naive} tokens, ${unique} unique (saving ${(naive / unique).toFixed(1)}x), ${plan.tokens} planned (+${((100 * plan.tokens) / unique - 100).toFixed(1)} %), ${byCandidateTokens} candidate by candidate${
      ratio === null
        ? ""
        : `, ${median(speeds.map((each) => each.seconds)).toFixed(1)} s, ratio ${ratio.toFixed(2)} (rounds ${speeds.map((each) => each.ratio.toFixed(2)).join(", ")})`
    }`,
  );
}
await model[Symbol.asyncDispose]();
if (flags.json) console.log(JSON.stringify(rows));
