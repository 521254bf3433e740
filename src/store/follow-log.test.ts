import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { followLog } from "./follow-log.ts";
import { FIRST_CHECKSUM, formatLogLine } from "./log-lines.ts";

let path = "";

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), "pmpo-follow-")), "events.jsonl");
});

afterEach(() => rmSync(join(path, ".."), { recursive: true }));

/** The lines of a log of so many events. */
function logLines(count: number): readonly string[] {
  let checksum = FIRST_CHECKSUM;
  return Array.from({ length: count }, (_, index) => {
    const formatted = formatLogLine(
      {
        seq: index + 1,
        seconds: index,
        at: "2026-11-23T00:00:00.000Z",
        event: {
          type: "iteration-ended",
          iteration: index + 1,
          acceptedId: null,
          incumbentId: "c0 · ü",
          loss: 1,
        },
      },
      checksum,
    );
    ({ checksum } = formatted);
    return formatted.line;
  });
}

test("a log that is not there yet has nothing, and is followed once it is", () => {
  const log = followLog(path);
  expect(log.readNew()).toEqual([]);
  writeFileSync(path, logLines(1).join(""));
  expect(log.readNew().map(({ seq }) => seq)).toEqual([1]);
  expect(log.readNew()).toEqual([]);
});

test("wherever the bytes are cut, every record comes once and in order", () => {
  const bytes = Buffer.from(logLines(6).join(""), "utf8");
  const cuts = fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 12 });
  fc.assert(
    fc.property(cuts, (places) => {
      writeFileSync(path, "");
      const log = followLog(path);
      const seen: number[] = [];
      const ends = [...places.toSorted((a, b) => a - b), bytes.length];
      ends.forEach((end, index) => {
        appendFileSync(path, bytes.subarray(ends[index - 1] ?? 0, end));
        seen.push(...log.readNew().map(({ seq }) => seq));
      });
      expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
    }),
  );
});

test("half a line that is cut off and written anew is read as what it became", () => {
  const [first = "", second = ""] = logLines(2);
  writeFileSync(path, first + second.slice(0, 20));
  const log = followLog(path);
  expect(log.readNew()).toHaveLength(1);
  truncateSync(path, Buffer.byteLength(first));
  appendFileSync(path, second);
  expect(log.readNew().map(({ seq }) => seq)).toEqual([2]);
});

test("damage is reported by its line", () => {
  const [first = "", second = "", third = ""] = logLines(3);
  writeFileSync(path, first);
  const log = followLog(path);
  log.readNew();
  appendFileSync(path, second.replace("c0", "c1") + third);
  expect(() => log.readNew()).toThrow(/line 2 is damaged/);
});
