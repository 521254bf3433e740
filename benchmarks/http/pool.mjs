import { once } from "node:events";
import { createServer } from "node:http";
import { createHttpModel, createHttpPool } from "pmpo";
import { ticketRequests } from "../engine/tickets.mjs";
import { startServer } from "../lm-eval/processes.mjs";

/** Half precision: what is computed together with a prompt hardly changes its numbers. */
const MODEL = "smollm2-135m:f16";
const SERVERS = 3;
/** One example in a request, so that the one that is killed has many before it. */
const BATCH_TOKENS = 1;
/** Nats a token within which two servers' numbers are the same. */
const TOLERANCE = 0.05;

/**
 * Scores examples at three `pmpo serve` as one, one of which is killed when half of them are
 * answered: how many are lost, and how many were answered more than once.
 */
export async function poolWithOneKilled(examples) {
  const servers = await startServers();
  const gates = [];
  let pool = null;
  try {
    const expected = await scoredAlone(servers[0], examples);
    for (const server of servers) gates.push(await startGate(server.url));
    const { requests } = expected;
    pool = await createHttpPool({
      urls: gates.map(({ url }) => url),
      model: null,
      name: "pool",
      api: null,
      key: null,
      batchTokens: BATCH_TOKENS,
      concurrency: 2,
    });
    for (const gate of gates) gate.answered = 0;
    const half = requests.length >> 1;
    const [victim] = servers;
    let isKilled = false;
    let gone = Promise.resolve();
    for (const gate of gates) {
      gate.onAnswer = () => {
        if (isKilled || total(gates) < half) return;
        isKilled = true;
        gone = victim.kill();
      };
    }
    let counted = 0;
    const results = await pool.score(requests, {
      onUsage: ({ requestedTokens }) => (counted += requestedTokens),
    });
    await gone;
    const answered = results.filter((result, index) => isSame(result, expected.results[index]));
    return {
      requests: requests.length,
      answered: answered.length,
      lost: requests.length - answered.length,
      doubled: total(gates) - requests.length,
      tokens: tokensIn(requests),
      tokensCounted: counted,
      perServer: gates.map((gate) => gate.answered),
    };
  } finally {
    await pool?.[Symbol.asyncDispose]();
    for (const gate of gates) gate.close();
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** All or none: one that does not start takes the others along. */
async function startServers() {
  const started = await Promise.allSettled(
    Array.from({ length: SERVERS }, () => startServer(MODEL, "1")),
  );
  const servers = started.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const failed = started.find(({ status }) => status === "rejected");
  if (failed === undefined) return servers;
  await Promise.all(servers.map((server) => server.stop()));
  throw failed.reason;
}

async function scoredAlone({ url }, examples) {
  const settings = { url, model: null, name: "alone", api: null, key: null };
  const model = await createHttpModel(settings);
  const tickets = await ticketRequests(model);
  const requests = Array.from({ length: examples }, (_, index) => ({
    ...tickets[index % tickets.length],
    id: `example ${index + 1}`,
  }));
  const results = await model.score(requests);
  await model[Symbol.asyncDispose]();
  return { requests, results };
}

/** Passes on to a server, counts the prompts whose scores got through, and is dead when the server is. */
async function startGate(target) {
  const gate = { answered: 0, onAnswer: () => {} };
  const passOn = async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const answer = await fetch(`${target}${request.url}`, {
      method: request.method,
      headers: { "content-type": "application/json" },
      ...(body.length === 0 ? {} : { body }),
    });
    const text = await answer.text();
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(text);
    if (request.url !== "/v1/completions" || !answer.ok) return;
    gate.answered += JSON.parse(text).choices.length;
    gate.onAnswer();
  };
  const server = createServer((request, response) => {
    passOn(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(gate, {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  });
}

function isSame(result, expected) {
  return (
    result.logProbs.length === expected.logProbs.length &&
    result.logProbs.every(
      (logProb, index) => Math.abs(logProb - expected.logProbs[index]) <= TOLERANCE,
    )
  );
}

function total(gates) {
  return gates.reduce((sum, { answered }) => sum + answered, 0);
}

function tokensIn(requests) {
  return requests.reduce((sum, { context, target }) => sum + context.length + target.length, 0);
}
