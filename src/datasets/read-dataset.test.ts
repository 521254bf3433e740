import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readDataset, type ReadDatasetOptions } from "./read-dataset.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pmpo-datasets-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function read(
  name: string,
  content: string,
  options?: ReadDatasetOptions,
): ReturnType<typeof readDataset> {
  const path = join(folder, name);
  await writeFile(path, content);
  return readDataset(path, options);
}

const TWO = [
  { id: "1", inputs: { input: "2 + 2" }, target: "4" },
  { id: "2", inputs: { input: "is it" }, target: "true" },
];
const FIELD_NAMES = { inputs: ["input"], target: "target" };

test("conversations: the last answer is the target, the turns before it the input, system turns none", async () => {
  const rows = [
    [
      ["system", "Be kind."],
      ["user", "Hi"],
      ["assistant", "Hello!"],
    ],
    [
      ["user", "2?"],
      ["assistant", "3"],
      ["user", "4?"],
      ["assistant", "5"],
    ],
  ];
  const text = rows
    .map((turns) => turns.map(([role, content]) => ({ role, content })))
    .map((messages) => `${JSON.stringify({ messages })}\n`)
    .join("");
  const { examples } = await read("chat.jsonl", text, { format: "openai-messages" });
  expect(examples).toEqual([
    { id: "1", inputs: { input: "Hi" }, target: "Hello!" },
    { id: "2", inputs: { input: "user: 2?\nassistant: 3\nuser: 4?" }, target: "5" },
  ]);
  const open = '{"messages":[{"role":"user","content":"Hi"}]}';
  await expect(read("open.jsonl", open, { format: "openai-messages" })).rejects.toThrow(
    'open.jsonl, line 1: the last of "messages" is no assistant\'s answer',
  );
});

test("a file that was packed with gzip is read as what it holds", async () => {
  const path = join(folder, "packed.csv.gz");
  await writeFile(path, gzipSync("input,target\na,b\nc,d\n"));
  expect((await readDataset(path)).examples).toHaveLength(2);
  await writeFile(path, "input,target\na,b\n");
  await expect(readDataset(path)).rejects.toThrow("packed.csv.gz: not a whole gzip file");
});

test("preference pairs: chosen is the answer, rejected one or several worse ones", async () => {
  const text =
    '[{"prompt":"Hi","chosen":"Hello!","rejected":"What?"},\n{"prompt":"Bye","chosen":"See you.","rejected":["No.","Go."]}]';
  const { examples, fieldNames } = await read("pairs.json", text, { format: "preference" });
  expect(examples).toEqual([
    { id: "1", inputs: { prompt: "Hi" }, target: "Hello!", rejected: ["What?"] },
    { id: "2", inputs: { prompt: "Bye" }, target: "See you.", rejected: ["No.", "Go."] },
  ]);
  expect(fieldNames).toEqual({ inputs: ["prompt"], target: "chosen" });
  const equal = '[{"prompt":"Hi","chosen":"Hello!","rejected":["No.","Hello!"]}]';
  await expect(read("equal.json", equal, { format: "preference" })).rejects.toThrow(
    'equal.json, row 1: "Hello!" is both a right and a rejected answer',
  );
});

