import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startToyServer, type ToyServer } from "../../src/backends/http/toy-server.test-support.ts";
import { folderWith, pmpo, smallTask } from "./pmpo.ts";

let servers: readonly ToyServer[];

beforeAll(async () => {
  servers = await Promise.all([startToyServer(), startToyServer(), startToyServer()]);
});

beforeEach(() => {
  for (const server of servers) server.fault = null;
});

afterAll(() => Promise.all(servers.map((server) => server[Symbol.asyncDispose]())));

/** A small task for the model of all servers. */
function poolTask(): string {
  const files = smallTask(1);
  const urls = servers.map(({ url }) => url).join(", ");
  const model = `model: { endpoints: [${urls}], name: toy-135m, patienceSeconds: 2 }\n`;
  return folderWith({ ...files, "pmpo.yaml": `${files["pmpo.yaml"]}${model}` });
}

/** From now on the server answers so many requests more, and then none. */
function dieAfter(server: ToyServer | undefined, answers: number): void {
  let left = answers;
  if (server === undefined) return;
  server.fault = () => (left-- > 0 ? null : (response) => void response.destroy());
}

interface Run {
  readonly best: { readonly prompt: string; readonly loss: number };
  readonly tokens: { readonly requested: number; readonly scored: number };
}

test("a search goes on when one of three servers dies, with the same result and the same count", async () => {
  const calm = await pmpo(["optimize", "--json"], { folder: poolTask() });
  expect({ exitCode: calm.exitCode, stderr: calm.stderr }).toEqual({ exitCode: 0, stderr: "" });
  const [, second] = servers;
  dieAfter(second, (second?.seen.length ?? 0) >> 1);
  const disturbed = await pmpo(["optimize", "--json"], { folder: poolTask() });
  expect(disturbed.exitCode, disturbed.stderr).toBe(0);
  expect(disturbed.stderr).toContain(`${second?.url}: POST`);
  expect(disturbed.stderr).toContain("it is left out, 2 of 3 endpoints go on");
  const [once, again] = [calm, disturbed].map(({ stdout }) => JSON.parse(stdout) as Run);
  expect([again?.best, again?.tokens]).toEqual([once?.best, once?.tokens]);
});

test("what one pool has scored, another with other servers of the same model need not", async () => {
  const folder = folderWith(smallTask(1));
  const [first, second, third] = servers.map(({ url }) => url);
  const scoredAt = async (...urls: readonly (string | undefined)[]): Promise<number> => {
    const model = `${urls.join(",")}#toy-135m`;
    const { stdout, stderr } = await pmpo(["optimize", "--json", "--model", model], { folder });
    expect(stderr).toBe("");
    return (JSON.parse(stdout) as Run).tokens.scored;
  };
  expect(await scoredAt(first, second)).toBeGreaterThan(0);
  expect(await scoredAt(third, second)).toBe(0);
});

test("all servers dead end a run with an error that names each", async () => {
  const folder = poolTask();
  for (const server of servers) dieAfter(server, 60);
  const { exitCode, stderr } = await pmpo(["optimize", "--json"], { folder });
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain("None of the 3 endpoints answers");
  for (const { url } of servers) expect(stderr).toContain(`  ${url}: `);
});

test("a probe of several servers refuses those that differ, with what differs", async () => {
  const [, , third] = servers;
  if (third !== undefined) {
    third.fault = ({ path }) => (path === "/version" ? { json: { version: "0.31.0" } } : null);
  }
  const address = servers.map(({ url }) => url).join(",");
  const { exitCode, stdout } = await pmpo(["probe", "--endpoint", address], {
    folder: folderWith({}),
  });
  expect(exitCode).not.toBe(0);
  expect(stdout).toContain(`${third?.url} has not the same model`);
  expect(stdout).toContain("it is vLLM 0.31.0");
});
