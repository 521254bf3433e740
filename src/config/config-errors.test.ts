import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PmpoError } from "../core/errors.ts";
import { loadConfig } from "./load-config.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pmpo-config-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function refusal(
  path: string,
): Promise<Pick<PmpoError, "kind" | "code" | "message" | "hint">> {
  try {
    await loadConfig(join(folder, path));
  } catch (error) {
    if (!(error instanceof PmpoError)) throw error;
    const { kind, code, message, hint } = error;
    return { kind, code, message: message.replaceAll(join(folder, "/"), ""), hint };
  }
  throw new Error(`${path} was accepted`);
}

/** The message for a task file of that content. */
async function messageFor(content: string | Uint8Array): Promise<string> {
  await writeFile(join(folder, "pmpo.yaml"), content);
  const { kind, message } = await refusal("pmpo.yaml");
  expect(kind).toBe("usage");
  return message;
}

const NEEDED = "prompt: Sort it.\ndata: data.jsonl\n";

describe("a file that cannot be read", () => {
  test("is missing", async () => {
    expect(await refusal("absent/pmpo.yaml")).toEqual({
      kind: "usage",
      code: "CONFIG_MISSING",
      message: "absent/pmpo.yaml: no such file or folder",
      hint: "`pmpo init` writes a task to start from.",
    });
  });

  test("is missing in the folder", async () => {
    await mkdir(join(folder, "bare"));
    expect(await refusal("bare")).toMatchObject({
      code: "CONFIG_MISSING",
      message: "bare: no pmpo.yaml in this folder",
    });
  });

  test("is there twice", async () => {
    await mkdir(join(folder, "twice"));
    await writeFile(join(folder, "twice", "pmpo.yaml"), NEEDED);
    await writeFile(join(folder, "twice", "pmpo.yml"), NEEDED);
    expect(await refusal("twice")).toMatchObject({
      code: "CONFIG_AMBIGUOUS",
      message: "twice: there is a pmpo.yaml and a pmpo.yml",
      hint: "Keep one, or name the file.",
    });
  });

  test("is refused by the system", async () => {
    await symlink("loop.yaml", join(folder, "loop.yaml"));
    const { code, message } = await refusal("loop.yaml");
    expect(code).toBe("CONFIG_UNREADABLE");
    expect(message).toMatch(/^loop\.yaml: cannot be read \(ELOOP: .*\)$/);
  });

  test.each(["", "# nothing yet\n", "\uFEFF"])("is empty: %j", async (content) => {
    expect(await messageFor(content)).toBe("pmpo.yaml: the file is empty");
  });

  test("is not UTF-8", async () => {
    const latin1 = Buffer.from("prompt: caf\u00e9\n", "latin1");
    expect(await messageFor(latin1)).toBe("pmpo.yaml: not valid UTF-8");
  });

  test.each([
    [
      `${NEEDED}options: [a\n`,
      "pmpo.yaml:4:1  broken YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
    [`${NEEDED}data: other.csv\n`, "pmpo.yaml:3:1  broken YAML: Map keys must be unique"],
  ])("is no YAML: %j", async (content, message) => {
    expect(await messageFor(content)).toBe(message);
  });
});

test("a folder stands for the pmpo.yaml or pmpo.yml in it", async () => {
  for (const name of ["pmpo.yaml", "pmpo.yml"]) {
    const task = join(folder, `task-${name}`);
    await mkdir(task);
    await writeFile(join(task, name), `\uFEFF${NEEDED.replaceAll("\n", "\r\n")}`);
    const config = await loadConfig(task);
    expect([config.path, config.data.file]).toEqual([join(task, name), join(task, "data.jsonl")]);
  }
});

test("several mistakes are told at once, in the order of the file", async () => {
  const content = `# a task
prompt: prompt.txt
data:
  fil: data.jsonl
  train: 0
search:
  demonstratons: 3
optimizer:
  topP: 2
`;
  expect(await messageFor(content)).toBe(
    [
      'pmpo.yaml:2:9  prompt: "prompt.txt" looks like a file; write { file: prompt.txt }, or { text: … } if it is the prompt',
      "pmpo.yaml:3:1  data.file: missing",
      'pmpo.yaml:4:3  data.fil: unknown key; did you mean "file"?',
      "pmpo.yaml:5:10  data.train: expected at least 1, got 0",
      'pmpo.yaml:7:3  search.demonstratons: unknown key; did you mean "demonstrations"?',
      "pmpo.yaml:9:9  optimizer.topP: expected at most 1, got 2",
    ].join("\n"),
  );
});

test("what is missing from the whole file is told at its beginning", async () => {
  expect(await messageFor("name: x\n")).toBe(
    "pmpo.yaml:1:1  prompt: missing\npmpo.yaml:1:1  data: missing",
  );
});

test("a file that is no mapping", async () => {
  expect(await messageFor("- a\n")).toBe("pmpo.yaml:1:1  expected a mapping, got a list");
});

test("a value that an anchor brought is told where it is used", async () => {
  const content = "prompt: &a [x]\ndata: { file: d.csv, test: *a }\n";
  expect(await messageFor(content)).toBe(
    "pmpo.yaml:1:12  prompt: expected text or a mapping, got a list\n" +
      "pmpo.yaml:2:28  data.test: expected text, got a list",
  );
});

describe("one wrong setting", () => {
  test.each([
    ["seed: 3", '3:1  seed: unknown key; did you mean "optimizer.seed"?'],
    ["budget: { time: 3 }", "3:11  budget.time: unknown key; the keys here are tokens, seconds"],
    ["search:", "3:8  search: expected a mapping, got nothing"],
    ["search: { instruction: yes }", '3:24  search.instruction: expected true or false, got "yes"'],
    ["search: { demonstrations: -1 }", "3:27  search.demonstrations: expected at least 0, got -1"],
    [
      "search: { demonstrations: 2.5 }",
      "3:27  search.demonstrations: expected a whole number, got 2.5",
    ],
    [
      "search: { demonstrations: 0-8 }",
      '3:27  search.demonstrations: expected a range such as "0..8"',
    ],
    [
      "search: { demonstrations: 8..0 }",
      "3:27  search.demonstrations: the minimum is above the maximum",
    ],
    [
      "search: { demonstrations: [] }",
      "3:27  search.demonstrations: expected true or false, a number, text or a mapping, got a list",
    ],
    ["threads: two", '3:10  threads: expected a number, got "two"'],
    ["threads: 1.5", "3:10  threads: expected a whole number, got 1.5"],
    ["name: 3", "3:7  name: expected text, got 3"],
    ['model: ""', "3:8  model: expected some text, got none"],
    ["gpu: on", '3:6  gpu: expected "auto" or "off", got "on"'],
    [
      "answers: choosen",
      '3:10  answers: expected "generated" or "chosen", got "choosen"; did you mean "chosen"?',
    ],
    [
      "objective: decison",
      '3:12  objective: expected "cross-entropy", "decision", "contrast", "mutual-information", "preference", "answer-after-reasoning" or "accuracy", got "decison"; did you mean "decision"?',
    ],
    [
      "objective: 3",
      '3:12  objective: expected "cross-entropy", "decision", "contrast", "mutual-information", "preference", "answer-after-reasoning", "accuracy" or a mapping, got 3',
    ],
    [
      "objective: { decision: { formatWeight: x } }",
      '3:40  objective.decision.formatWeight: expected a number, got "x"',
    ],
    [
      "objective: { answerAfterReasoning: { temperature: 0 } }",
      "3:51  objective.answerAfterReasoning.temperature: at 0 every reasoning is the same; write samples: 1 beside it",
    ],
    [
      "objective: { answerAfterReasoning: { samples: 0 } }",
      "3:47  objective.answerAfterReasoning.samples: expected at least 1, got 0",
    ],
    [
      'objective: { answerAfterReasoning: { cue: " " } }',
      "3:43  objective.answerAfterReasoning.cue: expected words that begin the answer, got blanks",
    ],
    ["options: [a]", "3:10  options: expected at least 2 in the list, got 1"],
    ["options: [a, a]", "3:10  options: an answer is listed twice"],
    ["options: [a, [b]]", "3:14  options[1]: expected text, a number or true or false, got a list"],
    ["budget: { seconds: 0 }", "3:20  budget.seconds: expected more than 0, got 0"],
    ["budget: { tokens: }", "3:19  budget.tokens: expected a number, got nothing"],
  ])("%s", async (line, message) => {
    expect(await messageFor(`${NEEDED}${line}\n`)).toBe(`pmpo.yaml:${message}`);
  });

  test.each([
    ["{ layout: user }", "1:9  prompt: one of text, file and messages is needed"],
    ["{ text: a, file: b }", "1:9  prompt: text and file both give the prompt; keep one"],
    [
      "{ text: a, layout: usr }",
      '1:28  prompt.layout: expected "system", "user", "user-last" or "plain", got "usr"; did you mean "user"?',
    ],
    [
      "{ messages: [{ role: usr, content: a }] }",
      '1:30  prompt.messages[0].role: expected "system", "user" or "assistant", got "usr"; did you mean "user"?',
    ],
    [
      "{ messages: [{ role: user, content: a }], layout: user }",
      "1:9  prompt: messages are a layout of their own; leave out layout or messages",
    ],
    [
      "{ text: b, messages: [{ role: user, content: a }] }",
      "1:9  prompt: no message holds {{instruction}}, where text would stand",
    ],
    [
      '{ messages: [{ role: user, content: "{{instruction}}" }] }',
      "1:9  prompt: the messages hold {{instruction}}, but neither text nor file says what it is",
    ],
  ])("prompt: %s", async (written, message) => {
    expect(await messageFor(`prompt: ${written}\ndata: d.csv\n`)).toBe(`pmpo.yaml:${message}`);
  });

  test.each([
    ["3", "2:7  data: expected text or a mapping, got 3"],
    [
      "{ file: d, format: gms8k }",
      '2:26  data.format: expected "jsonl", "json", "csv", "tsv", "yaml", "parquet", "bbh", "gsm8k", "aqua-rat", "instruction-induction", "classification", "preference", "openai-messages", "promptfoo" or "promptfoo-dpo", got "gms8k"; did you mean "gsm8k"?',
    ],
    [
      "{ file: d, fields: { inputs: [] } }",
      "2:36  data.fields.inputs: expected at least 1 in the list, got 0",
    ],
    [
      "{ file: d, fields: { input: a } }",
      '2:28  data.fields.input: unknown key; did you mean "inputs"?',
    ],
    [
      '{ file: d, fields: { inputs: { a: "" } } }',
      "2:41  data.fields.inputs.a: expected some text, got none",
    ],
  ])("data: %s", async (written, message) => {
    expect(await messageFor(`prompt: a\ndata: ${written}\n`)).toBe(`pmpo.yaml:${message}`);
  });
});
