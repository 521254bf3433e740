import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type Answer,
  type LocalServer,
  type SeenRequest,
  startLocalServer,
} from "../../src/backends/http/local-server.test-support.ts";
import { startToyServer, type ToyServer } from "../../src/backends/http/toy-server.test-support.ts";
import { REPLIES } from "../../src/backends/text/provider-replies.test-support.ts";
import { folderWith, pmpo, smallTask } from "./pmpo.ts";

// The scored model is at a server too, so that these tests load none.

const KEY = "sk-never-to-be-seen";
let scorer: ToyServer;
let service: LocalServer;
/** What the service answers in place of its texts; null: nothing special. */
let fault: ((seen: SeenRequest) => Answer | null) | null = null;

/** Rewrites of a prompt through Anthropic's interface, Yes through chat completions. */
function serviceAnswer(seen: SeenRequest): Answer {
  const special = fault?.(seen) ?? null;
  if (special !== null) return special;
  if (seen.path === REPLIES.chat.path) return REPLIES.chat.text("Yes");
  if (seen.path === "/v1/models") return { json: { data: [{ id: "small", owned_by: "library" }] } };
  const count = service.seen.length;
  return REPLIES.anthropic.text(`A thought. <prompt>Is it good or bad? Version ${count}.</prompt>`);
}

beforeAll(async () => {
  scorer = await startToyServer();
  service = await startLocalServer(serviceAnswer);
});

beforeEach(() => {
  fault = null;
  service.seen.length = 0;
});

