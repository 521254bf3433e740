import * as fc from "fast-check";
import { expect, test } from "vitest";
import { endOfText, endOfTurn, type ListedToken, nextStep, unlistedBound } from "./next-token.ts";

const token = (text: string, logProb: number): ListedToken => ({
  text,
  bytes: Buffer.from(text),
  logProb,
});

const ALPHABET = ["a", "b", " ", "é", "東", "🦊"];

/** A vocabulary with every byte of the alphabet's texts, and a probability for each token. */
const vocabulary = fc
  .uniqueArray(fc.array(fc.constantFrom(...ALPHABET), { minLength: 1, maxLength: 4 }), {
    selector: (letters) => letters.join(""),
    maxLength: 30,
  })
  .chain((words) => {
    const bytes = [...new Set(ALPHABET.flatMap((letter) => [...Buffer.from(letter)]))];
    const tokens = [
      ...bytes.map((byte) => Buffer.of(byte)),
      ...words.map((word) => Buffer.from(word.join(""))).filter(({ length }) => length > 1),
    ];
    const weight = fc.double({ min: 1e-6, max: 1, noNaN: true });
    return fc
      .array(weight, { minLength: tokens.length, maxLength: tokens.length })
      .map((weights) => {
        const total = weights.reduce((sum, each) => sum + each, 0);
        return tokens
          .map((each, index): ListedToken => ({
            text: each.toString("utf8"),
            bytes: each,
            logProb: Math.log((weights[index] as number) / total),
          }))
          .toSorted((a, b) => b.logProb - a.logProb);
      });
  });

const text = fc
  .array(fc.constantFrom(...ALPHABET), { minLength: 1, maxLength: 8 })
  .map((letters) => letters.join(""));

/** The longest token of all that a text begins with: where this tokenizer cuts. */
function cut(tokens: readonly ListedToken[], rest: string): ListedToken {
  const bytes = Buffer.from(rest);
  const fitting = tokens.filter(({ bytes: own }) =>
    bytes.subarray(0, own?.length).equals(own ?? Buffer.of()),
  );
  return fitting.reduce((best, each) =>
    (each.bytes?.length ?? 0) > (best.bytes?.length ?? 0) ? each : best,
  );
}

const isWhole = ({ text }: ListedToken): boolean => !text.includes("\uFFFD");

test("no number is below that of the token that the tokenizer cuts, and none is a bound in vain", () => {
  fc.assert(
    fc.property(vocabulary, text, fc.integer({ min: 1, max: 25 }), (tokens, rest, count) => {
      const listed = tokens.slice(0, count);
      const own = cut(tokens, rest);
      const step = nextStep(listed, rest);
      expect(step.logProb).toBeGreaterThanOrEqual(own.logProb - 1e-9);
      if (listed.includes(own) && isWhole(own)) {
        expect(step).toEqual({ length: own.text.length, logProb: own.logProb, isBounded: false });
      }
      if (!listed.some((each) => rest.startsWith(each.text))) expect(step.isBounded).toBe(true);
    }),
  );
});

test("every step takes whole characters, and the steps take the whole text", () => {
  fc.assert(
    fc.property(vocabulary, text, fc.integer({ min: 0, max: 25 }), (tokens, whole, count) => {
      const pieces: string[] = [];
      for (let rest = whole; rest !== "";) {
        const { length } = nextStep(tokens.slice(0, count), rest);
        expect(length).toBeGreaterThan(0);
        pieces.push(rest.slice(0, length));
        rest = rest.slice(length);
      }
      expect(pieces.join("")).toBe(whole);
      // Half a surrogate pair comes back from bytes as another character.
      expect(pieces.map((piece) => Buffer.from(piece).toString("utf8"))).toEqual(pieces);
    }),
  );
});

test("the bound is at least the probability of every token that is not listed", () => {
  fc.assert(
    fc.property(vocabulary, fc.nat(25), (tokens, count) => {
      const bound = unlistedBound(tokens.slice(0, count));
      for (const { logProb } of tokens.slice(count)) {
        expect(bound).toBeGreaterThanOrEqual(logProb - 1e-12);
      }
    }),
  );
});

test("what is left of the sum bounds lower than the last of the list where that is little", () => {
  const bound = unlistedBound([token("a", Math.log(0.6)), token("b", Math.log(0.399))]);
  expect(bound).toBeCloseTo(Math.log(0.001), 2);
});

test("a word that is not listed is taken whole, with its space", () => {
  expect(nextStep([token("x", -0.5)], " purple spoon").length).toBe(" purple".length);
  expect(nextStep([token("x", -0.5)], "1,234").length).toBe(1);
});

test("a character of which a half alone is listed is at most as likely as that", () => {
  const half: ListedToken = { text: "", bytes: Buffer.from("東").subarray(0, 1), logProb: -0.2 };
  const unreadable: ListedToken = { text: "\uFFFD", bytes: null, logProb: -0.3 };
  expect(nextStep([half, token("x", -3)], "東京")).toEqual({
    length: 1,
    logProb: -0.2,
    isBounded: true,
  });
  expect(nextStep([unreadable, token("x", -3)], "東京")).toMatchObject({
    logProb: -0.3,
    isBounded: true,
  });
  expect(nextStep([unreadable, token("x", -3)], "Kyoto").logProb).toBeLessThan(-1.5);
});

test.each(["<|im_end|>", "</s>", "<end_of_turn>", "<｜end▁of▁sentence｜>", ""])(
  "the end of a turn is read where a server writes it as %j",
  (name) => {
    const half: ListedToken = { text: "", bytes: Buffer.from("東").subarray(0, 1), logProb: -1 };
    const listed = [token("x", -0.5), half, token(name, -1.5), token("<b>", -1.6)];
    expect(endOfTurn(listed)).toEqual({ length: 0, logProb: -1.5, isBounded: false });
  },
);

test("a blank line begins with whichever line breaks are likelier", () => {
  const listed = [token("x", -0.5), token("\n", -1.5), token("\n\n", -4)];
  expect(endOfText(listed)).toEqual({ length: 0, logProb: -1.5, isBounded: false });
});

test("an end of a turn that is not listed has a bound", () => {
  expect(endOfTurn([token("x", -0.5), token("y", -4)])).toEqual({
    length: 0,
    logProb: -4,
    isBounded: true,
  });
});
