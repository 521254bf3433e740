import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PmpoError } from "../core/errors.ts";
import { lossOf } from "../core/loss.test-support.ts";
import { NO_USAGE } from "../core/model.ts";
import type { CandidateScored, IterationEnded, RunEvent } from "../core/run-event.ts";
import { openEventLog, readEventLog } from "./event-log.ts";
import { parseLog } from "./log-lines.ts";

const scored = (number: number, loss = number / 3): CandidateScored => ({
  type: "candidate-scored",
  candidateId: `c${number}`,
  parentId: null,
  operator: "start",
  iteration: 0,
  candidate: {
    instruction: `Antworte höflich.\n${number}`,
    layout: { kind: "system" },
    demonstrations: [],
  },
  losses: [lossOf(loss)],
  usage: { ...NO_USAGE, requestedTokens: number },
});

const ended = (iteration: number): IterationEnded => ({
  type: "iteration-ended",
  iteration,
  acceptedId: null,
  incumbentId: "c0",
  loss: 0.1 + 0.2,
});

const EVENTS: readonly RunEvent[] = [scored(0), scored(1), ended(1), scored(2), ended(2)];
const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

let folder = "";
let path = "";
let nowMs = START_MS;
const clock = (): number => nowMs;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pmpo-log-"));
  path = join(folder, "events.jsonl");
  nowMs = START_MS;
});

afterEach(() => rmSync(folder, { recursive: true }));

function record(events: readonly RunEvent[]): void {
  const log = openEventLog(path, { clock });
  for (const event of events) log.emit(event);
  log.close();
}

/** What was thrown, as the person at the terminal would read it. */
function failureOf(work: () => unknown): { code: string; message: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof PmpoError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("Expected a failure");
}

const damaged = (line: number, what: string): { code: string; message: string } => ({
  code: "RUN_LOG_DAMAGED",
  message: `${path} line ${line} is damaged: ${what}`,
});

describe("recording", () => {
  test("gives back the same events, to the last bit of every number", () => {
    record(EVENTS);
    expect(openEventLog(path, { clock }).events).toEqual(EVENTS);
  });

  test("writes one line per event, with time, place and checksum", () => {
    const log = openEventLog(path, { clock });
    nowMs += 1500;
    log.emit(ended(1));
    expect(readFileSync(path, "utf8")).toMatch(
      /^\{"v":6,"seq":1,"seconds":1\.5,"at":"2026-01-02T03:04:06\.500Z","event":\{"type":"iteration-ended",.*\},"crc":"[0-9a-f]{8}"\}\n$/,
    );
    log.close();
  });

  test("shows an event as soon as it is recorded, as a later reader will see it", () => {
    const log = openEventLog(path, { clock });
    log.emit(scored(0, -0));
    expect(log.events).toEqual(readEventLog(path).records.map(({ event }) => event));
    log.close();
  });

  test("counts the seconds of all sessions, and none between them", () => {
    const first = openEventLog(path, { clock });
    nowMs += 2000;
    first.emit(ended(1));
    first.close();
    nowMs += 3_600_000;
    const second = openEventLog(path, { clock });
    expect(second.elapsedSeconds()).toBe(2);
    nowMs += 500;
    expect(second.elapsedSeconds()).toBe(2.5);
    nowMs -= 10_000;
    expect(second.elapsedSeconds()).toBe(2);
  });

  test("refuses a number that JSON cannot hold, and records nothing", () => {
    const log = openEventLog(path, { clock });
    expect(failureOf(() => log.emit({ ...ended(1), loss: Number.NaN }))).toEqual({
      code: "RUN_EVENT_NOT_FINITE",
      message: "The field loss of the event iteration-ended is NaN",
    });
    expect(existsSync(path)).toBe(false);
  });

  test("keeps an event out when what must come before it fails", () => {
    const log = openEventLog(path, {
      clock,
      beforeAppend: () => {
        throw new Error("no prompt file");
      },
    });
    expect(() => log.emit(ended(1))).toThrow("no prompt file");
    expect(log.events).toEqual([]);
    expect(existsSync(path)).toBe(false);
  });
});

