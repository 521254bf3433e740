import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { defaultThreads, parseQuota, threadCandidates } from "./threads.ts";

test("takes at least one thread and no more than the process may use", () => {
  const threads = defaultThreads();
  expect(Number.isInteger(threads)).toBe(true);
  expect(threads).toBeGreaterThanOrEqual(1);
  expect(threads).toBeLessThanOrEqual(availableParallelism());
});

test("on a small machine there is nothing to try", () => {
  expect(threadCandidates({ physical: 2, available: 2, quota: null })).toEqual([2]);
  expect(threadCandidates({ physical: null, available: 4, quota: null })).toEqual([4]);
});

test("hyper-threads and fewer threads than cores are tried", () => {
  expect(threadCandidates({ physical: 16, available: 32, quota: null })).toEqual([16, 32, 8, 4]);
  expect(threadCandidates({ physical: 6, available: 12, quota: null })).toEqual([6, 12]);
});

test("a container's share of the host is all there is", () => {
  expect(threadCandidates({ physical: 32, available: 64, quota: 2 })).toEqual([2]);
  expect(threadCandidates({ physical: 32, available: 64, quota: 0.5 })).toEqual([1]);
});

test.each([
  ["max 100000\n", null],
  ["150000 100000\n", 1.5],
  ["400000 100000\n", 4],
  ["", null],
])("reads the share that Linux writes as %j", (text, share) => {
  expect(parseQuota(text)).toBe(share);
});
