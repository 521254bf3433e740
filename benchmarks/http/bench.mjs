/**
 * Speed of scoring at a real vLLM through pmpo, and of the same HTTP requests sent bare.
 *
 *   npm run bench:http -- [--json] [--rounds 15] [--examples 50] [--url http://127.0.0.1:8100]
 *                         [--pool-examples 120] [--pool-only]
 *
 * Starts the server of the live tests where none runs (PMPO_VLLM_SERVER names its script) and stops
 * it again. What pmpo sends is recorded once; then pmpo and a loop that sends exactly that, with as
 * many requests under way and without reading the answers' JSON, take turns. With --json the last
 * line is {"ratio":…,"pmpo":…,"bare":…,"pool":…}: scored tokens per second, medians of all rounds.
 *
 * Then three processes of `pmpo serve` score as one, and one of them is killed half-way: no request
 * may be lost, and none counted twice. With --pool-only that alone is done.
 */
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import PQueue from "p-queue";
import { createHttpModel } from "pmpo";
import { Agent, request } from "undici";
import { ticketRequests } from "../engine/tickets.mjs";
import { median } from "../median.mjs";
import { poolWithOneKilled } from "./pool.mjs";
import { startRecorder } from "./recorder.mjs";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "15" },
    examples: { type: "string", default: "50" },
    url: { type: "string" },
    "pool-examples": { type: "string", default: "120" },
    "pool-only": { type: "boolean", default: false },
  },
});
const rounds = Math.max(1, Number(flags.rounds));
const say = (line) => (flags.json ? console.error(line) : console.log(line));
const GOAL = 0.95;
const PATH = "/v1/completions";
const CONCURRENCY = 8;
const PORT = 8100;

const script = resolve(process.env.PMPO_VLLM_SERVER ?? "../shared/servers/vllm-cpu");
const control = (...args) => execFileSync(script, args, { encoding: "utf8" });
const url = flags.url ?? `http://127.0.0.1:${PORT}`;

const open = (address) =>
  createHttpModel({
    url: address,
    model: null,
    name: "bench",
    api: null,
    key: null,
    concurrency: CONCURRENCY,
  });

/** The bodies of the HTTP requests that one call of `score` makes. */
async function recordedBodies(requests) {
  const recorder = await startRecorder(url, PATH);
  try {
    const model = await open(recorder.url);
    recorder.bodies.length = 0;
    await model.score(requests);
    await model[Symbol.asyncDispose]();
    return recorder.bodies;
  } finally {
    recorder.close();
  }
}

/** Sends bodies as they are, and reads the answers' bytes. */
async function sendBare(bodies, dispatcher) {
  const queue = new PQueue({ concurrency: CONCURRENCY });
  await queue.addAll(
    bodies.map((body) => async () => {
      const headers = { "content-type": "application/json" };
      const answer = await request(`${url}${PATH}`, { method: "POST", headers, body, dispatcher });
      await answer.body.bytes();
      if (answer.statusCode !== 200) throw new Error(`${PATH} was answered ${answer.statusCode}`);
    }),
  );
}

async function seconds(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Tokens per second of every way to send the same, by name: medians of all rounds. */
async function measure(requests, ways) {
  const tokens = requests.reduce(
    (sum, { context, target }) => sum + context.length + target.length,
    0,
  );
  say(`${requests.length} examples, ${tokens} tokens, ${rounds} rounds`);
  const names = Object.keys(ways);
  for (const name of names) await ways[name]();
  const speeds = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    // Whoever goes first changes, so that what slows a machine down meets both alike.
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      speeds[name].push(tokens / (await seconds(ways[name])));
    }
    say(
      `round ${round}: ${names.map((name) => `${name} ${speeds[name].at(-1).toFixed(0)}`).join(", ")} tokens/s`,
    );
  }
  return Object.fromEntries(names.map((name) => [name, median(speeds[name])]));
}

/** pmpo and the bare loop at the vLLM of the live tests, or at the one that is named. */
async function measureSpeed() {
  const isOurs =
    flags.url === undefined && !control("start", String(PORT)).startsWith("already running");
  const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  try {
    const model = await open(url);
    const requests = (await ticketRequests(model)).slice(0, Number(flags.examples));
    const bodies = await recordedBodies(requests);
    say(`pmpo sends ${bodies.length} HTTP requests`);
    const { pmpo, bare } = await measure(requests, {
      pmpo: () => model.score(requests),
      bare: () => sendBare(bodies, dispatcher),
    });
    await model[Symbol.asyncDispose]();
    const ratio = pmpo / bare;
    say(
      `pmpo ${pmpo.toFixed(0)} tokens/s, bare ${bare.toFixed(0)}; ratio ${ratio.toFixed(3)} (goal: at least ${GOAL})`,
    );
    return { ratio, pmpo, bare };
  } finally {
    await dispatcher.close();
    if (isOurs) control("stop");
  }
}

/** Three servers of which one is killed; the exit code says where something is lost or doubled. */
async function measurePool() {
  const pool = await poolWithOneKilled(Math.max(SMALLEST_POOL, Number(flags["pool-examples"])));
  const { requests, answered, lost, doubled, tokens, tokensCounted, perServer } = pool;
  say(
    `pool of ${perServer.length} pmpo serve, one killed half-way: ${answered} of ${requests} requests answered, ${lost} lost, ${doubled} doubled, ${tokensCounted} of ${tokens} tokens counted (${perServer.join(", ")} answered by each)`,
  );
  if (lost > 0 || doubled > 0 || tokens !== tokensCounted) process.exitCode = 1;
  return pool;
}

const SMALLEST_POOL = 12;
const speed = flags["pool-only"] ? { ratio: null } : await measureSpeed();
const pool = await measurePool();
if (flags.json) console.log(JSON.stringify({ ...speed, pool }));
