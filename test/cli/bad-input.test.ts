import { copyFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { CAN_MOUNT, folderWith, jsonLines, onOwnDisk, pmpo, REVIEWS } from "./pmpo.ts";

let model = "";

beforeAll(async () => {
  model = await smollm2("q8_0");
});

const GOOD = jsonLines(REVIEWS.slice(0, 6));
const OPTIMIZE = ["optimize", "--data", "data.jsonl", "--prompt", "prompt.txt", "--threads", "1"];

/** A folder with data and prompt; `FOLDER` in messages stands for it. */
function project(data: string): string {
  return folderWith({ "data.jsonl": data, "prompt.txt": "Say the mood.\n" });
}

async function expectRefused(
  folder: string,
  args: readonly string[],
  exitCode: number,
  message: string,
): Promise<void> {
  expect(await pmpo(args, { folder })).toEqual({
    exitCode,
    stdout: "",
    stderr: `${message.replaceAll("FOLDER", folder)}\n`,
  });
  expect(existsSync(join(folder, ".pmpo"))).toBe(false);
}

describe("data that cannot be used is refused before anything is written", () => {
  test.each([
    ["an empty file", "", "FOLDER/data.jsonl: the file is empty\n  Put one example in each row."],
    [
      "broken JSON",
      '{"input":"a","target":"b"}\n{"input":"c","target":\n',
      "FOLDER/data.jsonl, line 2: broken JSON: Unexpected end of JSON input",
    ],
    [
      "a wrong field",
      '{"inptu":"a","target":"b"}\n{"input":"c","target":"d"}\n',
      'FOLDER/data.jsonl, line 1: no field "input"; did you mean "inptu"?\n  The row has "inptu", "target". Say which of them are the inputs and which is the target: `fields` in the task file, --input-field and --target-field on the command line.',
    ],
    [
      "an id that is given twice",
      '{"id":"x","input":"a","target":"b"}\n{"id":"x","input":"c","target":"d"}\n',
      'FOLDER/data.jsonl, line 2: the id "x" was already given in line 1\n  Give every row an id of its own, or leave the ids out.',
    ],
    [
      "an empty target",
      '{"input":"a","target":"b"}\n{"input":"c","target":" "}\n',
      'FOLDER/data.jsonl, line 2: field "target" is empty\n  Every example needs the answer that is known to be good.',
    ],
    [
      "one example",
      '{"input":"a","target":"b"}\n',
      "FOLDER/data.jsonl: only one example; at least 2 are needed\n  A prompt that is made on one example must be tried on another.",
    ],
  ])("%s", async (_name, data, message) => {
    await expectRefused(project(data), OPTIMIZE, 4, `error: ${message}`);
  });

  test("a missing file", async () => {
    const args = ["optimize", "--data", "dta.jsonl", "--prompt", "prompt.txt"];
    await expectRefused(
      project(GOOD),
      args,
      4,
      "error: FOLDER/dta.jsonl: no such file\n  Did you mean FOLDER/data.jsonl?",
    );
  });
});

describe("a prompt that cannot be used is refused", () => {
  test("a missing file", async () => {
    const args = ["optimize", "--data", "data.jsonl", "--prompt", "missing.txt"];
    await expectRefused(project(GOOD), args, 2, "error: FOLDER/missing.txt: no such file");
  });

  test("an empty file", async () => {
    const folder = project(GOOD);
    writeFileSync(join(folder, "prompt.txt"), " \n");
    await expectRefused(folder, OPTIMIZE, 2, "error: FOLDER/prompt.txt: the prompt is empty");
  });

  test("a variable that the data lacks", async () => {
    const args = ["optimize", "--data", "data.jsonl", "--prompt-text", "Mood of {{text}}?"];
    await expectRefused(
      project(GOOD),
      args,
      2,
      "error: The prompt names {{text}}, but the data has {{input}}\n  Rename the variable, or map the data's column to it under data.fields.inputs.",
    );
  });

  test("messages without any variable", async () => {
    const folder = project(GOOD);
    const task = "prompt: { messages: [{ role: user, content: Hello }] }\ndata: data.jsonl\n";
    writeFileSync(join(folder, "pmpo.yaml"), task);
    await expectRefused(
      folder,
      ["optimize"],
      2,
      "error: The prompt's messages hold no variable of the data, so the model would never see the input\n  Put {{input}} where the input belongs.",
    );
  });

  test("two prompts", async () => {
    await expectRefused(
      project(GOOD),
      [...OPTIMIZE, "--prompt-text", "x"],
      2,
      "error: --prompt and --prompt-text exclude each other",
    );
  });

  test("none", async () => {
    await expectRefused(
      project(GOOD),
      ["score", "--data", "data.jsonl"],
      2,
      "error: FOLDER: no pmpo.yaml in this folder\n  Without a task file, --prompt or --prompt-text is needed too.",
    );
  });
});

describe("a model that cannot be used is refused", () => {
  test("an unknown name", async () => {
    await expectRefused(
      project(GOOD),
      [...OPTIMIZE, "--model", "smollm2-136m"],
      3,
      'error: there is no model "smollm2-136m"; did you mean smollm2-135m?\n  Known names: smollm2-135m, smollm2-360m, smollm2-1.7b, qwen2.5-0.5b, qwen2.5-1.5b, qwen2.5-3b, qwen2.5-7b, llama3.2-1b, llama3.2-3b, gemma3-270m, gemma3-1b. Also: the path of a .gguf file, or hf:OWNER/REPOSITORY/FILE.gguf.',
    );
  });

  test("a file that is not there", async () => {
    await expectRefused(
      project(GOOD),
      [...OPTIMIZE, "--model", "./absent.gguf"],
      3,
      "error: there is no file FOLDER/absent.gguf\n  Check the path. Models are also known by name (`pmpo models list`) and as hf:OWNER/REPOSITORY/FILE.gguf.",
    );
  });

  test("a file that is no GGUF", async () => {
    const folder = project(GOOD);
    writeFileSync(join(folder, "no.gguf"), "hello");
    await expectRefused(
      folder,
      [...OPTIMIZE, "--model", "./no.gguf"],
      3,
      'error: FOLDER/no.gguf is no GGUF file: it does not begin with "GGUF"\n  pmpo runs models in the GGUF format; look for a file that ends in .gguf.',
    );
  });

  test("a GGUF that was cut off", async () => {
    const folder = project(GOOD);
    const file = join(folder, "cut.gguf");
    copyFileSync(model, file);
    const wholeBytes = readFileSync(file).length;
    truncateSync(file, wholeBytes - 1000);
    await expectRefused(
      folder,
      [...OPTIMIZE, "--model", "./cut.gguf"],
      3,
      `error: FOLDER/cut.gguf is truncated: ${wholeBytes - 1000} of ${wholeBytes} bytes\n  The copy or download did not finish; fetch the file again.`,
    );
  });
});

describe("an example that does not fit the context is named, with both lengths", () => {
  const long = { id: "long", input: "word ".repeat(100).trim(), target: "positive" };
  const data = jsonLines([...REVIEWS.slice(0, 5), long]);
  const message =
    /^error: example long: 1\d\d prompt tokens and 2 answer tokens do not fit the context of 64\n {2}Shorten the example, use fewer demonstrations, or raise --context-tokens if the model allows it\.\n$/;

  test.each(["optimize", "score"])("%s", async (command) => {
    const folder = project(data);
    const args = [command, ...OPTIMIZE.slice(1), "--context-tokens", "64"];
    const { exitCode, stdout, stderr } = await pmpo(args, { folder });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toMatch(message);
    expect(existsSync(join(folder, ".pmpo"))).toBe(false);
  });
});

test("a typing error in the task file is told with line, column and a suggestion", async () => {
  const folder = project(GOOD);
  const task = "prompt: { file: prompt.txt }\ndata: data.jsonl\nmodle: smollm2-135m\n";
  writeFileSync(join(folder, "pmpo.yaml"), task);
  await expectRefused(
    folder,
    ["optimize"],
    2,
    'error: FOLDER/pmpo.yaml:3:1  modle: unknown key; did you mean "model"?',
  );
});

test("a file where the runs should lie is told", async () => {
  const folder = project(GOOD);
  writeFileSync(join(folder, ".pmpo"), "");
  expect(await pmpo(OPTIMIZE, { folder })).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: `error: Cannot write ${folder}/.pmpo/runs: a file stands where a folder should be\n  Runs are stored in the folder .pmpo of the project; move the file away.\n`,
  });
});

