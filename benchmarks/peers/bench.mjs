/**
 * One step of a search (13 candidates on 50 examples) scored by pmpo and by what else people score
 * with, on the same processor, threads and weights, turn by turn.
 *
 *   npm run bench:peers -- DATA_FOLDER WEIGHTS_FOLDER [--json] [--rounds 3] [--only NAME,…]
 *     [--shape "instruction first"] [--candidates 13]
 *
 * The shapes are those of bench:trie.
 * WEIGHTS_FOLDER holds SmolLM2-135M-Instruct as transformers has it. PEERS_PYTHON names a Python with
 * torch, transformers and lm-eval; without it only pmpo's own rows are measured. VLLM_URL names a
 * running vLLM with the same model; without it there is no row of it. With --json the last line is a
 * list of {"name":…,"seconds":…,"tokens":…,"meanDifference":…}.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { createHttpModel } from "pmpo";
import { defaultThreads } from "../../dist/backends/llama-cpp/threads.js";
import { median } from "../median.mjs";
import { openSmallModel, smallModelPath } from "../small-model.mjs";
import { OPENINGS, shapesFrom } from "../trie/shapes.mjs";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "3" },
    only: { type: "string" },
    shape: { type: "string", default: "instruction first" },
    candidates: { type: "string", default: "13" },
  },
});
const [dataFolder = "../shared/data", weightsFolder] = positionals;
const { PEERS_PYTHON: python, VLLM_URL: vllm } = process.env;
const say = (line) => (flags.json ? console.error(line) : console.log(line));
const threads = defaultThreads();
const settings = { threads, gpu: "off" };

const quantised = await openSmallModel(await smallModelPath("q8_0"), settings);
const half = await openSmallModel(await smallModelPath("f16"), settings);
const step = shapesFrom(dataFolder)[flags.shape];
if (step === undefined) throw new Error(`There is no shape "${flags.shape}"`);
const encoded = await half.encode(
  step.slice(0, (step.length / OPENINGS.length) * Number(flags.candidates)),
);
const requests = encoded.map((request, index) => ({ id: `request ${index + 1}`, ...request }));

const folder = mkdtempSync(join(tmpdir(), "pmpo-peers-"));
const requestsFile = join(folder, "requests.json");
writeFileSync(
  requestsFile,
  JSON.stringify(requests.map(({ context, target }) => [[...context], [...target]])),
);

const sumOf = (numbers) => numbers.reduce((sum, number) => sum + number, 0);

/** Seconds, tokens and the log-probability of every target, in one call or one call a request. */
async function scored(model, lists) {
  let tokens = 0;
  const sums = [];
  const begun = performance.now();
  for (const list of lists) {
    const onUsage = ({ evaluatedTokens }) => (tokens += evaluatedTokens);
    const results = await model.score(list, { onUsage });
    sums.push(...results.map(({ logProbs }) => sumOf([...logProbs])));
  }
  return { seconds: (performance.now() - begun) / 1000, tokens, sums };
}

/** What a Python program says of the same requests; its own start and loading are not counted. */
async function byPython(name, ...options) {
  const script = new URL("score.py", import.meta.url).pathname;
  const output = join(folder, `${name}.json`);
  const words = [script, name, weightsFolder, requestsFile, output, String(threads), ...options];
  await promisify(execFile)(python, words, { maxBuffer: 1 << 26 });
  return JSON.parse(readFileSync(output, "utf8"));
}

const PEERS = {
  "pmpo, Q8_0": () => scored(quantised, [requests]),
  "pmpo, F16": () => scored(half, [requests]),
  // What llama-perplexity and most scripts do: one text after the other, each whole.
  "llama.cpp one by one, Q8_0": () =>
    scored(
      quantised,
      requests.map((request) => [request]),
    ),
  ...(python === undefined
    ? {}
    : {
        "transformers batched, float32": () => byPython("transformers", "float32"),
        "transformers batched, bfloat16": () => byPython("transformers", "bfloat16"),
        "lm-eval hf, float32": () => byPython("lm-eval", "float32"),
      }),
  ...(vllm === undefined
    ? {}
    : {
        "vLLM on the CPU": async () => {
          const options = { url: vllm, model: null, name: "vllm", api: "vllm", key: null };
          const server = await createHttpModel(options);
          try {
            return await scored(server, [requests]);
          } finally {
            await server[Symbol.asyncDispose]();
          }
        },
      }),
};

const only = flags.only?.split(",");
const names = Object.keys(PEERS).filter((name) => only?.includes(name) ?? true);
const measured = new Map(names.map((name) => [name, []]));
for (let round = 1; round <= Number(flags.rounds); round++) {
  for (const name of names) {
    const result = await PEERS[name]();
    measured.get(name).push(result);
    say(`round ${round}: ${name} ${result.seconds.toFixed(1)} s`);
  }
}
await Promise.all([quantised[Symbol.asyncDispose](), half[Symbol.asyncDispose]()]);
rmSync(folder, { recursive: true });

const reference = measured.get("pmpo, F16")?.[0].sums;
const rows = names.map((name) => {
  const rounds = measured.get(name);
  const [{ tokens, sums }] = rounds;
  const differences = reference?.map((sum, index) => Math.abs(sum - sums[index])) ?? [];
  return {
    name,
    seconds: Number(median(rounds.map(({ seconds }) => seconds)).toFixed(2)),
    tokens,
    meanDifference: Number((sumOf(differences) / Math.max(1, differences.length)).toFixed(4)),
  };
});
say(
  "\n| who | seconds | times pmpo's | tokens evaluated | mean difference of an answer to F16, nats |",
);
say("| --- | ---: | ---: | ---: | ---: |");
for (const { name, seconds, tokens, meanDifference } of rows) {
  const times = (seconds / rows[0].seconds).toFixed(1);
  say(`| ${name} | ${seconds} | ${times} | ${tokens} | ${meanDifference} |`);
}
if (flags.json) console.log(JSON.stringify(rows));