describe("after a kill in the middle of a write", () => {
  test("a log cut at any byte opens with the whole lines and continues", () => {
    record(EVENTS);
    const whole = readFileSync(path);
    const lineEnds = [...whole.keys()].filter((index) => whole[index] === 0x0a);
    expect(lineEnds).toHaveLength(EVENTS.length);
    const completeIn = (length: number): number => lineEnds.filter((end) => end < length).length;
    for (let length = 0; length <= whole.length; length++) {
      const { records } = parseLog(whole.subarray(0, length), path);
      expect(records).toHaveLength(completeIn(length));
    }
    const cuts = [0, ...lineEnds.flatMap((end) => [end - 60, end - 1, end, end + 1])];
    for (const length of cuts) {
      writeFileSync(path, whole.subarray(0, length));
      const log = openEventLog(path, { clock });
      expect(readFileSync(path)).toHaveLength((lineEnds[completeIn(length) - 1] ?? -1) + 1);
      for (const event of EVENTS.slice(completeIn(length))) log.emit(event);
      log.close();
      expect(readFileSync(path).equals(whole)).toBe(true);
    }
  });

  test.each([
    ["a changed byte", (text: string) => text.replace(/"loss":0\.3/, '"loss":0.2')],
    ["zeros of a lost block", (text: string) => `${text.slice(0, -40)}${"\0".repeat(40)}`],
    ["zeros and a newline", (text: string) => `${text.slice(0, -40)}${"\0".repeat(39)}\n`],
  ])("%s in the last line drops that line only", (_, damage) => {
    record([scored(0), ended(1)]);
    const lines = readFileSync(path, "utf8").split(/(?<=\n)/);
    writeFileSync(path, (lines[0] ?? "") + damage(lines[1] ?? ""));
    expect(readEventLog(path).records).toHaveLength(1);
    const log = openEventLog(path, { clock });
    expect(log.events).toEqual([scored(0)]);
    expect(readFileSync(path, "utf8")).toBe(lines[0]);
  });
});

describe("damage", () => {
  test("a changed byte before the last line is an error that names the line", () => {
    record(EVENTS);
    writeFileSync(path, readFileSync(path, "utf8").replace("höflich.\\n1", "höflich.\\n7"));
    expect(failureOf(() => readEventLog(path))).toEqual(damaged(2, "its checksum does not match"));
  });

  test("a removed line is noticed by the line after it", () => {
    record(EVENTS);
    const lines = readFileSync(path, "utf8").split(/(?<=\n)/);
    writeFileSync(path, lines.filter((_, index) => index !== 1).join(""));
    expect(failureOf(() => readEventLog(path))).toEqual(damaged(2, "its checksum does not match"));
  });

  test("two lines that changed places are noticed", () => {
    record(EVENTS);
    const [first = "", second = "", ...rest] = readFileSync(path, "utf8").split(/(?<=\n)/);
    writeFileSync(path, [second, first, ...rest].join(""));
    expect(failureOf(() => readEventLog(path))).toEqual(damaged(1, "its checksum does not match"));
  });

  test("an empty line in between is an error", () => {
    record(EVENTS);
    writeFileSync(path, readFileSync(path, "utf8").replace("\n", "\n\n"));
    expect(failureOf(() => readEventLog(path))).toEqual(damaged(2, "its checksum does not match"));
  });

  test("a damaged log is left as it is", () => {
    record(EVENTS);
    const text = readFileSync(path, "utf8").replace("c0", "c9");
    writeFileSync(path, text);
    expect(() => openEventLog(path, { clock })).toThrow("line 1 is damaged");
    expect(readFileSync(path, "utf8")).toBe(text);
  });
});