afterAll(async () => {
  await scorer[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

/** Every candidate is a rewrite. */
function taskWith(settings: readonly string[]): string {
  const files = smallTask(1);
  const search = files["pmpo.yaml"]?.replace("optimizer: { ", "optimizer: { edits: false, ") ?? "";
  const model = `model: ${scorer.url}#toy-135m`;
  return folderWith({
    ...files,
    "pmpo.yaml": `${search}${[model, ...settings].join("\n")}\n`,
  });
}

const rewriter = (rest = ""): string =>
  `rewriter: { provider: anthropic, name: claude-x, endpoint: ${service.url}/v1${rest} }`;

const judge = (): string =>
  `metric: { judge: { model: { endpoint: ${service.url}, name: judge-x, api: chat } } }`;

const withKey = (folder: string): Parameters<typeof pmpo>[1] => ({
  folder,
  environment: { ANTHROPIC_API_KEY: KEY },
});

function recorded(folder: string): string {
  return readdirSync(join(folder, ".pmpo"), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), "latin1"))
    .join("\n");
}

interface RunDocument {
  readonly run: string;
  readonly best: object;
  readonly tokens: { readonly generated: number };
  readonly money: { readonly amount: number };
}

test("a service rewrites and another judges: paid by their prices, asked nothing twice, its key nowhere", async () => {
  const folder = taskWith([
    rewriter(),
    judge(),
    "prices: { models: { claude-x: { input: 3, output: 15 } } }",
  ]);
  const first = await pmpo(["optimize", "--json"], withKey(folder));
  expect({ exitCode: first.exitCode, stderr: first.stderr }).toEqual({ exitCode: 0, stderr: "" });
  const asked = (path: string): number => service.seen.filter((seen) => seen.path === path).length;
  const texts = asked(REPLIES.anthropic.path);
  expect(texts).toBeGreaterThan(3);
  expect(asked(REPLIES.chat.path)).toBeGreaterThan(0);
  const document = JSON.parse(first.stdout) as RunDocument;
  // 12 tokens of prompt and 3 of text, as every reply of the service says.
  expect(document.money.amount).toBeCloseTo((texts * (12 * 3 + 3 * 15)) / 1e6, 9);
  const before = service.seen.length;
  const second = await pmpo(["optimize", "--json"], withKey(folder));
  expect(service.seen.length).toBe(before);
  const repeated = JSON.parse(second.stdout) as RunDocument;
  expect([repeated.best, repeated.tokens.generated]).toEqual([document.best, 0]);
  expect(recorded(folder)).toContain("Is it good or bad? Version");
  expect(`${first.stdout}${recorded(folder)}`).not.toContain(KEY);
  const manifest = join(folder, ".pmpo", "runs", document.run, "manifest.json");
  expect(JSON.parse(readFileSync(manifest, "utf8"))).toMatchObject({
    rewriterIdentity: { name: "anthropic:claude-x", format: "claude-x", engine: "Anthropic" },
    judgeIdentity: { name: `${service.url}#judge-x`, format: "judge-x" },
  });
});

test("a chat server is the rewriter by its address alone, where it cannot score", async () => {
  const folder = taskWith([]);
  fault = ({ path }) =>
    path === REPLIES.chat.path ? REPLIES.chat.text("<prompt>Good or bad?</prompt>") : null;
  const args = ["optimize", "--json", "--rewriter", service.url];
  const { exitCode, stderr } = await pmpo(args, { folder });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(recorded(folder)).toContain("Good or bad?");
  expect(service.seen.map(({ path }) => path)).toContain("/v1/models");
});

test("a service that refuses the key says so, without it, and the run goes on with another", async () => {
  const folder = taskWith([rewriter()]);
  fault = ({ headers }) =>
    headers["x-api-key"] === KEY
      ? REPLIES.anthropic.failure(401, `invalid x-api-key ${KEY}`)
      : null;
  const ended = await pmpo(["optimize"], withKey(folder));
  expect(ended.exitCode).toBe(3);
  expect(ended.stderr).toContain("401: invalid x-api-key ***");
  expect(ended.stderr).toMatch(/ANTHROPIC_API_KEY[^]*Go on with: pmpo resume/);
  expect(`${ended.stdout}${ended.stderr}${recorded(folder)}`).not.toContain(KEY);
  const yaml = readFileSync(join(folder, "pmpo.yaml"), "utf8");
  writeFileSync(join(folder, "pmpo.yaml"), yaml.replace(rewriter(), rewriter(", key: OTHER_KEY")));
  const environment = { OTHER_KEY: "sk-other" };
  const resumed = await pmpo(["resume", "--json"], { folder, environment });
  expect({ exitCode: resumed.exitCode, stderr: resumed.stderr }).toEqual({
    exitCode: 0,
    stderr: "",
  });
});

test("a key that is not set is named before anything is written", async () => {
  const folder = taskWith([rewriter()]);
  const { exitCode, stderr } = await pmpo(["optimize"], { folder });
  expect([exitCode, service.seen.length]).toEqual([2, 0]);
  expect(stderr).toContain("ANTHROPIC_API_KEY, which is to hold the key of anthropic, is not set");
  expect(readdirSync(folder)).not.toContain(".pmpo");
});

test("a model that only writes is refused where answers are scored", async () => {
  const folder = taskWith([]);
  for (const args of [
    ["optimize", "--model", "anthropic:claude-x"],
    ["score", "--prompt", "prompt.txt", "--data", "data.jsonl", "--model", "openai:gpt-x"],
    ["doctor", "--model", "google:gemini-x"],
  ]) {
    const { exitCode, stdout, stderr } = await pmpo(args, { folder });
    expect(exitCode).toBe(3);
    expect(`${stdout}${stderr}`).toMatch(/(claude|gpt|gemini)-x only writes texts/);
  }
});

test("an estimate counts the rewriter and the judge without asking them", async () => {
  const prices =
    "prices: { models: { claude-x: { input: 3, output: 15 }, judge-x: { input: 1, output: 1 } } }";
  const folder = taskWith([rewriter(), judge(), prices]);
  const { stdout, stderr, exitCode } = await pmpo(
    ["estimate", "--json", "--simulations", "1"],
    withKey(folder),
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const { money } = JSON.parse(stdout) as {
    readonly money: Readonly<Record<string, { readonly expected: number }>>;
  };
  expect(money["rewriter"]?.expected).toBeGreaterThan(0);
  expect(money["judge"]?.expected).toBeGreaterThan(0);
  expect(service.seen).toEqual([]);
});
