import { expect, test } from "vitest";
import { PmpoError } from "../../core/errors.ts";
import { HttpClient, type HttpClientOptions } from "./http-client.ts";
import { HttpError } from "./http-error.ts";
import { type Answer, type LocalServer, startLocalServer } from "./local-server.test-support.ts";
import { sendAll } from "./transport.ts";

const KEY = 'sk-very"secret/0123';
const REQUEST = { path: "/v1/completions", body: { prompt: [1, 2] } };

function clientOf(url: string, options: Partial<HttpClientOptions> = {}): HttpClient {
  return new HttpClient({
    url,
    key: KEY,
    concurrency: 2,
    timeoutMs: 10_000,
    patienceMs: 10_000,
    ...options,
  });
}

/** A server that gives these answers one after another, the last one for ever. */
function answering(...answers: readonly Answer[]): Promise<LocalServer> {
  let next = 0;
  return startLocalServer(() => answers[Math.min(next++, answers.length - 1)] as Answer);
}

async function failureOf(promise: Promise<unknown>): Promise<PmpoError> {
  const error = await promise.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(PmpoError);
  return error as PmpoError;
}

test("posts JSON with the key and hands back the JSON of the answer", async () => {
  await using server = await answering({ json: { fine: true } });
  await using client = clientOf(server.url);
  expect(await client.send(REQUEST)).toEqual({ fine: true });
  await client.send({ path: "/v1/models" });
  expect(server.seen).toMatchObject([
    { method: "POST", path: "/v1/completions", authorization: `Bearer ${KEY}`, body: REQUEST.body },
    { method: "GET", path: "/v1/models", authorization: `Bearer ${KEY}`, body: undefined },
  ]);
});

const FINAL: readonly (readonly [number, string, unknown, RegExp])[] = [
  [400, "ENDPOINT_REFUSED", { error: { message: "max_tokens must be at least 1" } }, /at least 1/],
  [401, "ENDPOINT_UNAUTHORIZED", { error: "Unauthorized" }, /Unauthorized/],
  [403, "ENDPOINT_UNAUTHORIZED", { detail: "Forbidden" }, /Forbidden/],
  [403, "ENDPOINT_REFUSED", { error: "Scale-out endpoints are disabled." }, /Scale-out/],
  [404, "ENDPOINT_NOT_FOUND", { error: { message: "The model `nope` does not exist." } }, /nope/],
  [413, "ENDPOINT_TOO_LARGE", { message: "request entity too large" }, /too large/],
  [422, "ENDPOINT_REFUSED", { detail: [{ loc: ["body", "prompt"] }] }, /prompt/],
  [500, "ENDPOINT_FAILED", "Out of range float values are not JSON compliant", /Out of range/],
];

test.each(FINAL)("gives up at %i with what the server said", async (status, code, json, says) => {
  await using server = await answering({ status, json });
  await using client = clientOf(server.url);
  const error = await failureOf(client.send(REQUEST));
  expect(error).toMatchObject({ kind: "model", code, isRetryable: false });
  expect(error.message).toContain(
    `${server.url}: POST /v1/completions was answered with ${status}`,
  );
  expect(error.message).toMatch(says);
  expect(server.seen).toHaveLength(1);
});

test.each([408, 429, 500, 502, 503, 504])("tries again after %i", async (status) => {
  await using server = await answering({ status, json: {} }, { json: "done" });
  await using client = clientOf(server.url);
  expect(await client.send(REQUEST)).toBe("done");
  expect(server.seen).toHaveLength(2);
});

test("waits as long as the server asks, within its patience", async () => {
  await using server = await answering(
    { status: 429, headers: { "retry-after": "3600" }, json: {} },
    { json: "too soon" },
  );
  await using client = clientOf(server.url, { patienceMs: 30_000 });
  const signal = AbortSignal.timeout(1500);
  expect(await failureOf(client.send(REQUEST, { signal }))).toMatchObject({ kind: "interrupted" });
  expect(server.seen).toHaveLength(1);
});

