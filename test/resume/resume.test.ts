import type { ChildProcess } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { watch } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  CAN_MOUNT,
  folderWith,
  onOwnDisk,
  type Outcome,
  pmpo,
  smallTask,
  startPmpo,
} from "../cli/pmpo.ts";
import { smollm2 } from "../model.ts";

/** Events of the log that the uninterrupted run writes; tests cut behind each. */
const EVENTS_OF_THE_RUN = 20;

let wholeProject = "";
let wholeOutcome: Outcome;

beforeAll(async () => {
  await smollm2("q8_0");
  wholeProject = folderWith(smallTask(2));
  wholeOutcome = await pmpo(["optimize", "--json"], { folder: wholeProject });
});

function runFolder(project: string): string {
  const runs = join(project, ".pmpo", "runs");
  const [id = "none", ...others] = readdirSync(runs);
  expect(others).toEqual([]);
  return join(runs, id);
}

function logFile(project: string): string {
  return join(runFolder(project), "events.jsonl");
}

function logLines(project: string): readonly string[] {
  return readFileSync(logFile(project), "utf8").split("\n").slice(0, -1);
}

/** What happened, without what repeated work may change: times and what a call cost. */
function eventsOf(project: string): readonly unknown[] {
  return logLines(project).map((line) => {
    const { event } = JSON.parse(line) as { readonly event: Readonly<Record<string, unknown>> };
    return { ...event, usage: null };
  });
}

/** The part of the document that does not depend on how often a run was stopped. */
function resultOf(stdout: string): unknown {
  const { start, best, verdict } = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  return { start, best, verdict };
}

/** A copy of a project as a stopped run leaves it: nothing that is written at the end. */
function stoppedCopy(project: string): string {
  const copy = folderWith({});
  cpSync(project, copy, { recursive: true });
  for (const name of ["best.txt", "best.json", "report.md"]) {
    rmSync(join(runFolder(copy), name), { force: true });
  }
  return copy;
}

async function expectSameAfterResume(project: string): Promise<void> {
  const { exitCode, stdout, stderr } = await pmpo(["resume", "--json"], { folder: project });
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  expect(resultOf(stdout)).toEqual(resultOf(wholeOutcome.stdout));
  expect(eventsOf(project)).toEqual(eventsOf(wholeProject));
  for (const name of ["best.txt", "best.json"]) {
    expect(readFileSync(join(runFolder(project), name), "utf8")).toBe(
      readFileSync(join(runFolder(wholeProject), name), "utf8"),
    );
  }
}

/** Resolves once the run of the process in that project has recorded so many events. */
async function untilEvents(project: string, count: number, child: ChildProcess): Promise<void> {
  const folder = join(project, ".pmpo", "runs");
  mkdirSync(folder, { recursive: true });
  const stop = new AbortController();
  child.once("exit", () => stop.abort(new Error("The run ended before it was to be stopped")));
  const recorded = (): number => {
    const [id] = readdirSync(folder);
    if (id === undefined || !existsSync(join(folder, id, "events.jsonl"))) return 0;
    return logLines(project).length;
  };
  const changes = watch(folder, { recursive: true, signal: stop.signal })[Symbol.asyncIterator]();
  while (recorded() < count) await changes.next();
  await changes.return?.();
}

test("the uninterrupted run is a whole one", () => {
  expect(wholeOutcome.stderr).toBe("");
  expect(wholeOutcome.exitCode).toBe(0);
  expect(logLines(wholeProject)).toHaveLength(EVENTS_OF_THE_RUN);
  const types = eventsOf(wholeProject).map((event) => (event as { readonly type: string }).type);
  expect(types.filter((type) => type === "iteration-ended")).toHaveLength(2);
  expect(types.at(-1)).toBe("verdict-reached");
});

