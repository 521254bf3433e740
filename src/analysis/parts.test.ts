import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskPart, readMarkedParts, removePart, splitIntoParts, swapParts } from "./parts.ts";

const PROMPT = "Read the review. Be fair.\nAnswer with one word.";

const texts = (prompt: string, limit: number): readonly string[] =>
  splitIntoParts(prompt, limit).map(({ text }) => text);

describe("splitIntoParts", () => {
  test("cuts by line and sentence", () => {
    expect(texts(PROMPT, 5)).toEqual(["Read the review.", "Be fair.", "Answer with one word."]);
  });

  test("joins the shortest neighbours beyond the limit", () => {
    expect(texts(PROMPT, 2)).toEqual(["Read the review. Be fair.", "Answer with one word."]);
  });

  test("every part is the prompt's own text at its place, in order, and no more than the limit", () => {
    const prompts = fc.string({ unit: fc.constantFrom("a", "B", ".", " ", "\n", "!", "é", "{") });
    fc.assert(
      fc.property(prompts, fc.integer({ min: 1, max: 6 }), (prompt, limit) => {
        const parts = splitIntoParts(prompt, limit);
        expect(parts.length).toBeLessThanOrEqual(limit);
        let end = 0;
        for (const part of parts) {
          expect(prompt.slice(part.start, part.end)).toBe(part.text);
          expect(part.start).toBeGreaterThanOrEqual(end);
          end = part.end;
        }
      }),
    );
  });
});

describe("changing parts", () => {
  const [first, second, third] = splitIntoParts(PROMPT, 5);

  test("masking leaves everything else as it was", () => {
    expect(second && maskPart(PROMPT, second)).toBe(
      "Read the review. <MASK>\nAnswer with one word.",
    );
  });

  test("removing closes the gap", () => {
    expect(second && removePart(PROMPT, second)).toBe("Read the review.\nAnswer with one word.");
  });

  test("swapping exchanges texts and keeps what stands between", () => {
    expect(first && third && swapParts(PROMPT, third, first)).toBe(
      "Answer with one word. Be fair.\nRead the review.",
    );
  });
});

describe("readMarkedParts", () => {
  test("finds the parts of a true copy", () => {
    const reply =
      "<mask>Read the review.</mask> <mask>Be fair.</mask>\n<mask>Answer with one word.</mask>";
    const parts = readMarkedParts(PROMPT, reply, 5);
    expect(typeof parts).toBe("object");
    for (const part of typeof parts === "string" ? [] : parts) {
      expect(PROMPT.slice(part.start, part.end)).toBe(part.text);
    }
  });

  test.each([
    ["a changed copy", "<mask>Read the reviews.</mask> Be fair.\nAnswer with one word.", "changed"],
    ["a copy without marks", PROMPT, "none"],
    [
      "more parts than allowed",
      "<mask>Read</mask> <mask>the</mask> <mask>review.</mask> Be fair.\nAnswer with one word.",
      "too-many",
    ],
  ])("refuses %s", (_name, reply, fault) => {
    expect(readMarkedParts(PROMPT, reply, 2)).toBe(fault);
  });

  test.each([
    ["nested tags", "<mask>A. <mask>B.</mask> C.</mask>"],
    ["blanks that moved", "<mask> A.</mask> <mask>B.</mask> C."],
  ])("refuses %s, whose places would be wrong", (_name, reply) => {
    const parts = readMarkedParts("A. B. C.", reply, 5);
    for (const part of typeof parts === "string" ? [] : parts) {
      expect("A. B. C.".slice(part.start, part.end)).toBe(part.text);
    }
  });

  test("blanks at the ends of prompt and reply do not matter", () => {
    expect(readMarkedParts("  Go. \n", " <mask>Go.</mask>\n", 5)).toEqual([
      { text: "Go.", start: 2, end: 5 },
    ]);
  });
});