// Permissions would not bind an administrator; a disk that is read-only does.
describe.skipIf(!CAN_MOUNT)("a disk that cannot be written to is told", () => {
  const optimize = [
    "code=0; pmpo optimize --data ../data.jsonl --prompt ../prompt.txt --threads 1 || code=$?",
    "find . -path './.pmpo/runs/*'; exit $code",
  ];

  test("because it is read-only", async () => {
    const folder = project(GOOD);
    expect(await onOwnDisk("ro", optimize, folder)).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `error: Cannot write ${folder}/disk/.pmpo/runs: permission denied\n  Runs are stored in the folder .pmpo of the project; make it writable or use a copy of the project.\n`,
    });
  });

  test("because it is full; no run is left half-made", async () => {
    const folder = project(GOOD);
    const fill = "head -c 20000 /dev/zero > fill 2> /dev/null || true";
    const { stderr, ...outcome } = await onOwnDisk("size=16k", [fill, ...optimize], folder);
    expect(outcome).toEqual({ exitCode: 4, stdout: "" });
    const path = `${folder}/disk/.pmpo/runs/`;
    expect(stderr.replace(/\d{8}-\d{6}-disk-[0-9a-f]{4}/, "RUN")).toBe(
      `error: Cannot write ${path}RUN/manifest.json: the disk is full\n  Free some space and try again: \`pmpo resume\` goes on with a run that had begun. What was recorded before is safe.\n`,
    );
  });
});
