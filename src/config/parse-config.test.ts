import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { EXACT } from "../core/metric.ts";
import { CROSS_ENTROPY, DECISION } from "../core/objective.ts";
import type { Config } from "./config.ts";
import { configFromObject, parseConfig } from "./parse-config.ts";

const FOLDER = resolve("/tasks/router");
const parse = (text: string): Config => parseConfig(text, join(FOLDER, "pmpo.yaml"));
/** A task file with that besides what every file needs. */
const withRest = (rest: string): Config => parse(`prompt: Sort it.\ndata: data.jsonl\n${rest}\n`);

const inputsOf = (written: string): unknown =>
  parse(`prompt: a\ndata: { file: d.csv, fields: { inputs: ${written} } }\n`).data.fields?.inputs;

test("the smallest file gets every default", () => {
  expect(withRest("")).toEqual({
    path: join(FOLDER, "pmpo.yaml"),
    folder: FOLDER,
    preset: "fast",
    name: "router",
    description: "",
    model: "smollm2-135m",
    rewriter: "smollm2-135m",
    endpoints: {},
    threads: null,
    gpu: "auto",
    contextTokens: null,
    overflow: "error",
    prompt: { instruction: "Sort it.", instructionFile: null, messages: null, layout: null },
    data: {
      file: join(FOLDER, "data.jsonl"),
      test: null,
      format: null,
      fields: null,
      sample: 10_000,
      train: 50,
      demonstrations: 16,
      validation: 0,
      testExamples: 200,
    },
    answers: null,
    options: null,
    metric: null,
    objective: null,
    prices: null,
    length: { penalty: 0, maximumTokens: null },
    search: { instruction: true, layout: true, demonstrations: { minimum: 0, maximum: 8 } },
    optimizer: {
      racing: { error: 0.1, smallestGain: 0.03, firstBlock: 6 },
      edits: true,
      seed: 0,
      maxIterations: 20,
      hardCases: 3,
      rewritesPerHardCase: 4,
      maxParts: 5,
      patience: 5,
      rewriterForm: "auto",
      rewriterSampling: { temperature: 1, topP: 0.95 },
      maxInstructionCharacters: 4000,
      quotes: "refuse",
      budget: { tokens: null, seconds: null },
    },
  });
});

test("a file can say everything", () => {
  const config = parse(`
name: tickets
description: Sort tickets.
model: ./models/small.gguf
rewriter: hf:owner/repository/large.gguf
threads: 2
gpu: off
contextTokens: 2048
prompt: { file: prompt.txt, layout: user-last }
data:
  file: ../rows.csv
  test: /elsewhere/test.csv
  format: csv
  fields: { inputs: { text: review }, target: label, id: key, options: choices }
  sample: 500
  train: 20
  demonstrations: 4
  validation: 12
  testExamples: 60
answers: chosen
options: [yes, no]
metric: exact
objective: decision
length: { penalty: 0.002, maximumTokens: 300 }
search: { instruction: false, layout: false, demonstrations: 2 }
optimizer: { maxIterations: 3, rewriterForm: completion, temperature: 0.5, topP: 1, seed: 7 }
budget: { tokens: 1000, seconds: 1.5 }
`);
  expect(config).toMatchObject({
    name: "tickets",
    description: "Sort tickets.",
    model: join(FOLDER, "models", "small.gguf"),
    rewriter: "hf:owner/repository/large.gguf",
    threads: 2,
    gpu: "off",
    contextTokens: 2048,
    prompt: {
      instruction: null,
      instructionFile: join(FOLDER, "prompt.txt"),
      messages: null,
      layout: { kind: "user-last" },
    },
    data: {
      file: resolve(FOLDER, "../rows.csv"),
      test: resolve("/elsewhere/test.csv"),
      format: "csv",
      fields: { inputs: { text: "review" }, target: "label", id: "key", options: "choices" },
      sample: 500,
      train: 20,
      demonstrations: 4,
      validation: 12,
      testExamples: 60,
    },
    answers: "chosen",
    options: ["yes", "no"],
    metric: EXACT,
    objective: { kind: "decision", formatWeight: 0.02, priorCorrection: false },
    length: { penalty: 0.002, maximumTokens: 300 },
    search: { instruction: false, layout: false, demonstrations: { minimum: 2, maximum: 2 } },
    optimizer: {
      maxIterations: 3,
      rewriterForm: "completion",
      rewriterSampling: { temperature: 0.5, topP: 1 },
      seed: 7,
      budget: { tokens: 1000, seconds: 1.5 },
    },
  });
});

