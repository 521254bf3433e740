import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import { WordDiff } from "./word-diff.tsx";

test("a changed word is shown among those that stay", () => {
  const html = renderToString(h(WordDiff, { before: "Say it now.", after: "Say it briefly." }));
  expect(html).toContain("<span>Say it </span><del>now</del><ins>briefly</ins><span>.</span>");
});

test("long texts with nothing in common are shown whole, the old one first", () => {
  const [before, after] = ["old", "new"].map((word) =>
    Array.from({ length: 5_000 }, (_, index) => `${word}${index}`).join(" "),
  ) as [string, string];
  expect(renderToString(h(WordDiff, { before, after }))).toBe(
    `<p class="prompt-text"><del>${before}</del><span>\n</span><ins>${after}</ins></p>`,
  );
});

test("short texts that share little are not torn into single words", () => {
  const before = "You work at a hotel and read messages.";
  const after = "Given the toilet is broken, name one department.";
  expect(renderToString(h(WordDiff, { before, after }))).toContain(`<del>${before}</del>`);
});
