import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { defaultThreads } from "./threads.ts";

test("takes at least one thread and no more than the process may use", () => {
  const threads = defaultThreads();
  expect(Number.isInteger(threads)).toBe(true);
  expect(threads).toBeGreaterThanOrEqual(1);
  expect(threads).toBeLessThanOrEqual(availableParallelism());
});