test("tells why it waits, once until a request succeeds", async () => {
  const busy: Answer = { status: 503, text: "loading" };
  const fine: Answer = { json: 1 };
  await using server = await answering(busy, busy, fine, busy, fine);
  const told: string[] = [];
  await using client = clientOf(server.url, { onWait: (reason) => told.push(reason) });
  await client.send(REQUEST);
  expect(told).toEqual([expect.stringContaining("503: loading")]);
  await client.send(REQUEST);
  expect(told).toHaveLength(2);
});

test("gives up a busy server when its patience ends", async () => {
  await using server = await answering({ status: 503, text: "overloaded" });
  await using client = clientOf(server.url, { patienceMs: 700 });
  expect(await failureOf(client.send(REQUEST))).toMatchObject({
    code: "ENDPOINT_BUSY",
    message: expect.stringContaining("503: overloaded") as string,
  });
  expect(server.seen.length).toBeGreaterThan(1);
});

test("a failing server is asked four times and no more", async () => {
  await using server = await answering({ status: 500, json: { error: "engine dead" } });
  await using client = clientOf(server.url, { patienceMs: 60_000 });
  const error = await failureOf(client.send(REQUEST));
  expect(error.message).toContain("engine dead");
  expect(server.seen).toHaveLength(4);
});

test("asks again when the connection is cut in the middle of an answer", async () => {
  await using server = await answering(
    (response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("{", () => response.destroy());
    },
    { json: 7 },
  );
  await using client = clientOf(server.url);
  expect(await client.send(REQUEST)).toBe(7);
});

test("says that nothing listens at an address, at once where that is asked for", async () => {
  const { url } = await answering({ json: 1 }).then(async (server) => {
    await server[Symbol.asyncDispose]();
    return server;
  });
  await using client = clientOf(url, { patienceMs: 600_000 });
  const error = await failureOf(client.send(REQUEST, { failFast: true }));
  expect(error).toMatchObject({ code: "ENDPOINT_UNREACHABLE", isRetryable: true });
  expect(error.message).toContain("ECONNREFUSED");
});

test.each([
  ["a key that no header takes", {}, "sk-typed\u2019quote", /ByteString/],
  ["a key of two lines", {}, "sk-first\nsecond", /header value/],
  ["a port that HTTP is not spoken at", { url: "http://127.0.0.1:6000" }, KEY, /bad port/],
])("%s is said at once", async (_name, options, key, reason) => {
  await using server = await answering({ json: 1 });
  await using client = clientOf(server.url, { ...options, key, patienceMs: 600_000 });
  const error = await failureOf(client.send(REQUEST));
  expect(error).toMatchObject({ code: "ENDPOINT_UNSENDABLE", isRetryable: false });
  expect(error.message).toMatch(reason);
  for (const part of key.split(/\s/)) expect(error.message).not.toContain(part);
});

test("ends an answer that comes in slow bytes when its time is over", async () => {
  const timers: NodeJS.Timeout[] = [];
  await using server = await answering((response) => {
    response.writeHead(200);
    timers.push(setInterval(() => response.write(" "), 20));
  });
  await using client = clientOf(server.url, { timeoutMs: 300, patienceMs: 0 });
  const error = await failureOf(client.send(REQUEST));
  timers.forEach(clearInterval);
  expect(error).toMatchObject({ code: "ENDPOINT_TIMEOUT" });
  expect(error.message).toContain("within 0.3 s");
});

test("asks again after an answer that took longer than its patience", async () => {
  await using server = await answering(() => {}, { json: "in time" });
  await using client = clientOf(server.url, { timeoutMs: 1000, patienceMs: 500 });
  expect(await client.send(REQUEST)).toBe("in time");
});

