import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Candidate,
  candidateKey,
  fillTemplate,
  layoutFromName,
  layoutName,
  templateVariables,
} from "./candidate.ts";

describe("templateVariables", () => {
  test("names each variable once, in order, blanks inside the braces or not", () => {
    expect(templateVariables("{{ b }} and {{a}}, again {{b}}")).toEqual(["b", "a"]);
  });

  test("single braces and empty names are plain text", () => {
    expect(templateVariables("{a} {{}} {{ 1x }}")).toEqual([]);
  });
});

describe("fillTemplate", () => {
  test("fills what it knows and leaves the rest", () => {
    expect(fillTemplate("{{a}} {{ b }}", { a: "1" })).toBe("1 {{ b }}");
  });

  test("never expands what a value holds", () => {
    expect(fillTemplate("{{a}}{{b}}", { a: "{{b}}", b: "x" })).toBe("{{b}}x");
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(fillTemplate("<{{a}}>", { a: value, b: "no" })).toBe(`<${value}>`);
      }),
    );
  });
});

describe("candidateKey", () => {
  const candidate: Candidate = {
    instruction: "Say it.",
    layout: { kind: "plain", inputName: "Text", targetName: "Label" },
    demonstrations: [{ id: "7", inputs: { input: "x" }, target: "y" }],
  };

  test("tells candidates apart by instruction, layout and order of demonstrations", () => {
    const other = { id: "8", inputs: { input: "x" }, target: "y" };
    const one = { ...candidate, demonstrations: [...candidate.demonstrations, other] };
    const two = { ...candidate, demonstrations: [other, ...candidate.demonstrations] };
    const keys = [candidate, one, two, { ...candidate, instruction: "" }].map(candidateKey);
    expect(new Set(keys).size).toBe(4);
    expect(candidateKey({ ...candidate })).toBe(candidateKey(candidate));
  });

  test("layouts have short names", () => {
    expect(layoutName(candidate.layout)).toBe("plain(Text/Label)");
    expect(layoutName({ kind: "user-last" })).toBe("user-last");
  });

  test("are found by their names", () => {
    for (const layout of [candidate.layout, { kind: "user-last" }, { kind: "system" }] as const) {
      expect(layoutFromName(layoutName(layout))).toEqual(layout);
    }
    expect(layoutFromName("plain")).toMatchObject({ inputName: "Input", targetName: "Output" });
    expect(layoutFromName("usr")).toBe(null);
  });
});