describe("one setting, several ways to write it", () => {
  test.each([
    ["true", 0, 8],
    ["false", 0, 0],
    ["3", 3, 3],
    ["0..8", 0, 8],
    ['"2..4"', 2, 4],
    ["{ min: 1, max: 5 }", 1, 5],
    ["{ min: 1 }", 1, 8],
  ])("search.demonstrations: %s", (written, minimum, maximum) => {
    const { search } = withRest(`search: { demonstrations: ${written} }`);
    expect(search.demonstrations).toEqual({ minimum, maximum });
  });

  test.each([
    ["cross-entropy", CROSS_ENTROPY],
    ["{ crossEntropy: { per: token } }", { ...CROSS_ENTROPY, per: "token" }],
    ["decision", DECISION],
    ["{ decision: { formatWeight: 0 } }", { ...DECISION, formatWeight: 0 }],
    ["{ decision: {} }", DECISION],
    ["contrast", { kind: "contrast", negatives: "others", count: 4, crossEntropyWeight: 0 }],
    ["mutual-information", { kind: "mutual-information", crossEntropyWeight: 0 }],
    [
      "{ mutualInformation: { crossEntropyWeight: 0.1 } }",
      { kind: "mutual-information", crossEntropyWeight: 0.1 },
    ],
    [
      "{ preference: { form: dpo, beta: 0.5 } }",
      { kind: "preference", form: "dpo", beta: 0.5, margin: 0 },
    ],
    [
      "answer-after-reasoning",
      {
        kind: "answer-after-reasoning",
        samples: 4,
        reasoningTokens: 200,
        temperature: 0.7,
        cue: "\nThe answer is ",
      },
    ],
    [
      '{ answerAfterReasoning: { samples: 1, reasoningTokens: 9, temperature: 0, cue: "\\n#### " } }',
      {
        kind: "answer-after-reasoning",
        samples: 1,
        reasoningTokens: 9,
        temperature: 0,
        cue: "\n#### ",
      },
    ],
  ])("objective: %s", (written, objective) => {
    expect(withRest(`objective: ${written}`).objective).toEqual(objective);
  });

  test.each([
    ["system", { kind: "system" }],
    ["plain", { kind: "plain", inputName: "Input", targetName: "Output" }],
    [
      "{ plain: { input: Review, target: Sentiment } }",
      { kind: "plain", inputName: "Review", targetName: "Sentiment" },
    ],
  ])("prompt.layout: %s", (written, layout) => {
    const { prompt } = parse(`prompt: { text: a, layout: ${written} }\ndata: d.csv\n`);
    expect(prompt).toEqual({ instruction: "a", instructionFile: null, messages: null, layout });
  });

  test("data.fields.inputs: a list, or column by variable", () => {
    expect(inputsOf("[a, b]")).toEqual(["a", "b"]);
    expect(inputsOf("{ x: a }")).toEqual({ x: "a" });
  });

  test("prompt.messages, with an instruction in them or without", () => {
    const messages = "messages: [{ role: user, content: '{{instruction}} {{input}}' }]";
    const { prompt } = parse(`prompt: { file: p.txt, ${messages} }\ndata: d.csv\n`);
    expect(prompt).toEqual({
      instruction: null,
      instructionFile: join(FOLDER, "p.txt"),
      messages: [{ role: "user", content: "{{instruction}} {{input}}" }],
      layout: null,
    });
    const alone = "messages: [{ role: user, content: '{{input}}' }]";
    expect(parse(`prompt: { ${alone} }\ndata: d.csv\n`).prompt.instruction).toBeNull();
  });

  test("options keep the letters and digits that they were written with", () => {
    expect(withRest("options: [True, 1.0, 007, no]").options).toEqual(["True", "1.0", "007", "no"]);
  });
});

test.each([
  ["smollm2-135m:f16", "smollm2-135m:f16"],
  ["hf:a/b/c.gguf", "hf:a/b/c.gguf"],
  ["m.gguf", join(FOLDER, "m.gguf")],
  ["../m", resolve(FOLDER, "../m")],
  [resolve("/models/m.gguf"), resolve("/models/m.gguf")],
])("model: %s", (written, model) => {
  const config = withRest(`model: ${JSON.stringify(written)}`);
  expect([config.model, config.rewriter]).toEqual([model, model]);
});

test("data may be an address of the hub, which is no path", () => {
  const { data } = parse(
    "prompt: a\ndata: { file: hf:owner/name, test: hf:owner/name/default/test }",
  );
  expect([data.file, data.test]).toEqual(["hf:owner/name", "hf:owner/name/default/test"]);
});

test("settings can come from a program, with paths from a folder of its choice", () => {
  const config = configFromObject({ prompt: "a", data: "d.csv" }, FOLDER);
  expect([config.path, config.name, config.data.file]).toEqual([
    null,
    "router",
    join(FOLDER, "d.csv"),
  ]);
  expect(() => configFromObject({ prompt: "a", data: "d.csv", gpu: 1 }, FOLDER)).toThrow(
    'gpu: expected "auto" or "off", got 1',
  );
});

describe("the preset paper", () => {
  test("is rewrites of the instruction alone, each scored on everything", () => {
    const { objective, search, optimizer } = withRest("preset: paper");
    expect(objective).toBeNull();
    expect(search).toMatchObject({ layout: false, demonstrations: { minimum: 0, maximum: 0 } });
    expect(optimizer).toMatchObject({
      racing: null,
      edits: false,
      hardCases: 3,
      rewritesPerHardCase: 4,
    });
  });

  test("lies under what is written, and a flag goes before the file's own", () => {
    const text = "prompt: a\ndata: d.csv\npreset: paper\noptimizer: { hardCases: 2 }\n";
    expect(parse(text).optimizer).toMatchObject({ hardCases: 2, racing: null });
    const { optimizer } = parseConfig(text, join(FOLDER, "pmpo.yaml"), "fast");
    expect(optimizer).toMatchObject({ hardCases: 2, edits: true });
  });
});

test.each([
  ["true", { error: 0.1, smallestGain: 0.03, firstBlock: 6 }],
  ["false", null],
  ["{ error: 0.2 }", { error: 0.2, smallestGain: 0.03, firstBlock: 6 }],
])("optimizer.racing: %s", (written, racing) => {
  expect(withRest(`optimizer: { racing: ${written} }`).optimizer.racing).toEqual(racing);
});
