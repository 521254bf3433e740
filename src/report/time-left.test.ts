import { expect, test } from "vitest";
import { NO_USAGE } from "../core/model.ts";
import { EMPTY_RUN, type RunState } from "../core/run-state.ts";
import { timeLeft } from "./time-left.ts";

const NO_BUDGET = { tokens: null, seconds: null };
const atStart = { from: EMPTY_RUN, secondsBefore: 0 };

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

test("before an iteration has ended there is no pace: it says how long the run took so far", () => {
  const limits = { maxIterations: 20, budget: NO_BUDGET };
  expect(timeLeft(searched(0, 3), { ...atStart, seconds: 75 }, limits)).toBe("1 min 15 s so far");
});

test("the iterations that are left take as long as those before, and one under way counts by its candidates", () => {
  const limits = { maxIterations: 10, budget: NO_BUDGET };
  const left = (state: RunState): string => timeLeft(state, { ...atStart, seconds: 50 }, limits);
  expect(left(searched(5, 0))).toBe("about 50 s left at most");
  expect(left(searched(4, 4))).toBe("about 50 s left at most");
  expect(left(searched(4, 2))).toBe("about 1 min 01 s left at most");
});

test("a budget of seconds or of tokens ends the search before its last iteration", () => {
  const left = (budget: { tokens: number | null; seconds: number | null }): string =>
    timeLeft(searched(5, 0, 1000), { ...atStart, seconds: 50 }, { maxIterations: 100, budget });
  expect(left(NO_BUDGET)).toBe("about 15 min 50 s left at most");
  expect(left({ tokens: null, seconds: 60 })).toBe("about 10 s left at most");
  expect(left({ tokens: 1400, seconds: null })).toBe("about 20 s left at most");
  expect(left({ tokens: 900, seconds: null })).toBe("about 0 s left at most");
});

test("a run that goes on is judged by what it did since", () => {
  const limits = { maxIterations: 10, budget: { tokens: null, seconds: 1000 } };
  const pace = { from: searched(4, 0), secondsBefore: 900, seconds: 20 };
  expect(timeLeft(searched(4, 2), pace, limits)).toBe("15 min 20 s so far");
  expect(timeLeft(searched(6, 0), pace, limits)).toBe("about 40 s left at most");
});
