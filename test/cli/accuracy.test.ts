import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type Answer,
  type LocalServer,
  type SeenRequest,
  startLocalServer,
} from "../../src/backends/http/local-server.test-support.ts";
import { REPLIES } from "../../src/backends/text/provider-replies.test-support.ts";
import { folderWith, pmpo, REVIEWS, smallTask, startPmpo } from "./pmpo.ts";

const NOTE = "Accuracy mode: no log-probabilities.";

/** A chat server that says nothing of likelihoods, as Ollama does. */
let server: LocalServer;
/** Told of each request, before it is answered. */
let onAsked: (() => void) | null = null;

interface ChatBody {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/** Rewrites a prompt; answers rightly where the prompt asks for one word, and else in a whole sentence. */
function answerOf({ path, body }: SeenRequest): Answer {
  if (path === "/v1/models") {
    return { json: { data: [{ id: "small", owned_by: "library" }] } };
  }
  onAsked?.();
  const { messages } = body as ChatBody;
  const input = messages.at(-1)?.content ?? "";
  const review = REVIEWS.find((each) => input.includes(each.input));
  if (messages.some(({ content }) => content.includes("<prompt>"))) {
    return REPLIES.chat.text("<prompt>Name the feeling in one word, without a sentence.</prompt>");
  }
  const asksForOneWord = messages.some(({ content }) => content.includes("one word"));
  return REPLIES.chat.text(
    asksForOneWord ? (review?.target ?? "?") : `The writer felt ${review?.target ?? "little"}.`,
  );
}

beforeAll(async () => {
  server = await startLocalServer(answerOf);
});

beforeEach(() => {
  onAsked = null;
  server.seen.length = 0;
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** Every candidate is a rewrite, and all are graded on all examples. */
function taskAt(...settings: readonly string[]): string {
  const files = smallTask(2);
  const search = files["pmpo.yaml"]?.replace("optimizer: { ", "optimizer: { edits: false, ") ?? "";
  const model = `model: { endpoint: ${server.url}, name: small }`;
  return folderWith({
    ...files,
    "pmpo.yaml": `${search}${[model, ...settings].join("\n")}\n`,
  });
}

interface RunDocument {
  readonly run: string;
  readonly mode: string;
  readonly start: PromptDocument;
  readonly best: PromptDocument;
  readonly verdict: { readonly difference: number };
  readonly tokens: { readonly requested: number; readonly generated: number };
  readonly money?: { readonly amount: number };
}

interface PromptDocument {
  readonly prompt: string;
  readonly loss: number;
  readonly formatLoss: number | null;
  readonly accuracy: number;
}

function logOf(folder: string, run: string): readonly string[] {
  const text = readFileSync(join(folder, ".pmpo", "runs", run, "events.jsonl"), "utf8");
  return text.trimEnd().split("\n");
}

test("a prompt for a chat server is found by graded answers, paid once, and shown as accuracy", async () => {
  const price = "prices: { models: { small: { input: 3, output: 15 } } }";
  const folder = taskAt("objective: accuracy", price);
  const first = await pmpo(["optimize", "--json"], { folder });
  expect({ exitCode: first.exitCode, stderr: first.stderr }).toEqual({ exitCode: 0, stderr: "" });
  const document = JSON.parse(first.stdout) as RunDocument;
  expect(document).toMatchObject({
    mode: "accuracy",
    start: { loss: 1, accuracy: 0, formatLoss: null },
    best: { loss: 0, accuracy: 1, prompt: "Name the feeling in one word, without a sentence." },
    verdict: { difference: 1 },
  });
  const asked = server.seen.filter(({ path }) => path === REPLIES.chat.path).length;
  // 12 tokens of prompt and 3 of text in every reply; equal requests are sent once.
  expect(document.money?.amount).toBeCloseTo((asked * (12 * 3 + 3 * 15)) / 1e6, 9);
  const log = logOf(folder, document.run).join("\n");
  expect(log).not.toMatch(/crossEntropy|targetTokens|parts-analysed/);
  expect(log).toContain('"answer":{"text":"positive","score":1}');

  const again = await pmpo(["optimize", "--json"], { folder });
  const repeated = JSON.parse(again.stdout) as RunDocument;
  expect(server.seen.filter(({ path }) => path === REPLIES.chat.path)).toHaveLength(asked);
  expect([repeated.best, repeated.tokens.requested, repeated.money?.amount]).toEqual([
    document.best,
    document.tokens.requested,
    0,
  ]);

  const shown = await pmpo(["show", document.run], { folder });
  expect(shown.stdout.split(NOTE)).toHaveLength(2);
  expect(shown.stdout).toMatch(/training accuracy, % +0\.0 % +100\.0 %/);
  const markdown = await pmpo(["show", document.run, "--markdown"], { folder });
  expect(markdown.stdout.split(NOTE)).toHaveLength(2);
  const listed = await pmpo(["runs"], { folder });
  expect(listed.stdout).toMatch(/small +\d+ +0\.0 % +100\.0 %/);
  expect(listed.stdout).toContain("accuracy mode: no log-probabilities");
  const page = await pmpo(["report", document.run, "--out", "page.html"], { folder });
  expect(page.exitCode).toBe(0);
  const html = readFileSync(join(folder, "page.html"), "utf8");
  for (const text of [shown.stdout, markdown.stdout, listed.stdout]) {
    expect(text).not.toMatch(/NaN|undefined|nats/);
  }
  const visible = html.slice(html.indexOf("<body>"), html.indexOf("<script"));
  expect(visible.split(NOTE)).toHaveLength(2);
  expect(/.{20}(NaN|undefined|\bnats\b|\bloss\b[^-"]).{20}/.exec(visible)?.[0]).toBeUndefined();
});

test("a run that was interrupted goes on to the same end", async () => {
  const folder = taskAt("objective: accuracy");
  const whole = await pmpo(["optimize", "--json"], { folder: taskAt("objective: accuracy") });
  const asked = (): readonly string[] =>
    server.seen.filter(({ body }) => body !== undefined).map(({ body }) => JSON.stringify(body));
  const wanted = new Set(asked());
  server.seen.length = 0;
  const { child, outcome } = startPmpo(["optimize"], { folder });
  onAsked = () => {
    if (asked().length === 12) child.kill("SIGINT");
  };
  const { exitCode, stderr } = await outcome;
  expect([exitCode, stderr]).toEqual([130, expect.stringContaining("pmpo resume")]);
  onAsked = null;
  const resumed = await pmpo(["resume", "--json"], { folder });
  expect({ exitCode: resumed.exitCode, stderr: resumed.stderr }).toEqual({
    exitCode: 0,
    stderr: "",
  });
  const [one, other] = [whole, resumed].map(({ stdout }) => JSON.parse(stdout) as RunDocument);
  expect([other?.start, other?.best, other?.verdict]).toEqual([
    one?.start,
    one?.best,
    one?.verdict,
  ]);
  expect(new Set(asked())).toEqual(wanted);
});

test("a budget of tokens ends the search, counted whether the cache answers or not", async () => {
  const folder = taskAt("objective: accuracy");
  for (const _ of [1, 2]) {
    const { stdout } = await pmpo(["optimize", "--json", "--budget-tokens", "1"], { folder });
    const { run } = JSON.parse(stdout) as RunDocument;
    expect(logOf(folder, run).join("\n")).toContain('"reason":"token-budget"');
  }
});

test("a model that only writes is refused without accuracy mode, in a sentence that names it", async () => {
  const folder = taskAt();
  const scores = await pmpo(["optimize"], { folder });
  expect([scores.exitCode, scores.stderr]).toEqual([
    3,
    expect.stringMatching(/Ollama[^]*--objective accuracy[^]*whole examples/),
  ]);
  expect(readdirSync(folder)).not.toContain(".pmpo");
  const named = await pmpo(["optimize", "--json", "--objective", "accuracy"], { folder });
  expect(named.exitCode).toBe(0);
});

test.each([["estimate"], ["mask"], ["compress"], ["demos"]])(
  "pmpo %s says that it needs likelihoods",
  async (command) => {
    const folder = taskAt("objective: accuracy");
    const { exitCode, stdout, stderr } = await pmpo([command], { folder });
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/pmpo \w+.*: this goes by how likely known answers are/);
  },
);

test("pmpo signal says so of a run in accuracy mode", async () => {
  const folder = taskAt("objective: accuracy");
  await pmpo(["optimize", "--json"], { folder });
  const { exitCode, stderr } = await pmpo(["signal"], { folder });
  expect(exitCode).toBe(2);
  expect(stderr).toContain("pmpo signal: this goes by how likely known answers are");
});

test("varied prompts are tried by written answers alone", async () => {
  const folder = taskAt("objective: accuracy");
  const args = ["headroom", "--prompts", "6"];
  const { exitCode, stdout, stderr } = await pmpo(args, { folder });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(/accuracy, % +against start/);
  expect(stdout).toMatch(/(raises the accuracy by|No room seen)/);
  expect(stdout.split(NOTE)).toHaveLength(2);
  expect(stdout).not.toMatch(/nats|NaN/);
});

test("prompts are compared by written answers alone", async () => {
  const folder = taskAt("objective: accuracy");
  writeFileSync(join(folder, "one.txt"), "Say positive or negative, in one word.");
  const args = ["compare", "prompt.txt", "one.txt", "--task", "."];
  const { exitCode, stdout, stderr } = await pmpo(args, { folder });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(/prompt\.txt +0\.0 %/);
  expect(stdout).toMatch(/one\.txt +100\.0 %/);
  expect(stdout).toContain(NOTE);
  expect(stdout).not.toMatch(/nats|NaN/);
});

test.each([
  ["answers: chosen", "answers that the model writes, but your program chooses"],
  ["length: { penalty: 0.1 }", "length.penalty is in nats"],
  ["length: { maximumTokens: 100 }", "length.maximumTokens needs a model whose tokens"],
])("%s makes no sense in accuracy mode", async (setting, message) => {
  const folder = taskAt("objective: accuracy", setting);
  const { exitCode, stderr } = await pmpo(["optimize"], { folder });
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  expect(readdirSync(folder)).not.toContain(".pmpo");
});

test("the embedded engine can be searched by accuracy too", async () => {
  const files = smallTask(1);
  const folder = folderWith(files);
  const args = ["optimize", "--objective", "accuracy", "--threads", "1", "--train", "4"];
  const { exitCode, stdout, stderr } = await pmpo(args, { folder });
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/objective: accuracy of the answers that the model writes/);
  expect(stderr.split(NOTE)).toHaveLength(2);
  expect(stderr).toMatch(/start +accuracy \d+\.\d %/);
  expect(stdout).toMatch(/training accuracy, % +\d+\.\d % +\d+\.\d %/);
  expect(stdout).not.toMatch(/nats|NaN/);
});
