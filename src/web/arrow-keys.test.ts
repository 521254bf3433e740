import { expect, test } from "vitest";
import { LIST_STEPS, nextPlace, SLIDER_STEPS } from "./arrow-keys.ts";

const PLAIN = { altKey: false, ctrlKey: false, metaKey: false };

test("a slider grows upwards, a list goes on downwards", () => {
  const led = (key: string): readonly (number | null)[] =>
    [SLIDER_STEPS, LIST_STEPS].map((steps) => nextPlace({ ...PLAIN, key }, steps, 20, 40));
  expect(led("ArrowUp")).toEqual([21, 19]);
  expect(led("ArrowDown")).toEqual([19, 21]);
  expect(led("PageUp")).toEqual([30, 10]);
  expect(led("ArrowRight")).toEqual([21, 21]);
  expect(led("ArrowLeft")).toEqual([19, 19]);
});

test("no key leads beyond the ends, and other keys lead nowhere", () => {
  const led = (key: string, place: number): number | null =>
    nextPlace({ ...PLAIN, key }, SLIDER_STEPS, place, 5);
  expect(["ArrowRight", "PageUp", "End"].map((key) => led(key, 4))).toEqual([4, 4, 4]);
  expect(["ArrowLeft", "PageDown", "Home"].map((key) => led(key, 0))).toEqual([0, 0, 0]);
  expect(["a", "Tab", "Enter"].map((key) => led(key, 2))).toEqual([null, null, null]);
});

test.each(["altKey", "ctrlKey", "metaKey"] as const)("with %s a key is the browser's", (held) => {
  for (const key of ["ArrowLeft", "ArrowRight", "Home", "End", "PageDown"]) {
    expect(nextPlace({ ...PLAIN, [held]: true, key }, LIST_STEPS, 2, 5)).toBeNull();
  }
});
