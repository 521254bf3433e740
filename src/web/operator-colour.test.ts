import { expect, test } from "vitest";
import { ALL_PROPOSERS } from "../proposers/all.ts";
import { colourClass } from "./operator-colour.ts";

test("every operator of a search has a colour of its own", () => {
  const colours = ALL_PROPOSERS.map(({ operator }) => colourClass(operator));
  expect(colours.toSorted()).toEqual(
    Array.from({ length: ALL_PROPOSERS.length }, (_, index) => `colour-${index}`),
  );
});

test("the start has its own, and an operator of another name one of the others", () => {
  expect(colourClass("start")).toBe("colour-start");
  expect(colourClass("my-own")).toMatch(/^colour-[0-8]$/);
});
