import { resolve } from "node:path";
import { expect, test } from "vitest";
import { endpointSettings, NO_SETTINGS } from "../core/endpoint-settings.ts";
import type { Config } from "./config.ts";
import { parseConfig } from "./parse-config.ts";

const configOf = (settings: string): Config =>
  parseConfig(`prompt: Sort it.\ndata: data.jsonl\n${settings}\n`, resolve("/tasks/pmpo.yaml"));

const UNSAID = NO_SETTINGS;

test("a model at a server becomes its address, with how to speak to the server beside it", () => {
  const { model, rewriter, endpoints } = configOf(
    "model: { endpoint: http://127.0.0.1:8100/v1/, name: smollm2, api: vllm, key: MY_KEY, concurrency: 2 }",
  );
  expect([model, rewriter]).toEqual(Array(2).fill("http://127.0.0.1:8100#smollm2"));
  expect(endpoints).toEqual({
    "http://127.0.0.1:8100#smollm2": { ...UNSAID, api: "vllm", key: "MY_KEY", concurrency: 2 },
  });
});

test.each([
  ["model: http://127.0.0.1:8100/v1", "http://127.0.0.1:8100"],
  [
    "model: https://Host.example/base/#meta-llama/L-8B",
    "https://host.example/base#meta-llama/L-8B",
  ],
  ["model: { endpoint: http://h:1 }", "http://h:1"],
  ["model: { endpoint: 'http://h:1#name' }", "http://h:1#name"],
  ["model: { endpoints: ['http://h:1/v1', http://i:2], name: x }", "http://h:1,http://i:2#x"],
  ["model: 'http://h:1, http://i:2/v1#x'", "http://h:1,http://i:2#x"],
])("%s is the address %s", (written, address) => {
  expect(configOf(written).model).toBe(address);
});

test("a rewriter at the same server shares its settings, one elsewhere has its own or none", () => {
  const { endpoints } = configOf(
    "model: { endpoint: http://h:1, name: small, key: A }\nrewriter: { endpoint: http://h:2, name: large, key: B }",
  );
  expect(endpointSettings(endpoints, "http://h:1#other").key).toBe("A");
  expect(endpointSettings(endpoints, "http://h:2#large").key).toBe("B");
  expect(endpointSettings(endpoints, "http://h:3#any")).toEqual(UNSAID);
});

test("a model at several servers has settings, and shares them with others there", () => {
  const { endpoints } = configOf("model: { endpoints: [http://h:1, http://h:2], key: A }");
  expect(endpointSettings(endpoints, "http://h:1,http://h:2").key).toBe("A");
  expect(endpointSettings(endpoints, "http://h:2#other").key).toBe("A");
});

test("a price is found by the name that the server has for a model", () => {
  const { prices } = configOf(
    "model: { endpoint: http://h:1, name: small }\nprices: { models: { small: { input: 1, output: 2 } } }",
  );
  expect(Object.keys(prices?.models ?? {})).toEqual(["http://h:1#small"]);
});

test("that one model of a server is only chatted with says nothing of the others", () => {
  const { endpoints } = configOf("rewriter: { endpoint: http://h:1, name: a, api: chat, key: A }");
  expect(endpointSettings(endpoints, "http://h:1#a").api).toBe("chat");
  expect(endpointSettings(endpoints, "http://h:1#b")).toEqual({ ...UNSAID, key: "A" });
});

test("a service's model is its name, with its settings and those of others there", () => {
  const { rewriter, endpoints } = configOf(
    "rewriter: { provider: anthropic, name: claude-x, key: MY_KEY, endpoint: 'http://proxy:1/v1', reasoningTokens: 500 }",
  );
  expect(rewriter).toBe("anthropic:claude-x");
  expect(endpointSettings(endpoints, "anthropic:claude-y")).toEqual({
    ...UNSAID,
    key: "MY_KEY",
    serviceUrl: "http://proxy:1/v1",
    reasoningTokens: 500,
  });
  expect(endpointSettings(endpoints, "openai:any")).toEqual(UNSAID);
  expect(configOf("rewriter: anthropic:claude-x").rewriter).toBe("anthropic:claude-x");
});

