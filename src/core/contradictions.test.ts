import { expect, test } from "vitest";
import { contradictions, contradictionText } from "./contradictions.ts";

const example = (
  id: string,
  input: string,
  target: string,
): {
  readonly id: string;
  readonly inputs: { readonly input: string };
  readonly target: string;
} => ({
  id,
  inputs: { input },
  target,
});

test("who accepts the other's answer, or is a pair, contradicts nobody", () => {
  const [usa, short] = [example("1", "Where?", "USA"), example("2", "Where?", "U.S.")];
  expect(contradictions([{ ...usa, accept: ["U.S."] }, short])).toEqual([]);
  expect(contradictions([usa, short].map((each) => ({ ...each, rejected: ["x"] })))).toEqual([]);
  expect(contradictions([usa, short])).toHaveLength(1);
});

test("equal inputs with different answers are found, and told with their answers", () => {
  const examples = [
    example("1", "Lost parcel", "shipping"),
    example("2", "Wrong bill", "billing"),
    example("3", "Lost parcel", "billing"),
    example("4", "Wrong bill", "billing"),
  ];
  const found = contradictions(examples);
  expect(found.map(contradictionText)).toEqual(['1 ("shipping") and 3 ("billing")']);
});
