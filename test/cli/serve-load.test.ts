import { expect, test } from "vitest";
import { folderWith } from "./pmpo.ts";
import { post, refusal, type Serving, startServing } from "./serving.ts";

const folder = folderWith({});

/** Keeps the engine busy for a while. */
const LONG = { prompt: "Once upon a time", max_tokens: 400, temperature: 0 };

async function metric({ url }: Serving, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split("\n").find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length));
}

/** Asks until the answer is as wished. */
async function until(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** A stream whose first piece is there: the engine is at work on it. */
async function begun(serving: Serving, body: object, signal?: AbortSignal): Promise<Response> {
  const init = signal === undefined ? {} : { signal };
  const response = await post(serving, "/v1/completions", { ...body, stream: true }, init);
  expect(response.status).toBe(200);
  return response;
}

test("more than may wait is told to come back, and comes through later", async () => {
  await using serving = await startServing(["--max-waiting", "60"], { folder });
  const long = await begun(serving, LONG);
  const reader = long.body?.getReader();
  await reader?.read();
  const waiting = post(serving, "/v1/completions", { prompt: "a b", max_tokens: 50 });
  await until(async () => (await metric(serving, "pmpo_waiting_requests")) === 1);
  const refused = await post(serving, "/v1/completions", { prompt: "c d", max_tokens: 50 });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await refusal(refused)).toMatchObject({ status: 429, code: "queue_full" });
  await reader?.cancel();
  expect((await waiting).status).toBe(200);
  const again = await post(serving, "/v1/completions", { prompt: "c d", max_tokens: 5 });
  expect(again.status).toBe(200);
});

test("who goes away leaves no work behind", async () => {
  await using serving = await startServing([], { folder });
  const reading = new AbortController();
  const long = await begun(serving, { ...LONG, max_tokens: 4000 }, reading.signal);
  await long.body?.getReader().read();
  const waiting = new AbortController();
  const dropped = post(
    serving,
    "/v1/completions",
    { ...LONG, max_tokens: 4000 },
    { signal: waiting.signal },
  );
  await until(async () => (await metric(serving, "pmpo_waiting_requests")) === 1);
  waiting.abort();
  await expect(dropped).rejects.toThrow();
  await until(async () => (await metric(serving, "pmpo_waiting_requests")) === 0);
  reading.abort();
  // Thousands of tokens would take far longer than a test may.
  const next = await post(serving, "/v1/completions", { prompt: "a", max_tokens: 1 });
  expect(next.status).toBe(200);
  expect(await metric(serving, 'pmpo_tokens_total{kind="generated"}')).toBeLessThan(100);
});

test("at SIGTERM what was taken is ended, and nothing new is taken", async () => {
  const serving = await startServing([], { folder });
  const long = await begun(serving, { ...LONG, max_tokens: 120 });
  const reader = long.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = (await reader?.read())?.value ?? "";
  serving.signal("SIGTERM");
  await until(async () => (await fetch(`${serving.url}/health`)).status === 503);
  const late = await post(serving, "/v1/completions", { prompt: "a" });
  expect(late.headers.get("retry-after")).not.toBeNull();
  expect(await refusal(late)).toMatchObject({ status: 503, type: "server_error" });
  for (;;) {
    const piece = await reader?.read();
    if (piece === undefined || piece.done) break;
    text += piece.value;
  }
  expect(text).toMatch(/"finish_reason":"(length|stop)"[^]*data: \[DONE\]\n\n$/);
  const { exitCode, stderr } = await serving.outcome;
  expect(exitCode).toBe(0);
  expect(stderr).toBe("Shutting down: requests that were taken are ended …\n");
});
