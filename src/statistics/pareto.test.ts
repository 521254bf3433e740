import * as fc from "fast-check";
import { expect, test } from "vitest";
import { paretoFront } from "./pareto.ts";

type Costs = readonly number[];

/** The definition, word for word. */
function naiveFront(points: readonly Costs[]): readonly Costs[] {
  const beats = (one: Costs, other: Costs): boolean =>
    one.every((cost, index) => cost <= (other[index] ?? 0)) &&
    one.some((cost, index) => cost < (other[index] ?? 0));
  return points.filter((point) => !points.some((other) => beats(other, point)));
}

/** Few distinct values, so that ties are common. */
const points = (dimensions: number): fc.Arbitrary<readonly Costs[]> =>
  fc.array(
    fc.array(fc.integer({ min: -3, max: 3 }), { minLength: dimensions, maxLength: dimensions }),
    {
      maxLength: 40,
    },
  );

test.each([1, 2, 3, 6])(
  "is the definition's, in %i costs, equal points and order included",
  (n) => {
    fc.assert(
      fc.property(points(n), (items) => {
        expect(paretoFront(items, (item) => item)).toEqual(naiveFront(items));
      }),
    );
  },
);

test("holds with costs of any size", () => {
  const costs = fc.array(fc.tuple(fc.double({ noNaN: true }), fc.double({ noNaN: true })));
  fc.assert(
    fc.property(costs, (items) => {
      expect(paretoFront(items, (item) => item)).toEqual(naiveFront(items));
    }),
  );
});

test("a shorter prompt and a likelier one stay beside each other, a longer and worse one goes", () => {
  const prompts = [
    { name: "long", tokens: 40, loss: 1 },
    { name: "short", tokens: 10, loss: 2 },
    { name: "bad", tokens: 30, loss: 3 },
  ];
  const front = paretoFront(prompts, ({ tokens, loss }) => [tokens, loss]);
  expect(front.map(({ name }) => name)).toEqual(["long", "short"]);
});
