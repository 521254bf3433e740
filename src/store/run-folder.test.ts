import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PmpoError } from "../core/errors.ts";
import { lossOf } from "../core/loss.test-support.ts";
import { NO_USAGE } from "../core/model.ts";
import type { CandidateScored } from "../core/run-event.ts";
import type { NewRunManifest } from "./manifest.ts";
import { createRun, listRuns, openRun, readRun, type RunHandle } from "./run-folder.ts";

const MANIFEST: NewRunManifest = {
  pmpoVersion: "0.1.0",
  config: { model: "smollm2-135m", search: { layout: true }, list: [1, null] },
  seeds: { search: 7 },
  modelIdentity: {
    name: "smollm2-135m",
    weights: "ab12",
    format: "llama Q8_0",
    engine: "llama.cpp b1 cpu",
    template: "cd34",
  },
  rewriterIdentity: null,
  judgeIdentity: null,
  metricSha256: null,
  dataHashes: [{ file: "data.jsonl", sha256: "ef56", rows: 200 }],
};

const START_MS = Date.UTC(2026, 10, 22, 7, 15, 30);

const scored = (candidateId: string, instruction: string): CandidateScored => ({
  type: "candidate-scored",
  candidateId,
  parentId: null,
  operator: "start",
  iteration: 0,
  candidate: { instruction, layout: { kind: "system" }, demonstrations: [] },
  losses: [lossOf(2)],
  usage: NO_USAGE,
});

let project = "";
let nowMs = START_MS;
const clock = (): number => nowMs;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "pmpo-run-"));
  nowMs = START_MS;
});

afterEach(() => rmSync(project, { recursive: true }));

function create(taskName = "sst2", suffix = "a1b2"): Promise<RunHandle> {
  return createRun(project, MANIFEST, { clock, taskName, suffix });
}

const idOf = async (wanted: string): Promise<string> => (await readRun(project, wanted)).id;

/** What the promise rejects with, as the person at the terminal would read it. */
async function failureOf(
  work: Promise<unknown>,
): Promise<{ code: string; message: string; hint: string | undefined }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof PmpoError) {
      return { code: error.code, message: error.message, hint: error.hint };
    }
    throw error;
  }
  throw new Error("Expected a failure");
}