test("a judge takes all that a model does", () => {
  const { metric, endpoints, prices } = configOf(
    "metric: { judge: { model: { endpoint: http://h:1, name: j, api: chat, key: J } } }\nprices: { models: { j: { input: 1, output: 2 } } }",
  );
  expect(metric).toEqual({ kind: "judge", model: "http://h:1#j", question: null });
  expect(endpoints).toEqual({ "http://h:1#j": { ...UNSAID, api: "chat", key: "J" } });
  expect(Object.keys(prices?.models ?? {})).toEqual(["http://h:1#j"]);
  const named = configOf("metric: { judge: { model: mistral:large, question: Same? } }").metric;
  expect(named).toEqual({ kind: "judge", model: "mistral:large", question: "Same?" });
});

test.each([
  ["model: { endpoint: ftp://h }", /model\.endpoint: ftp:\/\/h: not the address of a server/],
  ["model: { endpoint: 'http://me:s3cret@h:no' }", /: http:\/\/\*\*\*@h:no: not the address/],
  ["model: { endpoint: 'me:s3cret@h:1' }", /: \*\*\*@h:1: not the address/],
  ["model: { endpoint: 'http://me:s3#cret@h:1' }", /: http:\/\/\*\*\*@h:1: not the address/],
  ["model: { endpoint: 'http://h:no?key=s3cret' }", /: http:\/\/h:no\?\*\*\*: not the address/],
  ["model: { endpoint: 'http://h#50%model' }", /h#50%model: the model's name holds a %/],
  ["model: { endpoint: http://me:s3cret@h:1 }", /model\.endpoint: .*must hold no user, password/],
  ["model: http://h:1/?key=s3cret", /model: .*must hold no user, password or query/],
  ["model: { endpoint: http://h:1, key: sk-s3cret }", /model\.key: name an environment variable/],
  [
    "model: { endpoint: http://h:1, timeoutSeconds: 2147484 }",
    /timeoutSeconds: expected at most 2147483/,
  ],
  ["model: { endpoint: http://h:1, nam: x }", /model\.nam: unknown key; did you mean "name"/],
  ["model: { endpoints: [http://h:1] }", /model\.endpoints: .*2/],
  ["model: { endpoints: [http://h:1, http://h:1/v1] }", /model: http:\/\/h:1 is listed twice/],
  ["model: { endpoints: [http://h:1, 'me:s3cret@h:1'] }", /endpoints\[1\]: \*\*\*@h:1: not the/],
  [
    "model: { endpoint: http://h:1, endpoints: [http://h:1, http://h:2] }",
    /model: either `endpoint` or `endpoints`/,
  ],
  [
    "rewriter: { provider: openai, name: x, endpoints: [http://h:1, http://h:2] }",
    /one address: `endpoint`/,
  ],
  ["rewriter: { endpoints: [http://h:1, http://h:2], api: chat }", /only writes is reached at one/],
  ["rewriter: { endpoint: http://h:1, api: openai }", /rewriter\.api: .*vllm/],
  [
    "model: { endpoint: http://h:1, name: x }\nrewriter: { endpoint: http://h:1, name: x, api: chat }",
    /rewriter: the same model stands here with other settings/,
  ],
  ["rewriter: { name: x }", /rewriter: name an endpoint or a provider/],
  ["rewriter: { provider: openai }", /rewriter\.provider: name its model too/],
  ["rewriter: { provider: google, name: x, api: chat }", /rewriter\.api: a provider has its own/],
  ["rewriter: { provider: antropic, name: x }", /did you mean "anthropic"/],
  ["metric: { judge: { model: 'http://me:s3cret@h:1' } }", /metric\.judge\.model: .*must hold no/],
])("%s is refused with its place, and shows no secret", (written, message) => {
  expect(() => configOf(written)).toThrow(message);
  expect(() => configOf(written)).not.toThrow(/s3|cret/);
});
