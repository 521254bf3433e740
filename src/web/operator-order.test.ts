import { expect, test } from "vitest";
import { operatorOrder } from "./operator-order.ts";

const candidate = (operator: string, parentId: string | null = "c0") => ({ operator, parentId });
const summary = { operators: ["won", "layout", "idle"].map((operator) => ({ operator })) };

test("operators stand in the order of their first candidates, then those without any", () => {
  const candidates = [
    candidate("start", null),
    candidate("layout"),
    candidate("won"),
    candidate("layout"),
  ];
  expect(operatorOrder({ candidates, summary })).toEqual(["layout", "won", "idle"]);
});

test("an operator that has candidates keeps its place as the run goes on", () => {
  const before = [candidate("start", null), candidate("won")];
  const after = [...before, candidate("idle"), candidate("layout")];
  expect(operatorOrder({ candidates: before, summary })[0]).toBe("won");
  expect(operatorOrder({ candidates: after, summary }).slice(0, 2)).toEqual(["won", "idle"]);
});
