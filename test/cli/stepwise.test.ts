import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type LocalServer,
  startLocalServer,
} from "../../src/backends/http/local-server.test-support.ts";
import {
  deepseekAnswer,
  tableAnswer,
  toyModels,
} from "../../src/backends/http/stepwise/toy-lists.test-support.ts";
import { folderWith, pmpo, smallTask } from "./pmpo.ts";

let plain: LocalServer;
let deepseek: LocalServer;

beforeAll(async () => {
  plain = await startLocalServer((request) =>
    request.path === "/v1/models" ? toyModels("organization_owner") : tableAnswer(request),
  );
  deepseek = await startLocalServer((request) =>
    request.path === "/v1/models" ? toyModels("deepseek") : deepseekAnswer(request),
  );
});

afterAll(async () => {
  await plain[Symbol.asyncDispose]();
  await deepseek[Symbol.asyncDispose]();
});

interface Estimate {
  readonly tokens: number;
  readonly bounded: number;
}

/** A small task for a server's model, of which prompts cost something. */
function task(url: string, settings = ""): string {
  const files = smallTask(1);
  const model = `model: { endpoint: ${url}, name: toy-135m, patienceSeconds: 1${settings} }\n`;
  const prices = "prices: { models: { toy-135m: { input: 1000, output: 0 } } }\n";
  return folderWith({ ...files, "pmpo.yaml": `${files["pmpo.yaml"]}${model}${prices}` });
}

const SCORE = ["score", "--limit", "3", "--layout", "plain(Review/Sentiment)", "--json"];

test("a server that only lists likely tokens is refused by name, with how to ask for an estimate", async () => {
  const { exitCode, stderr } = await pmpo(SCORE, { folder: task(plain.url) });
  expect(exitCode).toBe(3);
  expect(stderr).toContain("is LM Studio");
  expect(stderr).toContain("--stepwise");
});

test("an estimate says first what it will send and cost, and then how much of it is bounds", async () => {
  const folder = task(plain.url);
  const { exitCode, stdout, stderr } = await pmpo([...SCORE, "--stepwise"], { folder });
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toContain("counts with a bound");
  expect(stderr).toMatch(
    /6 answers to score now: about [\d,]+ requests with [\d,]+ tokens of prompts, about USD \d/,
  );
  expect(stderr).toContain("--trial");
  const { estimate, examples } = JSON.parse(stdout) as {
    readonly estimate: Estimate;
    readonly examples: readonly { readonly estimate: Estimate }[];
  };
  expect(estimate.bounded).toBeGreaterThan(0);
  expect(estimate.tokens).toBe(examples.reduce((sum, each) => sum + each.estimate.tokens, 0));
  const shown = await pmpo([...SCORE.slice(0, -1), "--stepwise"], { folder });
  expect(shown.stdout).toMatch(/\d+ of \d+ tokens of the answers were not listed and have a bound/);
});

test("a trial scores two examples, says what they took, and stops", async () => {
  const folder = task(plain.url, ", stepwise: true");
  const layout = ["--layout", "plain(Review/Sentiment)"];
  const { exitCode, stdout, stderr } = await pmpo(["optimize", "--trial", ...layout], { folder });
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/^2 examples at .*: [\d,]+ requests, [\d,]+ tokens of prompts .*, USD \d/);
  expect(stdout).toContain("Nothing more was done.");
  const json = await pmpo(["score", "--trial", "--json", ...layout], { folder });
  expect(JSON.parse(json.stdout)).toMatchObject({ examples: 2 });
});

test("a search works at a server that goes on from the beginning of an answer, and asks nothing twice", async () => {
  const folder = task(deepseek.url);
  const args = ["optimize", "--stepwise", "--json"];
  const first = await pmpo(args, { folder });
  expect(first.exitCode, first.stderr).toBe(0);
  const before = deepseek.seen.length;
  const second = await pmpo(args, { folder });
  const [once, again] = [first, second].map(
    ({ stdout }) => JSON.parse(stdout) as { readonly best: object; readonly bounds: Estimate },
  );
  expect(once?.bounds.tokens).toBeGreaterThan(0);
  expect([again?.best, again?.bounds]).toEqual([once?.best, once?.bounds]);
  const asked = deepseek.seen.slice(before).map(({ body }) => JSON.stringify(body ?? {}));
  // Opening a server scores a few plain sentences; all else is in the cache.
  expect(asked.every((body) => body === "{}" || body.includes("everybody knows"))).toBe(true);
});

test("--stepwise for a model that is at no server is refused", async () => {
  const folder = folderWith(smallTask(1));
  const { exitCode, stderr } = await pmpo(["score", "--stepwise"], { folder });
  expect(exitCode).toBe(2);
  expect(stderr).toContain("--stepwise is about a model at a server");
});