describe("a new run", () => {
  test("lies in a folder named by time, task and suffix, with its manifest", async () => {
    await using run = await create("SST-2: Überblick / sentiment!");
    expect(run.id).toBe("20261122-071530-sst-2-u-berblick-sentiment-a1b2");
    expect(run.folder).toBe(join(project, ".pmpo", "runs", run.id));
    const manifest: unknown = JSON.parse(readFileSync(join(run.folder, "manifest.json"), "utf8"));
    expect(manifest).toEqual({
      version: 1,
      createdAt: "2026-11-22T07:15:30.000Z",
      ...MANIFEST,
    });
    expect(run.manifest).toEqual(manifest);
    expect(readdirSync(run.folder).sort()).toEqual(["lock.db", "manifest.json", "prompts"]);
  });

  test("writes the instruction of each candidate to a file of its own", async () => {
    await using run = await create();
    run.log.emit(scored("c0", "Let's think step by step."));
    run.log.emit(scored("c1", "Zweite\nFassung äöü"));
    expect(readFileSync(join(run.folder, "prompts", "c0.txt"), "utf8")).toBe(
      "Let's think step by step.",
    );
    expect(readFileSync(join(run.folder, "prompts", "c1.txt"), "utf8")).toBe("Zweite\nFassung äöü");
  });

  test("replaces the best prompt as a whole", async () => {
    await using run = await create();
    run.writeBest("first", []);
    run.writeBest("second", [{ role: "system", content: "second" }]);
    expect(readFileSync(join(run.folder, "best.txt"), "utf8")).toBe("second");
    expect(JSON.parse(readFileSync(join(run.folder, "best.json"), "utf8"))).toEqual([
      { role: "system", content: "second" },
    ]);
    expect(readdirSync(run.folder).filter((file) => file.endsWith(".partial"))).toEqual([]);
  });

  test("does not touch one of the same name", async () => {
    await using first = await create();
    first.log.emit(scored("c0", "mine"));
    expect(await failureOf(create())).toEqual({
      code: "RUN_EXISTS",
      message: "There is a run 20261122-071530-sst2-a1b2 already",
      hint: "Start the run again.",
    });
    expect((await readRun(project, first.id)).events).toHaveLength(1);
  });

  test("leaves nothing behind when its manifest cannot be written", async () => {
    const manifest: NewRunManifest = { ...MANIFEST, seeds: { search: Number.NaN } };
    const attempt = createRun(project, manifest, { clock, taskName: "sst2", suffix: "a1b2" });
    expect(await failureOf(attempt)).toEqual({
      code: "RUN_MANIFEST_INVALID",
      message: "seeds.search: Invalid input: expected number, received null",
      hint: undefined,
    });
    expect(readdirSync(join(project, ".pmpo", "runs"))).toEqual([]);
  });

  test("says that a file stands where the project's folder should be", async () => {
    writeFileSync(join(project, ".pmpo"), "");
    expect(await failureOf(create())).toEqual({
      code: "FOLDER_NOT_WRITABLE",
      message: `Cannot write ${join(project, ".pmpo", "runs")}: a file stands where a folder should be`,
      hint: "Runs are stored in the folder .pmpo of the project; move the file away.",
    });
  });

  test.skipIf(userInfo().uid === 0)("says that the project's folder is read-only", async () => {
    chmodSync(project, 0o555);
    const failure = await failureOf(create());
    chmodSync(project, 0o755);
    expect(failure.message).toBe(
      `Cannot write ${join(project, ".pmpo", "runs")}: permission denied`,
    );
  });
});

