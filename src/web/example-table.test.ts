import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import { ExampleTable } from "./example-table.tsx";

/** A table of one example whose loss changes by so much, nats. */
function tableOf(change: number): string {
  const side = { format: null, decision: null, answer: "yes", score: 1 };
  const row = {
    id: "1",
    input: "Is it?",
    target: "yes",
    start: { ...side, loss: 1 },
    best: { ...side, loss: 1 + change },
    isSuspect: false,
  };
  return renderToString(
    h(ExampleTable, {
      rows: [row],
      isLong: false,
      order: { key: "best", isDescending: true },
      onOrder: () => undefined,
      onOpen: () => undefined,
    }),
  );
}

test.each([
  [-0.2, ["gain"]],
  [0.2, ["loss"]],
  [0, []],
  [0.0004, []],
  [-0.0004, []],
])("a change of %d nats is painted as what its digits say", (change, painted) => {
  const [, classes = ""] = /<td class="(column-change[^"]*)"/.exec(tableOf(change)) ?? [];
  expect(classes.trim().split(" ")).toEqual(["column-change", "number", ...painted]);
});
