import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { folderWith, pmpo } from "./pmpo.ts";
import { post, refusal, type Serving, startServing } from "./serving.ts";

const KEY = "sk-never-to-be-seen";
const folder = folderWith({});
const withKey = { folder, environment: { SERVE_KEY: KEY } };
let serving: Serving;

beforeAll(async () => {
  serving = await startServing(["--key-env", "SERVE_KEY", "--max-body", "20000"], withKey);
});

afterAll(async () => {
  await serving[Symbol.asyncDispose]();
  const { stdout, stderr } = await serving.outcome;
  expect(`${stdout}${stderr}`).not.toContain(KEY);
});

const authorized = { headers: { authorization: `Bearer ${KEY}` } };
const ask = (path: string, body: object): Promise<Response> =>
  post(serving, path, body, authorized);

const PROMPT = { prompt: "a b c" };
const CHAT = { messages: [{ role: "user", content: "Hi" }] };

test.each([
  ["/v1/completions", { ...PROMPT, best_of: 3 }, "best_of"],
  ["/v1/completions", { ...PROMPT, presence_penalty: 0.5 }, "presence_penalty"],
  ["/v1/completions", { ...PROMPT, logit_bias: { 5: 1 } }, "logit_bias"],
  ["/v1/completions", { ...PROMPT, guided_regex: "a+" }, "guided_regex"],
  ["/v1/completions", { ...PROMPT, logprobs: 21 }, "logprobs"],
  ["/v1/completions", { ...PROMPT, echo: true, stream: true }, "echo"],
  ["/v1/completions", { ...PROMPT, stream_options: {} }, "stream_options"],
  ["/v1/completions", { ...PROMPT, temperature: -1 }, "temperature"],
  ["/v1/completions", { prompt: [[5, 1e6]] }, "prompt[0][1]"],
  ["/v1/completions", { prompt: "" }, "prompt"],
  ["/v1/completions", { prompt: [] }, "prompt"],
  ["/v1/completions", {}, "prompt"],
  ["/v1/chat/completions", { ...CHAT, tools: [{ type: "function" }] }, "tools[0]"],
  ["/v1/chat/completions", { ...CHAT, response_format: { type: "json" } }, "response_format.type"],
  ["/v1/chat/completions", { ...CHAT, top_logprobs: 2 }, "top_logprobs"],
  ["/v1/chat/completions", { messages: [{ role: "tool", content: "" }] }, "messages[0].role"],
  ["/tokenize", { prompt: "a", truncate: 5 }, "truncate"],
  ["/detokenize", { tokens: [1e6] }, "tokens[0]"],
])("%s refuses what it does not support by name: %j", async (path, body, param) => {
  const response = await ask(path, body);
  expect(await refusal(response)).toMatchObject({
    status: 400,
    type: "invalid_request_error",
    param,
    message: expect.stringContaining(param) as unknown,
  });
});

test("a prompt that leaves no room is refused with OpenAI's code", async () => {
  const response = await ask("/v1/completions", { ...PROMPT, max_tokens: 1e6 });
  const code = "context_length_exceeded";
  expect(await refusal(response)).toMatchObject({ status: 400, param: "prompt", code });
});

test("another model's name is no model here", async () => {
  const response = await ask("/v1/completions", { ...PROMPT, model: "gpt-5" });
  expect(await refusal(response)).toMatchObject({ status: 404, param: "model" });
});

test("a body that is too large, no JSON, or of another type is refused", async () => {
  const large = await ask("/v1/completions", { prompt: "a".repeat(30_000) });
  expect(await refusal(large)).toMatchObject({ status: 413, code: "body_too_large" });
  const url = `${serving.url}/v1/completions`;
  const send = (type: string): Promise<Response> =>
    fetch(url, {
      method: "POST",
      body: "{",
      headers: { ...authorized.headers, "content-type": type },
    });
  expect(await refusal(await send("application/json"))).toMatchObject({ status: 400 });
  expect(await refusal(await send("text/plain"))).toMatchObject({ status: 415 });
});

test("without the key nothing is answered but the health", async () => {
  for (const path of ["/v1/models", "/metrics", "/version", "/nothing"]) {
    const bare = await fetch(`${serving.url}${path}`);
    expect(await refusal(bare)).toMatchObject({ status: 401, type: "authentication_error" });
  }
  const wrong = { headers: { authorization: "Bearer sk-wrong" } };
  const refused = await post(serving, "/v1/completions", PROMPT, wrong);
  expect(await refusal(refused)).toMatchObject({ status: 401, code: "invalid_api_key" });
  expect((await fetch(`${serving.url}/health`)).status).toBe(200);
  expect((await fetch(`${serving.url}/v1/models`, authorized)).status).toBe(200);
});

test("a body whose length nobody said is read, and refused where it grows too large", async () => {
  const sent = (text: string): Promise<Response> =>
    fetch(`${serving.url}/tokenize`, {
      method: "POST",
      headers: { "content-type": "application/json", ...authorized.headers },
      body: new Blob([text]).stream(),
      duplex: "half",
    });
  const read = await sent(JSON.stringify({ prompt: "a b c" }));
  expect([read.status, await read.json()]).toMatchObject([200, { count: 3 }]);
  expect((await sent(JSON.stringify({ prompt: "a ".repeat(20_000) }))).status).toBe(413);
});

test("a name of the web that was made to point here is not answered to", async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { host: "evil.example", ...authorized.headers };
    request(`${serving.url}/v1/models`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
  expect(status).toBe(403);
});

test("an address that others can reach needs a key, and a key needs to be there", async () => {
  const serve = ["serve", "--port", "0", "--model", "smollm2-135m:f16"];
  const open = await pmpo([...serve, "--host", "0.0.0.0"], { folder });
  expect(open.exitCode).toBe(2);
  expect(open.stderr).toContain("0.0.0.0 can be reached from other machines");
  const unset = await pmpo([...serve, "--key-env", "NOT_SET_ANYWHERE"], { folder });
  expect(unset.exitCode).toBe(2);
  expect(unset.stderr).toContain("NOT_SET_ANYWHERE is not set");
  const secret = await pmpo([...serve, "--key-env", "sk-live-0123"], { folder });
  expect(secret.exitCode).toBe(2);
  expect(secret.stderr).not.toContain("sk-live-0123");
  const port = new URL(serving.url).port;
  const taken = await pmpo(["serve", "--model", "smollm2-135m:f16", "--port", port], { folder });
  expect(taken.exitCode).toBe(2);
  expect(taken.stderr).toContain(`port ${port}`);
});
