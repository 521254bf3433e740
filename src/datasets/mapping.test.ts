import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FieldMapping } from "./mapped-rows.ts";
import { readDataset } from "./read-dataset.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pmpo-mapping-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function read(rows: readonly object[], fields: FieldMapping): ReturnType<typeof readDataset> {
  const path = join(folder, "rows.jsonl");
  await writeFile(path, rows.map((row) => JSON.stringify(row)).join("\n"));
  return readDataset(path, { fields, minimumExamples: 1 });
}

const refusal = (rows: readonly object[], fields: FieldMapping): Promise<unknown> =>
  read(rows, fields).then(
    () => "it was read",
    (error: Error) => error.message.replace(join(folder, "/"), ""),
  );

const QUESTION = { question: "Where?", context: "At home.", answer: "home" };
const CHAT = {
  messages: [
    { role: "user", content: "Hi" },
    { role: "assistant", content: "Hello" },
  ],
  answers: { text: ["Hello", "Hey"], none: [] },
  "a b": { "c.d": 7 },
};

describe("a template", () => {
  test("puts columns together, each filled in once", async () => {
    const { examples, fieldNames } = await read([{ ...QUESTION, context: "{{answer}}" }], {
      inputs: { input: "{{question}}\n\nContext: {{ context }}" },
      target: "It is {{answer}}.",
    });
    expect(examples).toEqual([
      {
        id: "1",
        inputs: { input: "Where?\n\nContext: {{answer}}" },
        target: "It is home.",
      },
    ]);
    expect(fieldNames).toEqual({ inputs: ["input"], target: "target" });
  });

  test("works on tables, and in a list the input is called input", async () => {
    const path = join(folder, "rows.csv");
    await writeFile(path, "question,context,answer\nWhere?,At home.,home\n");
    const { examples } = await readDataset(path, {
      fields: { inputs: ["{{context}} {{question}}"], target: "answer" },
      minimumExamples: 1,
    });
    expect(examples[0]?.inputs).toEqual({ input: "At home. Where?" });
  });

  test("that names a column which is not there is refused by row and field", async () => {
    expect(
      await refusal([QUESTION, { question: "When?", answer: "now" }], {
        inputs: { input: "{{question}} {{context}}" },
        target: "answer",
      }),
    ).toBe('rows.jsonl, line 2: no field "context"');
  });
});

describe("a JSON path", () => {
  test("finds what lies deeper in a row", async () => {
    const { examples } = await read([CHAT], {
      inputs: { message: "$.messages[0].content", number: "$['a b']['c.d']" },
      target: "$.messages[-1].content",
      id: "$.messages[?@.role == 'user'].content",
      accept: "$.answers.text",
      options: "$.messages[*].content",
      rejected: "$.messages[0].role",
    });
    expect(examples).toEqual([
      {
        id: "Hi",
        inputs: { message: "Hi", number: "7" },
        target: "Hello",
        accept: ["Hello", "Hey"],
        options: ["Hi", "Hello"],
        rejected: ["user"],
      },
    ]);
  });

  test("reaches as deep into YAML as into JSON", async () => {
    const path = join(folder, "rows.yaml");
    await writeFile(
      path,
      "- turns:\n    - { said: { by: user, text: { plain: Hi } } }\n    - { said: { by: bot, text: { plain: 007 } } }\n",
    );
    const { examples } = await readDataset(path, {
      fields: { inputs: ["$.turns[0].said.text.plain"], target: "$.turns[1].said.text.plain" },
      minimumExamples: 1,
    });
    expect(examples).toEqual([{ id: "1", inputs: { input: "Hi" }, target: "007" }]);
  });

  test.each([
    ["$.messages[2].content", "fields.target: the path $.messages[2].content finds nothing"],
    ["$.none", "fields.target: the path $.none finds nothing"],
    ["$.constructor", "fields.target: the path $.constructor finds nothing"],
    [
      "$.messages[*].content",
      "fields.target: the path $.messages[*].content finds 2 values; one is needed",
    ],
    ["$.messages[0]", "what fields.target finds at $.messages[0] is an object; a text is expected"],
  ])("%s is refused by file, row and field", async (target, message) => {
    expect(await refusal([CHAT], { inputs: ["$.messages[0].content"], target })).toBe(
      `rows.jsonl, line 1: ${message}`,
    );
  });

  test("of a list is refused where an item is no text", async () => {
    expect(
      await refusal([CHAT], {
        inputs: ["$.messages[0].content"],
        target: "$.messages[1].content",
        accept: "$.messages",
      }),
    ).toBe(
      "rows.jsonl, line 1: item 1 of what fields.accept finds at $.messages is an object; a text is expected",
    );
  });

  test("that is none is refused before the file is opened", async () => {
    await expect(
      readDataset(join(folder, "no such file.jsonl"), { fields: { target: "$.a[" } }),
    ).rejects.toMatchObject({
      kind: "usage",
      code: "DATA_PATH_INVALID",
      message: expect.stringMatching(/^fields\.target: "\$\.a\[" is no JSON path: /) as string,
    });
  });
});

describe("the answer among the inputs is refused, however it is written", () => {
  test.each([
    [{ inputs: { input: "{{question}} {{answer}}" }, target: "answer" }, 'column "answer"'],
    [{ inputs: { input: "$.answer" }, target: "answer" }, 'column "answer"'],
    [{ inputs: { input: "$['answer']" }, target: "{{answer}}" }, 'column "answer"'],
    [{ inputs: ["answer"], target: "$.answer" }, 'column "answer"'],
  ])("%j", async (fields, what) => {
    expect(await refusal([QUESTION], fields)).toBe(
      `fields: ${what} cannot be both an input and the target`,
    );
  });
});

test("two inputs of one name are refused", async () => {
  expect(await refusal([CHAT], { inputs: ["$.a", "$.b"] })).toBe(
    'fields.inputs: two inputs are called "input"',
  );
});
