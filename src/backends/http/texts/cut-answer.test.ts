import * as fc from "fast-check";
import { expect, test } from "vitest";
import { charactersOf, END } from "../characters/vocabulary.ts";
import { cutAnswer } from "./cut-answer.ts";
import type { EchoedText } from "./text-api.ts";

/** Words as tokens of any length, each with a number. */
const tokens = fc.array(
  fc.record({
    text: fc.stringMatching(/^ ?[a-zé🦊]{1,6}$/u),
    logProb: fc.double({ min: -30, max: -0.001, noNaN: true }),
  }),
  { minLength: 1, maxLength: 12 },
);

const CONTEXT = [7, 8, 9];

function echoed(
  answer: readonly { readonly text: string; readonly logProb: number }[],
): EchoedText {
  return {
    ids: [...CONTEXT, ...answer.map((_, index) => 100 + index)],
    texts: ["", "a", "b", ...answer.map(({ text }) => text)],
    logProbs: [null, -1, -1, ...answer.map(({ logProb }) => logProb)],
  };
}

const textOf = (answer: readonly { readonly text: string }[]): string =>
  answer.map(({ text }) => text).join("");

test("every token's number stands at the token's first character, and nowhere else", () => {
  fc.assert(
    fc.property(tokens, (answer) => {
      const target = charactersOf(textOf(answer));
      const { logProbs } = cutAnswer({ id: "a", target }, CONTEXT, echoed(answer));
      let place = 0;
      const expected = new Float64Array(target.length);
      for (const { text, logProb } of answer) {
        expected[place] = logProb;
        place += charactersOf(text).length;
      }
      expect(logProbs).toEqual(expected);
    }),
  );
});

test("of what stands behind an answer only the token that ends it counts", () => {
  fc.assert(
    fc.property(tokens, fc.boolean(), (answer, isCut) => {
      const target = Int32Array.of(...charactersOf(textOf(answer)), END);
      const behind = isCut ? ["\n", "\n", "A"] : ["\n\n", "A"];
      const whole = echoed([
        ...answer,
        ...behind.map((text, index) => ({ text, logProb: -100 - index })),
      ]);
      const { logProbs } = cutAnswer({ id: "a", target }, CONTEXT, whole);
      expect(logProbs.at(-1)).toBe(-100);
      const sum = answer.reduce((total, { logProb }) => total + logProb, -100);
      expect(logProbs.reduce((total, each) => total + each, 0)).toBeCloseTo(sum, 9);
    }),
  );
});

test("an end that is one token with the answer's last sign is scored with that", () => {
  const target = Int32Array.of(...charactersOf("Yes."), END);
  const answer = [
    { text: "Yes", logProb: -1 },
    { text: ".\n\n", logProb: -2 },
    { text: "A", logProb: -50 },
  ];
  const { logProbs } = cutAnswer({ id: "a", target }, CONTEXT, echoed(answer));
  expect([...logProbs]).toEqual([-1, 0, 0, -2, 0]);
});

test("pieces of a character are added up, and what follows finds its place again", () => {
  const target = charactersOf("東 it");
  const pieces = ["", "", " it"].map((text, index) => ({ text, logProb: -1 - index }));
  const { logProbs } = cutAnswer({ id: "a", target }, CONTEXT, echoed(pieces));
  expect([...logProbs]).toEqual([-3, -3, 0, 0]);
});

test("without texts every token has a place of its own", () => {
  const target = charactersOf(" Paris");
  const whole = { ...echoed(["a", "b"].map((text) => ({ text, logProb: -2 }))), texts: null };
  const { logProbs } = cutAnswer({ id: "a", target }, CONTEXT, whole);
  expect([...logProbs]).toEqual([-2, -2, 0, 0, 0, 0]);
});

test.each([
  ["another prompt", [7, 8, 10], /joins/],
  ["nothing of the answer", [...CONTEXT, 100], /joins/],
])("a text that is cut into %s is refused", (_name, contextIds, message) => {
  const whole = echoed([{ text: " Paris", logProb: -1 }]);
  expect(() => cutAnswer({ id: "a", target: charactersOf(" Paris") }, contextIds, whole)).toThrow(
    message,
  );
});

test("a blank line that does not come back is said to be missing", () => {
  const whole = echoed([
    { text: " Paris", logProb: -1 },
    { text: "<0x0A>", logProb: -1 },
  ]);
  const target = Int32Array.of(...charactersOf(" Paris"), END);
  expect(() => cutAnswer({ id: "a", target }, CONTEXT, whole)).toThrow(/blank line/);
});
