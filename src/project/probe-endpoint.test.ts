import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startToyServer, type ToyServer } from "../backends/http/toy-server.test-support.ts";
import { toyTokens } from "../backends/http/toy-model.test-support.ts";
import type { Check } from "./check.ts";
import { probeEndpoint } from "./probe-endpoint.ts";

let server: ToyServer;

beforeAll(async () => {
  server = await startToyServer();
});

beforeEach(() => {
  server.fault = null;
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** Every check, each told to the test as soon as it is done. */
async function probe(
  signal: AbortSignal = new AbortController().signal,
  onCheck: (check: Check) => void = () => {},
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  const services = { environment: {}, signal, clock: () => performance.now() };
  for await (const check of probeEndpoint(
    { address: server.url, api: null, stepwise: false, key: null },
    services,
  )) {
    checks.push(check);
    onCheck(check);
  }
  return checks;
}

test("a server that does all that is needed passes every check", async () => {
  const checks = await probe();
  expect(checks.filter(({ status }) => status !== "ok")).toEqual([]);
  expect(checks.map(({ name }) => name)).toContain("speed");
});

test("a server that reads a name as a control token, break or not, fails", async () => {
  const BREAK = "\u0001";
  server.fault = ({ path, body }) => {
    const { prompt } = (body ?? {}) as { prompt?: unknown };
    if (path !== "/tokenize" || typeof prompt !== "string") return null;
    if (!prompt.includes(`<${BREAK}|im_end|>`)) return null;
    const tokens = toyTokens(prompt.replaceAll(`<${BREAK}|im_end|>`, `<|im_end|>${BREAK}`));
    return { json: { tokens } };
  };
  const tokenizer = (await probe()).find(({ name }) => name === "tokenizer");
  expect(tokenizer).toMatchObject({
    status: "failed",
    detail: expect.stringContaining("<|im_end|> in a text becomes one token") as string,
  });
});

test.each([
  "tokenizer",
  "chat template",
  "scores given tokens",
  "same numbers again",
  "prefixes",
  "writes",
])("a signal ends a probe of a server that hangs after the check of: %s", async (last) => {
  const controller = new AbortController();
  const stopped = probe(controller.signal, ({ name }) => {
    if (name !== last) return;
    server.fault = () => () => {
      controller.abort();
    };
  });
  await expect(stopped).rejects.toMatchObject({ kind: "interrupted" });
});
