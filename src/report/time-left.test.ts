import { expect, test } from "vitest";
import { NO_USAGE } from "../core/model.ts";
import { EMPTY_RUN, type RunState } from "../core/run-state.ts";
import { timeLeft } from "./time-left.ts";

const NO_BUDGET = { tokens: null, seconds: null };

/** So many iterations of four candidates, and candidates of the next one. */
function searched(iterations: number, underWay: number, requestedTokens = 0): RunState {
  const counts = [...Array.from({ length: iterations }, () => 4), underWay];
  const candidates = counts.flatMap((count, index) =>
    Array.from({ length: count }, () => ({ iteration: index + 1 })),
  );
  return {
    ...EMPTY_RUN,
    iterations,
    usage: { ...NO_USAGE, requestedTokens },
    candidates: candidates as unknown as RunState["candidates"],
  };
}

test("before an iteration has ended there is no pace", () => {
  expect(timeLeft(searched(0, 3), 75, { maxIterations: 20, budget: NO_BUDGET })).toBeNull();
});

test("the iterations that are left take as long as those before, and one under way counts by its candidates", () => {
  const limits = { maxIterations: 10, budget: NO_BUDGET };
  const left = (state: RunState): string | null => timeLeft(state, 50, limits);
  expect(left(searched(5, 0))).toBe("about 50 s of search left at most");
  expect(left(searched(4, 4))).toBe("about 50 s of search left at most");
  expect(left(searched(4, 2))).toBe("about 1 min 01 s of search left at most");
});

test("a budget ends the search with the iteration in which it is spent", () => {
  const left = (
    budget: { tokens: number | null; seconds: number | null },
    state = searched(5, 0, 1000),
    seconds = 50,
  ): string | null => timeLeft(state, seconds, { maxIterations: 100, budget });
  expect(left(NO_BUDGET)).toBe("about 15 min 50 s of search left at most");
  expect(left({ tokens: null, seconds: 60 })).toBe("about 10 s of search left at most");
  expect(left({ tokens: null, seconds: 61 })).toBe("about 20 s of search left at most");
  expect(left({ tokens: 1400, seconds: null })).toBe("about 20 s of search left at most");
  expect(left({ tokens: 900, seconds: null })).toBe("about 0 s of search left at most");
  const late = searched(1, 2, 1000);
  expect(left({ tokens: null, seconds: 60 }, late, 60)).toBe("about 20 s of search left at most");
  expect(left({ tokens: null, seconds: 60 }, late, 90)).toBe("about 30 s of search left at most");
});

test("a run whose clock stood still has nothing left to take time", () => {
  const limits = { maxIterations: 10, budget: { tokens: null, seconds: 60 } };
  expect(timeLeft(searched(5, 0), 0, limits)).toBe("about 0 s of search left at most");
});