test("refuses what is not JSON, and redirects", async () => {
  await using server = await answering(
    { text: "<html>welcome</html>" },
    { status: 301, headers: { location: "https://elsewhere.example/" }, json: {} },
  );
  await using client = clientOf(server.url);
  const first = await failureOf(client.send(REQUEST));
  expect(first).toMatchObject({ code: "ENDPOINT_BAD_REPLY" });
  expect(first.message).toContain("<html>welcome");
  const second = await failureOf(client.send(REQUEST));
  expect(second).toMatchObject({ code: "ENDPOINT_REDIRECTS" });
  expect(second.message).toContain("https://elsewhere.example/");
});

test("an abort ends a request that hangs, one that waits in the queue and one between tries", async () => {
  await using server = await startLocalServer(({ path }) =>
    path === "/busy" ? { status: 503, json: {} } : () => {},
  );
  await using client = clientOf(server.url);
  const controller = new AbortController();
  const { signal } = controller;
  const sent = ["/hang", "/busy", "/waits"].map((path) => client.send({ path }, { signal }));
  while (server.seen.length < 2) await new Promise(setImmediate);
  controller.abort();
  for (const each of sent) {
    expect(await failureOf(each)).toMatchObject({ kind: "interrupted" });
  }
  expect(server.seen.some(({ path }) => path === "/waits")).toBe(false);
});

test("never has more requests under way than allowed, and keeps the order of answers", async () => {
  let open = 0;
  let most = 0;
  await using server = await startLocalServer(({ path }) => (response) => {
    most = Math.max(most, ++open);
    setImmediate(() => {
      open--;
      response.end(JSON.stringify(path));
    });
  });
  await using client = clientOf(server.url, { concurrency: 3 });
  const paths = Array.from({ length: 20 }, (_, index) => `/${index}`);
  expect(
    await sendAll(
      client,
      paths.map((path) => ({ path })),
    ),
  ).toEqual(paths);
  expect(most).toBeLessThanOrEqual(3);
});

test("one failure ends the other requests of the same call", async () => {
  await using server = await startLocalServer(({ path }) =>
    path === "/bad" ? { status: 400, json: { error: "bad" } } : () => {},
  );
  await using client = clientOf(server.url);
  const error = await failureOf(sendAll(client, [{ path: "/hang" }, { path: "/bad" }]));
  expect(error).toBeInstanceOf(HttpError);
  expect(error.message).toContain("/bad");
});

test("a closed client refuses, and ends what is under way", async () => {
  await using server = await startLocalServer(() => () => {});
  const client = clientOf(server.url);
  const hanging = failureOf(client.send(REQUEST));
  while (server.seen.length === 0) await new Promise(setImmediate);
  await client[Symbol.asyncDispose]();
  await client[Symbol.asyncDispose]();
  expect(await hanging).toMatchObject({ code: "ENDPOINT_CLOSED" });
  expect(await failureOf(client.send(REQUEST))).toMatchObject({ code: "ENDPOINT_CLOSED" });
});

test("the key is in no error, however the server says it", async () => {
  const forms = [KEY, JSON.stringify(KEY), encodeURIComponent(KEY), btoa(KEY), "Bearer abc.def"];
  for (const status of [200, 400, 401, 500]) {
    await using server = await answering({ status, text: forms.join(" ") });
    await using client = clientOf(server.url, { patienceMs: 0 });
    const error = await failureOf(client.send(REQUEST));
    const shown = `${error.message} ${error.hint} ${error.stack} ${JSON.stringify(error)}`;
    for (const form of [...forms.slice(0, 4), "abc.def"]) expect(shown).not.toContain(form);
    expect(error.message).toContain("***");
  }
});

test("the key is not in the address that a redirect leads to", async () => {
  const location = `https://elsewhere.example/?key=${encodeURIComponent(KEY)}`;
  await using server = await answering({ status: 307, headers: { location }, json: {} });
  await using client = clientOf(server.url);
  const { message } = await failureOf(client.send(REQUEST));
  expect(message).toContain("https://elsewhere.example/?key=***");
});
