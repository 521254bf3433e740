import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readDataset } from "./read-dataset.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pmpo-promptfoo-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function read(name: string, content: string): ReturnType<typeof readDataset> {
  const path = join(folder, name);
  await writeFile(path, content);
  return readDataset(path, { format: "promptfoo" });
}

test("a promptfoo file: vars are inputs, what a test asserts is the answer and says the metric", async () => {
  const text = [
    "prompts: ['Capital of {{country}}, in {{language}}?']",
    "tests:",
    "  - vars: { country: Peru, language: English }",
    "    assert: [{ type: latency, threshold: 9 }, { type: equals, value: Lima }]",
    "  - vars: { country: Chile, language: English }",
    "    assert: [{ type: icontains, value: Santiago }]",
    "",
  ].join("\n");
  const { examples, metric } = await read("promptfooconfig.yaml", text);
  expect(examples).toEqual([
    { id: "1", inputs: { country: "Peru", language: "English" }, target: "Lima" },
    { id: "2", inputs: { country: "Chile", language: "English" }, target: "Santiago" },
  ]);
  expect(metric).toEqual({ kind: "contains" });
  const uneven = text.replace("country: Chile, language: English", "country: Chile");
  await expect(read("uneven.yaml", uneven)).rejects.toThrow(
    "uneven.yaml, row 2 (line 5): the test has the variables country, the first one country, language",
  );
  const judged = "tests:\n  - vars: { a: b }\n    assert: [{ type: llm-rubric, value: good }]\n";
  await expect(read("judged.yaml", judged)).rejects.toThrow(
    "judged.yaml, row 1 (line 2): the test asserts no known answer (equals, contains, icontains, contains-any, icontains-any)",
  );
});

test("promptfoo's templates are filled, its defaults hold, and an answer's variable is no input", async () => {
  const config = (...tests: string[]): string =>
    [
      "prompts: ['{{style}}: what is {{q}}?']",
      "defaultTest:",
      "  vars: { style: Briefly }",
      "  assert: [{ type: contains-any, value: ['{{answer}}', 'it is {{ answer }}'] }]",
      "tests:",
      ...tests.map((test) => `  - ${test}`),
    ].join("\n");
  const sums = config("vars: { q: 3+2, answer: 5 }", "vars: { q: 1+1, answer: 2, style: Loudly }");
  const { examples, metric, fieldNames } = await read("sums.yaml", sums);
  expect(examples).toEqual([
    { id: "1", inputs: { style: "Briefly", q: "3+2" }, target: "5", accept: ["it is 5"] },
    { id: "2", inputs: { style: "Loudly", q: "1+1" }, target: "2", accept: ["it is 2"] },
  ]);
  expect(metric).toEqual({ kind: "contains" });
  expect(fieldNames.inputs).toEqual(["style", "q"]);
  const echo = (word: string): string =>
    `  - vars: { q: ${word} }\n    assert: { type: equals, value: '{{q}}' }`;
  const echoed = ["prompts: Say {{q}}.", "tests:", echo("hi"), echo("ho")].join("\n");
  const { examples: echoes } = await read("echo.yaml", echoed);
  expect(echoes[1]).toEqual({ id: "2", inputs: { q: "ho" }, target: "ho" });
});

test.each([
  [
    "assert: [{ type: equals, value: '{{a | trim}}' }]",
    "an assertion holds more than names of variables: {{a | trim}}",
  ],
  [
    "assert: [{ type: equals, value: '{{b}}' }]",
    "an assertion names {{b}}, but the test has the variables a",
  ],
  [
    "assert: [{ type: contains, value: x }, { type: icontains, value: y }]",
    'the test asserts two answers, "x" (contains) and "y" (icontains)',
  ],
])(
  "a promptfoo test that cannot be graded as promptfoo does is refused: %s",
  async (assert, message) => {
    const text = `tests:\n  - vars: { a: b }\n    ${assert}\n`;
    await expect(read("odd.yaml", text)).rejects.toThrow(`odd.yaml, row 1 (line 2): ${message}`);
  },
);

test("answers in one text are parted at commas, and a variable that some tests assert is no input of any", async () => {
  const text = [
    "tests:",
    "  - vars: { q: pet, a: x }",
    "    assert: [{ type: contains-any, value: 'dog, \"hound, small\"' }]",
    "  - vars: { q: bird, a: owl }",
    "    assert: [{ type: contains, value: '{{a}}' }]",
  ].join("\n");
  const { examples } = await read("any.yaml", text);
  expect(examples).toEqual([
    { id: "1", inputs: { q: "pet" }, target: "dog", accept: ["hound, small"] },
    { id: "2", inputs: { q: "bird" }, target: "owl" },
  ]);
});

test("a promptfoo test with lists of variables is one example for each combination, unless it is told not to", async () => {
  const text = (options: string): string =>
    [
      "defaultTest: { vars: { tone: [kind, curt] } }",
      "tests:",
      "  - vars: { q: [hi, bye], a: ok }",
      "    assert: [{ type: equals, value: '{{a}}' }]",
      options,
      "  - vars: { q: yes, a: no, tone: kind }",
      "    assert: [{ type: equals, value: '{{a}}' }]",
    ].join("\n");
  const { examples } = await read("lists.yaml", text(""));
  expect(examples.map(({ id, inputs, target }) => [id, inputs, target])).toEqual([
    ["1.1", { tone: "kind", q: "hi" }, "ok"],
    ["1.2", { tone: "kind", q: "bye" }, "ok"],
    ["1.3", { tone: "curt", q: "hi" }, "ok"],
    ["1.4", { tone: "curt", q: "bye" }, "ok"],
    ["2", { tone: "kind", q: "yes" }, "no"],
  ]);
  const whole = text("    options: { disableVarExpansion: true }");
  await expect(read("whole.yaml", whole)).rejects.toThrow(
    'whole.yaml, row 1 (line 3): "tone" is no text',
  );
});

test("a set of promptfoo's assertions counts as what is in it", async () => {
  const set = (...members: string[]): string =>
    "tests:\n" +
    ["b", "c"]
      .map(
        (a) =>
          `  - vars: { a: ${a} }\n    assert: [{ type: assert-set, assert: [${members.join(", ")}] }]`,
      )
      .join("\n");
  const { examples } = await read("set.yaml", set("{ type: cost }", "{ type: equals, value: x }"));
  expect(examples.map(({ target }) => target)).toEqual(["x", "x"]);
  const two = set("{ type: contains, value: x }", "{ type: contains, value: y }");
  await expect(read("two.yaml", two)).rejects.toThrow(
    'two.yaml, row 1 (line 2): the test asserts two answers, "x" (contains) and "y" (contains)',
  );
});

test("a promptfoo file whose tests are elsewhere says where", async () => {
  const text = "tests: file://tests.csv\n";
  await expect(read("else.yaml", text)).rejects.toThrow(
    "else.yaml: its tests are in file://tests.csv",
  );
});
