import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { folderWith, pmpo, smallTask, startPmpo } from "../cli/pmpo.ts";
import { startVllm, stopVllm, VLLM_MODEL, VLLM_URL } from "./vllm-server.ts";

interface Prompt {
  readonly prompt: string;
  readonly loss: number;
  readonly accuracy: number;
}

interface RunDocument {
  readonly start: Prompt;
  readonly best: Prompt;
  readonly tokens: {
    readonly requested: number;
    readonly scored: number;
    readonly generated: number;
  };
  readonly money?: { readonly amount: number };
}

const OPTIMIZE = ["optimize", "--json", "--model", VLLM_MODEL];
const KEY = "sk-never-to-be-seen";

/** Everything that a project's folder holds. */
function recorded(folder: string): string {
  return readdirSync(join(folder, ".pmpo"), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), "latin1"))
    .join("\n");
}

/** Whether a run has begun to write down what it does. */
function hasBegun(folder: string): boolean {
  const runs = join(folder, ".pmpo", "runs");
  return (
    existsSync(runs) &&
    readdirSync(runs, { recursive: true }).some((name) => String(name).endsWith("events.jsonl"))
  );
}

const settings = (rest: string): Readonly<Record<string, string>> => {
  const files = smallTask(1);
  return { ...files, "pmpo.yaml": `${files["pmpo.yaml"]}${rest}` };
};

test("the probe finds a server that scores", async () => {
  const folder = folderWith({});
  const { exitCode, stdout } = await pmpo(["probe", "--json", "--endpoint", VLLM_URL], { folder });
  const { works, checks } = JSON.parse(stdout) as {
    readonly works: boolean;
    readonly checks: readonly { readonly name: string; readonly detail: string }[];
  };
  expect([exitCode, works]).toEqual([0, true]);
  const details = new Map(checks.map(({ name, detail }) => [name, detail]));
  expect(details.get("server")).toMatch(/^vLLM \d+\.\d+.*smollm2/);
  expect(details.get("context")).toBe("2,047 tokens of prompt and answer");
  expect(details.get("scores given tokens")).toMatch(/ of 5 plain sentences/);
  expect(details.get("chat template")).toContain("<|im_start|>assistant");
});

test("a search works whole, is paid by its price, and asks nothing twice", async () => {
  const yaml = [
    `model: { endpoint: ${VLLM_URL}/v1, name: smollm2, key: LIVE_KEY }`,
    "prices: { models: { smollm2: { input: 1, output: 2 } } }",
    "",
  ];
  const folder = folderWith(settings(yaml.join("\n")));
  const environment = { LIVE_KEY: KEY };
  const first = await pmpo(["optimize", "--json"], { folder, environment });
  expect(first.exitCode, first.stderr).toBe(0);
  const second = await pmpo(["optimize", "--json"], { folder, environment });
  const [once, again] = [first, second].map(({ stdout }) => JSON.parse(stdout) as RunDocument);
  const { requested = 0, generated = 0, scored } = once?.tokens ?? {};
  expect(scored).toBeGreaterThan(0);
  expect(once?.money?.amount).toBeCloseTo((requested - generated + 2 * generated) / 1e6, 9);
  expect(once?.best.loss).toBeLessThanOrEqual(once?.start.loss ?? Number.NaN);
  expect(again?.tokens.scored).toBe(0);
  expect([again?.start, again?.best]).toEqual([once?.start, once?.best]);
  expect(`${first.stdout}${first.stderr}${recorded(folder)}`).not.toContain(KEY);
});

test("a run that is killed goes on at the server with the same result", async () => {
  const [whole, killed] = [folderWith(smallTask(1)), folderWith(smallTask(1))];
  const undisturbed = await pmpo(OPTIMIZE, { folder: whole });
  const { child, outcome } = startPmpo(OPTIMIZE, { folder: killed });
  while (!hasBegun(killed)) await setTimeout(20);
  child.kill("SIGKILL");
  await outcome;
  const resumed = await pmpo(["resume", "--json"], { folder: killed });
  expect(resumed.exitCode, resumed.stderr).toBe(0);
  const [calm, gone] = [undisturbed, resumed].map(
    ({ stdout }) => JSON.parse(stdout) as RunDocument,
  );
  expect(gone?.best.prompt).toBe(calm?.best.prompt);
  expect(gone?.best.loss).toBeCloseTo(calm?.best.loss ?? Number.NaN, 2);
});

test("a server that is killed in the middle of a run and comes back does not change it", async () => {
  const whole = folderWith(smallTask(1));
  const killed = folderWith(smallTask(1));
  const undisturbed = await pmpo(OPTIMIZE, { folder: whole });
  const { outcome } = startPmpo(OPTIMIZE, { folder: killed });
  while (!hasBegun(killed)) await setTimeout(20);
  await stopVllm();
  await startVllm();
  const { exitCode, stdout, stderr } = await outcome;
  expect(exitCode, stderr).toBe(0);
  const [calm, disturbed] = [undisturbed.stdout, stdout].map(
    (text) => JSON.parse(text) as RunDocument,
  );
  expect(disturbed?.best.prompt).toBe(calm?.best.prompt);
  expect(disturbed?.start.loss).toBeCloseTo(calm?.start.loss ?? Number.NaN, 2);
  expect(disturbed?.best.loss).toBeCloseTo(calm?.best.loss ?? Number.NaN, 2);
});