describe("rows with input and target", () => {
  test("are read from JSON Lines, by line, blank lines skipped", async () => {
    const text = '{"input":"2 + 2","target":4}\n\n{"input":"is it","target":true}\n';
    expect(await read("a.jsonl", text)).toEqual({
      examples: [TWO[0], { ...TWO[1], id: "3" }],
      fieldNames: FIELD_NAMES,
    });
  });

  test("are read from a JSON list", async () => {
    const text = '[{"input":"2 + 2","target":4},\n{"input":"is it","target":true}]';
    expect(await read("a.json", text)).toEqual({ examples: TWO, fieldNames: FIELD_NAMES });
  });

  test("are read from CSV and TSV", async () => {
    const csv = await read("a.csv", 'input,target\n2 + 2,4\n"is it",true\n');
    const tsv = await read("a.tsv", "input\ttarget\n2 + 2\t4\nis it\ttrue\n");
    expect(csv).toEqual({ examples: TWO, fieldNames: FIELD_NAMES });
    expect(tsv).toEqual(csv);
  });

  test("are read from a table whose lines end in several ways", async () => {
    const csv = await read("mixed.csv", 'input,target\n2 + 2,4\r\n"is it",true\n');
    expect(csv.examples).toEqual(TWO);
  });

  test("are read from YAML, whatever its ending", async () => {
    const text = "- input: 2 + 2\n  target: 4\n- { input: is it, target: true }\n";
    expect((await read("a.yaml", text)).examples).toEqual(TWO);
    expect((await read("a.yml", text)).examples).toEqual(TWO);
  });

  test("tolerate a byte-order mark and Windows line ends", async () => {
    const mark = "\uFEFF";
    const lines = await read(
      "bom.jsonl",
      `${mark}{"input":"2 + 2","target":4}\r\n{"input":"is it","target":true}\r\n`,
    );
    const csv = await read("bom.csv", `${mark}input,target\r\n2 + 2,4\r\nis it,true\r\n`);
    const yaml = await read(
      "bom.yaml",
      `${mark}- input: 2 + 2\r\n  target: 4\r\n- input: is it\r\n  target: true\r\n`,
    );
    expect([lines.examples, csv.examples, yaml.examples]).toEqual([TWO, TWO, TWO]);
  });

  test("keep ids, options and other accepted answers", async () => {
    const row = { id: 7, input: "", target: "yes", options: ["yes", "no"], accept: ["y", 1] };
    const { examples } = await read(
      "extra.jsonl",
      [row, { ...row, id: "b" }].map((value) => JSON.stringify(value)).join("\n"),
    );
    expect(examples[0]).toEqual({
      id: "7",
      inputs: { input: "" },
      target: "yes",
      options: ["yes", "no"],
      accept: ["y", "1"],
    });
  });

  test("split options of a table at |, and an empty cell is none", async () => {
    const { examples } = await read(
      "options.csv",
      "input,target,options,accept\na,yes,yes | no,y|yep\nb,no,,\n",
    );
    expect(examples).toEqual([
      {
        id: "1",
        inputs: { input: "a" },
        target: "yes",
        options: ["yes", "no"],
        accept: ["y", "yep"],
      },
      { id: "2", inputs: { input: "b" }, target: "no" },
    ]);
  });

  test("keep the digits and letter case that YAML numbers and booleans were written with", async () => {
    const { examples } = await read(
      "digits.yaml",
      "- { input: 1.50, target: True }\n- { input: 007, target: 12345678901234567890 }\n",
    );
    expect(examples.map(({ inputs, target }) => [inputs["input"], target])).toEqual([
      ["1.50", "True"],
      ["007", "12345678901234567890"],
    ]);
  });

  test("keep quotation marks and line ends inside cells", async () => {
    const csv = await read("q.csv", 'input,target\n"say ""hi""\nnow",4\nb,5\n');
    const tsv = await read("q.tsv", 'input\ttarget\nsay "hi"\t4\nb\t5\n');
    expect(csv.examples[0]?.inputs).toEqual({ input: 'say "hi"\nnow' });
    expect(tsv.examples[0]?.inputs).toEqual({ input: 'say "hi"' });
  });

  test("may be a single one where that is enough", async () => {
    const text = '{"input":"a","target":"b"}';
    expect((await read("single.jsonl", text, { minimumExamples: 1 })).examples).toHaveLength(1);
  });
});

