import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startToyServer, type ToyServer } from "../../src/backends/http/toy-server.test-support.ts";
import { folderWith, pmpo, smallTask } from "./pmpo.ts";

const KEY = "sk-never-to-be-seen";
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

/** A small task for the server's model. */
function serverTask(): string {
  const files = smallTask(1);
  const model = `model: { endpoint: ${server.url}/v1, name: toy-135m, key: TOY_KEY, patienceSeconds: 1 }\n`;
  return folderWith({ ...files, "pmpo.yaml": `${files["pmpo.yaml"]}${model}` });
}

const withKey = (folder: string): Parameters<typeof pmpo>[1] => ({
  folder,
  environment: { TOY_KEY: KEY },
});

function filesIn(folder: string): string {
  return readdirSync(join(folder, ".pmpo"), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), "latin1"))
    .join("\n");
}

const answersAsked = (): number =>
  server.seen.filter(({ path }) => path === "/v1/completions").length;

test("a search at a server asks nothing twice, and shows its key nowhere", async () => {
  const folder = serverTask();
  const first = await pmpo(["optimize", "--json"], withKey(folder));
  expect({ exitCode: first.exitCode, stderr: first.stderr }).toEqual({ exitCode: 0, stderr: "" });
  const before = answersAsked();
  const second = await pmpo(["optimize", "--json"], withKey(folder));
  expect(second.exitCode).toBe(0);
  // Opening a server scores a few plain sentences; all else is in the cache.
  expect(answersAsked() - before).toBe(1);
  expect(server.seen.every(({ authorization }) => authorization === `Bearer ${KEY}`)).toBe(true);
  expect(`${first.stdout}${filesIn(folder)}`).not.toContain(KEY);
});

test("score and compare take the address of a model", async () => {
  const folder = folderWith({ ...smallTask(1), "other.txt": "Say positive or negative.\n" });
  const model = ["--model", `${server.url}#toy-135m`, "--limit", "3", "--json"];
  for (const command of [
    ["score", "--prompt", "prompt.txt"],
    ["compare", "prompt.txt", "other.txt"],
  ]) {
    const args = [...command, "--data", "data.jsonl", ...model];
    const { exitCode, stderr } = await pmpo(args, { folder });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  }
});

test("a key that is not set is named before anything is asked", async () => {
  const before = server.seen.length;
  const { exitCode, stderr } = await pmpo(["optimize"], { folder: serverTask() });
  expect(exitCode).toBe(2);
  expect(stderr).toContain("The environment variable TOY_KEY");
  expect(server.seen.length).toBe(before);
});

test("a key in place of its variable's name is refused and not shown", async () => {
  const folder = folderWith({});
  for (const [key, code] of [
    ["sk-live-0123", /--key: name an environment variable here, not the key itself/],
    ["sk_live_0123", /Set it, and name it, not the key itself/],
  ] as const) {
    const shown = await pmpo(["probe", "--endpoint", server.url, "--key", key], { folder });
    expect(shown.exitCode).toBe(2);
    expect(shown.stderr).toMatch(code);
    expect(`${shown.stdout}${shown.stderr}`).not.toContain(key);
  }
});

test("a server that refuses the key says so, and no run is written", async () => {
  server.fault = ({ authorization }) => ({ status: 401, json: { error: `no ${authorization}` } });
  const folder = serverTask();
  const { exitCode, stderr } = await pmpo(["optimize"], withKey(folder));
  expect(exitCode).toBe(3);
  expect(stderr).toContain(`${server.url}: GET /v1/models was answered with 401: no Bearer ***`);
  expect(readdirSync(folder)).not.toContain(".pmpo");
});

test("a server that stays away ends the run, which goes on when it is back", async () => {
  const folder = serverTask();
  let left = 3;
  server.fault = ({ path }) =>
    path === "/v1/completions" && left-- <= 0 ? { status: 503, text: "loading" } : null;
  const ended = await pmpo(["optimize"], withKey(folder));
  expect(ended.exitCode).toBe(3);
  expect(ended.stderr).toMatch(
    /503: loading\ntrying again …[^]*error: .*503: loading[^]*Go on with: pmpo resume/,
  );
  server.fault = null;
  const resumed = await pmpo(["resume", "--json"], withKey(folder));
  expect(resumed.exitCode, resumed.stderr).toBe(0);
  const undisturbed = await pmpo(["optimize", "--json"], withKey(serverTask()));
  const [a, b] = [resumed, undisturbed].map(({ stdout }) => JSON.parse(stdout) as { best: object });
  expect(a?.best).toEqual(b?.best);
});

test("the probe prints what a server does, and fails on one that cannot score", async () => {
  const folder = folderWith({});
  const good = await pmpo(["probe", "--endpoint", server.url], { folder });
  expect([good.exitCode, good.stderr]).toEqual([0, ""]);
  expect(good.stdout).toMatch(/scores given tokens +ok +the true end of 5 of 5/);
  await using other = await startToyServer("llamacpp");
  for (const args of [
    ["probe", "--endpoint"],
    ["doctor", "--endpoint"],
    ["doctor", "--model"],
  ]) {
    const bad = await pmpo([...args, other.url], { folder });
    expect(bad.exitCode).toBe(3);
    expect(bad.stdout).toMatch(/server +failed .*is llama-server[^]*GGUF file/);
    expect(bad.stderr).toContain("cannot score: server");
  }
});

test("doctor and probe speak the interface that they are told", async () => {
  await using unknown = await startToyServer("somebody");
  for (const command of ["doctor", "probe"]) {
    const args = [command, "--endpoint", unknown.url, "--api", "vllm"];
    const { exitCode, stdout } = await pmpo(args, { folder: folderWith({}) });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/server +ok +vLLM/);
  }
});

test("a price is asked for what the server was asked for", async () => {
  const folder = serverTask();
  const yaml = readFileSync(join(folder, "pmpo.yaml"), "utf8");
  const priced = folderWith({
    ...smallTask(1),
    "pmpo.yaml": `${yaml}prices: { models: { toy-135m: { input: 1, output: 2 } } }\n`,
  });
  const { stdout, stderr } = await pmpo(["optimize", "--json"], withKey(priced));
  const { tokens, money } = JSON.parse(stdout || stderr) as {
    readonly tokens: { readonly requested: number; readonly generated: number };
    readonly money: { readonly amount: number };
  };
  expect(money.amount).toBeCloseTo((tokens.requested + tokens.generated) / 1e6, 9);
});
