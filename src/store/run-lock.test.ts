import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { IterationEnded } from "../core/run-event.ts";
import { createRun, openRun, readRun, type RunHandle } from "./run-folder.ts";
import { isRunAtWork } from "./run-lock.ts";

const MODULE = fileURLToPath(new URL("run-folder.ts", import.meta.url));

let project = "";
const clock = (): number => 0;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "pmpo-lock-"));
});

afterEach(() => rmSync(project, { recursive: true }));

const ended = (iteration: number): IterationEnded => ({
  type: "iteration-ended",
  iteration,
  acceptedId: null,
  incumbentId: "c0",
  loss: 1,
});

function create(): Promise<RunHandle> {
  const modelIdentity = { name: "m", weights: "", format: "", engine: "", template: "" };
  return createRun(
    project,
    {
      pmpoVersion: "0.1.0",
      config: {},
      seeds: {},
      modelIdentity,
      rewriterIdentity: null,
      judgeIdentity: null,
      metricSha256: null,
      dataHashes: [],
    },
    { clock, taskName: "task", suffix: "a1b2" },
  );
}

/** What `openRun` rejects with while another holds the run. */
const inUse = (id: string): { code: string; message: string } => ({
  code: "RUN_IN_USE",
  message: `Run ${id} is in use by another process`,
});

/** A process of its own that has the run open, and never lets go. */
async function holdRun(id: string): Promise<ChildProcess> {
  const script = `
    import { runnerImport } from "vite";
    const { module } = await runnerImport(${JSON.stringify(MODULE)}, { configFile: false });
    const run = await module.openRun(${JSON.stringify(project)}, ${JSON.stringify(id)}, { clock: Date.now });
    process.stdout.write("holding " + run.id);
    setInterval(() => run, 1_000_000);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [chunk] = (await Promise.race([
    once(child.stdout, "data"),
    once(child, "exit").then(() => ["ended"]),
  ])) as [unknown];
  expect(String(chunk)).toBe(`holding ${id}`);
  return child;
}

test("the second handle in one process is refused until the first is closed", async () => {
  const run = await create();
  await expect(openRun(project, run.id, { clock })).rejects.toMatchObject(inUse(run.id));
  expect(isRunAtWork(run.folder)).toBe(true);
  run.close();
  run.close();
  expect(isRunAtWork(run.folder)).toBe(false);
  (await openRun(project, run.id, { clock })).close();
});

test("a second process is refused, and SIGKILL frees the run", async () => {
  const run = await create();
  run.log.emit(ended(1));
  run.close();
  const holder = await holdRun(run.id);
  try {
    await expect(openRun(project, run.id, { clock })).rejects.toMatchObject(inUse(run.id));
    expect((await readRun(project, run.id)).events).toHaveLength(1);
    expect(isRunAtWork(run.folder)).toBe(true);
    const ended = once(holder, "exit");
    holder.kill("SIGKILL");
    expect(await ended).toEqual([null, "SIGKILL"]);
  } finally {
    holder.kill("SIGKILL");
  }
  await using reopened = await openRun(project, run.id, { clock });
  expect(reopened.log.events).toEqual([ended(1)]);
  reopened.log.emit(ended(2));
});