describe("an old run", () => {
  test("opens with its manifest and events, and continues", async () => {
    const first = await create();
    first.log.emit(scored("c0", "one"));
    first.close();
    const second = await openRun(project, first.id, { clock });
    expect(second.manifest).toEqual(first.manifest);
    expect(second.log.events).toEqual([scored("c0", "one")]);
    second.log.emit(scored("c1", "two"));
    second.close();
    const { events, manifest } = await readRun(project, first.id);
    expect(events).toEqual([scored("c0", "one"), scored("c1", "two")]);
    expect(manifest).toEqual(first.manifest);
  });

  test("gets back prompt files that were lost", async () => {
    const first = await create();
    first.log.emit(scored("c0", "one"));
    first.log.emit(scored("c1", "two"));
    first.close();
    const prompts = join(first.folder, "prompts");
    rmSync(join(prompts, "c0.txt"));
    writeFileSync(join(prompts, "c1.txt"), "tw");
    (await openRun(project, first.id, { clock })).close();
    expect(readFileSync(join(prompts, "c0.txt"), "utf8")).toBe("one");
    expect(readFileSync(join(prompts, "c1.txt"), "utf8")).toBe("two");
  });

  test("can be read while it is open, half-written last line and all", async () => {
    await using run = await create();
    run.log.emit(scored("c0", "one"));
    const path = join(run.folder, "events.jsonl");
    appendFileSync(path, '{"v":1,"seq":2');
    const before = readFileSync(path, "utf8");
    expect((await readRun(project, run.id)).events).toHaveLength(1);
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  test.each([
    ['{"version":2}', "RUN_TOO_NEW", " was written by a newer pmpo (format 2; this one reads 1)"],
    [
      '{"version":1,"createdAt":"2026-11-22T07:15:30.000Z"}',
      "RUN_MANIFEST_DAMAGED",
      " cannot be used: pmpoVersion: Invalid input: expected string, received undefined",
    ],
    ['{"version":1', "RUN_MANIFEST_DAMAGED", " cannot be used: it is not JSON"],
  ])("with the manifest %s is refused", async (text, code, message) => {
    const run = await create();
    run.close();
    const path = join(run.folder, "manifest.json");
    writeFileSync(path, text);
    const failure = await failureOf(openRun(project, run.id, { clock }));
    expect(failure.code).toBe(code);
    expect(failure.message).toBe(path + message);
  });
});

describe("the id of a run", () => {
  test("may be shortened, or be `latest`", async () => {
    (await create("sst2", "a1b2")).close();
    (await create("sst2", "c3d4")).close();
    nowMs += 60_000;
    (await create("mr", "0000")).close();
    expect(await idOf("latest")).toBe("20261122-071630-mr-0000");
    expect(await idOf("20261122-0716")).toBe("20261122-071630-mr-0000");
    expect(await idOf("20261122-071530-sst2-c")).toBe("20261122-071530-sst2-c3d4");
    expect(await failureOf(idOf("20261122-071530"))).toEqual({
      code: "RUN_ID_AMBIGUOUS",
      message: '"20261122-071530" is the beginning of 2 run ids',
      hint: "Give more of it: 20261122-071530-sst2-c3d4, 20261122-071530-sst2-a1b2",
    });
  });

  test("that is unknown is answered with the latest runs", async () => {
    for (const suffix of ["1", "2", "3", "4", "5", "6", "7"]) (await create("t", suffix)).close();
    for (const wanted of ["2025", "", "../runs"]) {
      expect(await failureOf(openRun(project, wanted, { clock }))).toEqual({
        code: "RUN_NOT_FOUND",
        message: `There is no run "${wanted}" in ${join(project, ".pmpo", "runs")}`,
        hint: "The latest runs are: 20261122-071530-t-7, 20261122-071530-t-6, 20261122-071530-t-5, 20261122-071530-t-4, 20261122-071530-t-3 and 2 more",
      });
    }
  });

  test("means nothing where no runs are", async () => {
    expect(await failureOf(readRun(project, "latest"))).toEqual({
      code: "RUN_NOT_FOUND",
      message: `There are no runs in ${join(project, ".pmpo", "runs")}`,
      hint: "Start one with `pmpo optimize`, or name the folder of the project: --project FOLDER.",
    });
  });

  test("has a name even for a task that has no letters", async () => {
    await using run = await create("日本語");
    expect(run.id).toBe("20261122-071530-run-a1b2");
  });
});

describe("the list of runs", () => {
  test("is empty where none are", async () => {
    expect(await listRuns(project)).toEqual([]);
  });

  test("has the newest first, with what is known of each, and names the unreadable", async () => {
    const old = await create("old");
    old.close();
    writeFileSync(join(old.folder, "events.jsonl"), "broken\n\n");
    nowMs += 1000;
    await using run = await create("new");
    nowMs += 3000;
    run.log.emit(scored("c0", "one"));
    run.log.emit({
      type: "iteration-ended",
      iteration: 1,
      acceptedId: null,
      incumbentId: "c0",
      loss: 2,
    });
    run.log.emit({ type: "search-ended", reason: "patience", bestId: "c0" });
    // What a killed createRun leaves is no run.
    mkdirSync(join(project, ".pmpo", "runs", "99999999-000000-x-y"));
    const rows = await listRuns(project);
    expect(rows.map(({ id }) => id)).toEqual([
      "20261122-071531-new-a1b2",
      "20261122-071530-old-a1b2",
    ]);
    expect(rows[0]).toEqual({
      id: run.id,
      folder: run.folder,
      problem: null,
      createdAt: "2026-11-22T07:15:31.000Z",
      taskName: null,
      model: "smollm2-135m",
      candidates: 1,
      iterations: 1,
      mode: null,
      startLoss: 2,
      bestLoss: 2,
      stopReason: "patience",
      verdict: null,
      elapsedSeconds: 3,
    });
    expect(rows[1]?.problem).toBe(
      `${join(old.folder, "events.jsonl")} line 1 is damaged: its checksum does not match`,
    );
  });
});