describe("mapped fields", () => {
  const text = "review,stars,label,key\ngood,5,positive,x\nbad,1,negative,y\n";

  test("give several input variables, named as the columns", async () => {
    const data = await read("m.csv", text, {
      fields: { inputs: ["review", "stars"], target: "label", id: "key" },
    });
    expect(data).toEqual({
      examples: [
        { id: "x", inputs: { review: "good", stars: "5" }, target: "positive" },
        { id: "y", inputs: { review: "bad", stars: "1" }, target: "negative" },
      ],
      fieldNames: { inputs: ["review", "stars"], target: "label" },
    });
  });

  test("give variables names of their own, and keep the columns' names for the layout", async () => {
    const data = await read("m.csv", text, {
      fields: { inputs: { text: "review" }, target: "label" },
    });
    expect(data.examples[0]?.inputs).toEqual({ text: "good" });
    expect(data.fieldNames).toEqual({ inputs: ["review"], target: "label" });
  });

  test("can be called __proto__ or constructor without harm", async () => {
    const row = '{"__proto__":"a","constructor":"b","target":"c"}';
    const { examples } = await read("proto.jsonl", `${row}\n${row}`, {
      fields: { inputs: ["__proto__", "constructor"] },
    });
    expect(Object.entries(examples[0]?.inputs ?? {})).toEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
    ]);
  });
});

const bbh = (...rows: readonly (readonly [string, string])[]): string =>
  JSON.stringify({ canary: "-", examples: rows.map(([input, target]) => ({ input, target })) });

describe("named formats", () => {
  test("bbh: lettered answers become options, and a target beside them stays legal", async () => {
    const question = "Which?\nOptions:\n(A) one\n(B) two";
    const { examples } = await read(
      "l.json",
      bbh([question, "(B)"], [`${question}\n(C) three`, "two"]),
      { format: "bbh" },
    );
    expect(examples.map(({ options }) => options)).toEqual([
      ["(A)", "(B)"],
      ["(A)", "(B)", "(C)", "two"],
    ]);
  });

  test("bbh: answers after dashes become options, without the space that follows some", async () => {
    const question = "Valid?\nOptions:\n- valid \n- invalid";
    const { examples } = await read("d.json", bbh([question, "valid"], [question, "invalid"]), {
      format: "bbh",
    });
    expect(examples.map(({ options }) => options)).toEqual([
      ["valid", "invalid"],
      ["valid", "invalid"],
    ]);
  });

  test("bbh: no options unless every question lists them", async () => {
    const { examples } = await read(
      "n.json",
      bbh(["Which?\nOptions:\n(A) one\n(B) two", "(B)"], ["True and False is", "False"]),
      { format: "bbh" },
    );
    expect(examples.map(({ options }) => options)).toEqual([undefined, undefined]);
  });

  test("gsm8k: the target is the whole solution, its number counts", async () => {
    const rows = [
      { question: "1 + 1?", answer: "1 + 1 = 2\n#### 2" },
      { question: "2 + 2?", answer: "#### 4" },
    ];
    const data = await read("g.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"), {
      format: "gsm8k",
    });
    expect(data).toEqual({
      examples: [
        { id: "1", inputs: { input: "1 + 1?" }, target: "1 + 1 = 2\n#### 2" },
        { id: "2", inputs: { input: "2 + 2?" }, target: "#### 4" },
      ],
      fieldNames: { inputs: ["question"], target: "answer" },
      metric: { kind: "final-number", tolerance: 0 },
    });
  });

  test("aqua-rat: the choices stand below the question, the letter is the target", async () => {
    const row = { question: "1 + 1?", options: ["A)1", "B)2"], rationale: "…", correct: "B" };
    const data = await read("q.jsonl", `${JSON.stringify(row)}\n${JSON.stringify(row)}`, {
      format: "aqua-rat",
    });
    expect(data.examples[0]).toEqual({
      id: "1",
      inputs: { input: "1 + 1?\nA)1\nB)2" },
      target: "B",
      options: ["A", "B"],
    });
  });

  test("classification: every row must have options; instruction-induction: none need", async () => {
    const text = '{"input":"a","target":"b"}\n{"input":"c","target":"d"}';
    await expect(read("c.jsonl", text, { format: "classification" })).rejects.toMatchObject({
      code: "DATA_FIELD_MISSING",
      message: `${join(folder, "c.jsonl")}, line 1: no field "options"`,
    });
    const data = await read("c.jsonl", text, { format: "instruction-induction" });
    expect(data.examples).toHaveLength(2);
  });
});