describe("a log that was cut", () => {
  test.each(Array.from({ length: EVENTS_OF_THE_RUN + 1 }, (_, kept) => kept))(
    "behind event %i is resumed to the same result",
    async (kept) => {
      const project = stoppedCopy(wholeProject);
      const lines = logLines(project).slice(0, kept);
      writeFileSync(logFile(project), lines.map((line) => `${line}\n`).join(""));
      await expectSameAfterResume(project);
    },
  );

  test.each([
    ["after one byte of the first event", 0, 1],
    ["in the middle of a candidate's losses", 1, 700],
    ["just before the line break of a candidate", 6, -1],
    ["in the middle of the verdict", EVENTS_OF_THE_RUN - 1, 300],
  ])("%s is resumed to the same result", async (_name, kept, bytes) => {
    const project = stoppedCopy(wholeProject);
    const lines = logLines(project).map((line) => `${line}\n`);
    const cut = (lines[kept] ?? "").slice(0, bytes);
    writeFileSync(logFile(project), lines.slice(0, kept).join("") + cut);
    await expectSameAfterResume(project);
  });
});

test("a run that was killed goes on to the same result, with its cache and without", async () => {
  const project = folderWith(smallTask(2));
  const { child, outcome } = startPmpo(["optimize"], { folder: project });
  // In the middle of the second iteration.
  await untilEvents(project, 12, child);
  child.kill("SIGKILL");
  expect((await outcome).exitCode).toBe(null);
  expect(logLines(project).length).toBeLessThan(EVENTS_OF_THE_RUN);
  const withoutCache = folderWith({});
  cpSync(project, withoutCache, { recursive: true });
  for (const suffix of ["", "-wal", "-shm"]) {
    rmSync(join(withoutCache, ".pmpo", `cache.sqlite${suffix}`), { force: true });
  }
  await expectSameAfterResume(project);
  // The copy has to work by itself.
  rmSync(project, { recursive: true });
  await expectSameAfterResume(withoutCache);
});

test("Ctrl-C ends a run with 130 and says how to go on; meanwhile nobody else may open it", async () => {
  const project = realpathSync(folderWith(smallTask(2)));
  const elsewhere = realpathSync(folderWith({}));
  const { child, outcome } = startPmpo(["optimize", project], { folder: elsewhere });
  await untilEvents(project, 2, child);
  // Held still, so that it cannot end before the second process looks.
  child.kill("SIGSTOP");
  const id = runFolder(project).split("/").at(-1) ?? "";
  const second = await pmpo(["resume", id, "--project", project], { folder: elsewhere });
  expect(second).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: `error: Run ${id} is in use by another process\n  Wait until it ends, or stop it with Ctrl-C; then resume.\n`,
  });
  child.kill("SIGINT");
  child.kill("SIGCONT");
  const { exitCode, stdout, stderr } = await outcome;
  expect(exitCode).toBe(130);
  expect(stdout).toBe("");
  const command = `pmpo resume ${id} --project ../${project.split("/").at(-1) ?? ""}`;
  expect(stderr.split("\n").slice(-3)).toEqual(["Interrupted.", `  Go on with: ${command}`, ""]);
  expect(logLines(project).length).toBeLessThan(EVENTS_OF_THE_RUN);
  await expectSameAfterResume(project);
});

test.skipIf(!CAN_MOUNT)(
  "a run that filled the disk says so, and goes on when there is space again",
  async () => {
    const folder = folderWith(smallTask(2));
    const script = [
      "cp ../pmpo.yaml ../prompt.txt ../data.jsonl .",
      "pmpo optimize > ../first.out 2> ../first.err || echo $? > ../first.code",
      "mount -o remount,size=10m .",
      "pmpo resume --json > ../second.out && cp -r .pmpo ..",
    ];
    const { exitCode, stderr } = await onOwnDisk("size=160k", script, folder);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const read = (name: string): string => readFileSync(join(folder, name), "utf8");
    expect(read("first.code")).toBe("4\n");
    expect(read("first.out")).toBe("");
    expect(read("first.err")).toMatch(
      /\nerror: Cannot write \/.*\/disk\/\.pmpo\/[^\n]+: the disk is full\n {2}Free some space and try again: `pmpo resume` goes on with a run that had begun\. What was recorded before is safe\.\n$/,
    );
    expect(resultOf(read("second.out"))).toEqual(resultOf(wholeOutcome.stdout));
    expect(eventsOf(folder)).toEqual(eventsOf(wholeProject));
  },
);