describe("repeating what was recorded", () => {
  test("compares without writing, then appends", () => {
    record(EVENTS.slice(0, 4));
    const log = openEventLog(path, { clock });
    log.replayFrom(3);
    const before = readFileSync(path, "utf8");
    log.emit({ ...scored(2), usage: { ...NO_USAGE, cachedTokens: 9 } });
    expect(readFileSync(path, "utf8")).toBe(before);
    log.emit(ended(2));
    expect(log.events).toEqual(EVENTS);
    expect(readEventLog(path).records.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    log.close();
  });

  test.each<[string, RunEvent, string]>([
    [
      "a number",
      scored(1, 0.25),
      "Event 2 of this run came out differently when it was repeated: losses[0].loss was 0.3333333333333333 and is now 0.25",
    ],
    [
      "the kind of event",
      ended(1),
      'Event 2 of this run came out differently when it was repeated: type was "candidate-scored" and is now "iteration-ended"',
    ],
    [
      "the length of a list",
      { ...scored(1), losses: [] },
      'Event 2 of this run came out differently when it was repeated: losses[0] was {"exampleId":"1","loss":0.3333333333333333,"crossEntropy":0.3333333333333333,"ta… and is now missing',
    ],
  ])("that differ in %s are refused, naming the place", (_, emitted, message) => {
    record(EVENTS);
    const log = openEventLog(path, { clock });
    log.replayFrom(0);
    log.emit(scored(0));
    const before = readFileSync(path, "utf8");
    expect(failureOf(() => log.emit(emitted))).toEqual({ code: "RUN_DIVERGED", message });
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  test("starts only within the log", () => {
    record(EVENTS);
    const log = openEventLog(path, { clock });
    expect(() => log.replayFrom(6)).toThrow("Expected an event index from 0 to 5, got 6");
    expect(() => log.replayFrom(-1)).toThrow(RangeError);
    log.replayFrom(5);
    log.emit(ended(3));
    expect(log.events).toHaveLength(6);
    log.close();
  });
});

describe("a log that cannot be written", () => {
  test.skipIf(platform() !== "linux")("says that the disk is full, and stays refused", () => {
    const log = openEventLog(path, { clock });
    symlinkSync("/dev/full", path);
    const full = { code: "DISK_FULL", message: `Cannot write ${path}: the disk is full` };
    expect(failureOf(() => log.emit(ended(1)))).toEqual(full);
    expect(failureOf(() => log.emit(ended(1)))).toEqual(full);
    expect(log.events).toEqual([]);
    log.close();
  });

  test("says so when it was closed", () => {
    const log = openEventLog(path, { clock });
    log.close();
    expect(failureOf(() => log.emit(ended(1)))).toEqual({
      code: "RUN_CLOSED",
      message: `${path} was closed`,
    });
  });

  test("goes on behind lines of format 5, which are read as they are", () => {
    const body = `{"v":5,"seq":1,"seconds":0,"at":"2026-01-02T03:04:05.000Z","event":${JSON.stringify(ended(1))}`;
    appendFileSync(path, `${body},"crc":"${crc32(`${body}}`).toString(16).padStart(8, "0")}"}\n`);
    const log = openEventLog(path, { clock: () => 0 });
    log.emit(ended(2));
    log.close();
    expect(readEventLog(path).records.map(({ v, event }) => [v, event])).toEqual([
      [5, ended(1)],
      [6, ended(2)],
    ]);
  });

  test.each([
    [7, "RUN_TOO_NEW", "a newer pmpo (format 7; this one reads 6)"],
    [4, "RUN_TOO_OLD", "an older pmpo (format 4; this one reads 5 to 6)"],
  ])("says that another pmpo wrote format %i", (version, code, writer) => {
    const body = `{"v":${version},"seq":1,"seconds":0,"at":"2026-01-02T03:04:05.000Z","event":{"type":"new"}`;
    appendFileSync(path, `${body},"crc":"${crc32(`${body}}`).toString(16).padStart(8, "0")}"}\n`);
    expect(failureOf(() => readEventLog(path))).toEqual({
      code,
      message: `${path} ${code === "RUN_TOO_NEW" ? "line 1 " : ""}was written by ${writer}`,
    });
  });
});
