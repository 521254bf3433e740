import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

/** The built command line. */
const MAIN: string = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** What a process left behind. */
export interface Outcome {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where a process runs, and what it finds in its environment beside this one's. */
export interface Surroundings {
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts `pmpo` with these arguments. */
export function startPmpo(
  args: readonly string[],
  { folder, environment = {} }: Surroundings,
): { readonly child: ChildProcess; readonly outcome: Promise<Outcome> } {
  return startProcess(process.execPath, [MAIN, ...args], { folder, environment });
}

/** Runs `pmpo` with these arguments to its end. */
export function pmpo(args: readonly string[], surroundings: Surroundings): Promise<Outcome> {
  return startPmpo(args, surroundings).outcome;
}

/** Starts any program, its output piped and collected. */
function startProcess(
  command: string,
  args: readonly string[],
  { folder, environment = {} }: Surroundings,
): { readonly child: ChildProcess; readonly outcome: Promise<Outcome> } {
  const { NO_COLOR: _noColour, FORCE_COLOR: _forceColour, ...inherited } = process.env;
  const child = spawn(command, args, { cwd: folder, env: { ...inherited, ...environment } });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
  return { child, outcome };
}

const NAMESPACES = "unshare";

/** Whether this machine lets a process have a disk of its own. */
export const CAN_MOUNT: boolean = spawnSync(NAMESPACES, ["-rm", "true"]).status === 0;

/**
 * Runs a shell script in a folder in which `disk` is a disk of its own, made with these mount
 * options and gone when the script ends; `pmpo` is the built command line.
 */
export function onOwnDisk(
  options: string,
  script: readonly string[],
  folder: string,
): Promise<Outcome> {
  const lines = [
    'pmpo() { "$node" "$main" "$@"; }',
    `mkdir disk && mount -t tmpfs -o ${options} tmpfs disk && cd disk`,
    ...script,
  ];
  const environment = { node: process.execPath, main: MAIN };
  const args = ["-rm", "sh", "-ec", lines.join("\n")];
  return startProcess(NAMESPACES, args, { folder, environment }).outcome;
}

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A new folder with these files in it, gone after the test file. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "pmpo-cli-"));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

/** Rows as the text of a JSONL file. */
export function jsonLines(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

/** Short reviews with two answers, enough to be split. */
export const REVIEWS: readonly { readonly input: string; readonly target: string }[] = [
  { input: "I love this film", target: "positive" },
  { input: "A waste of time", target: "negative" },
  { input: "An absolute delight", target: "positive" },
  { input: "Boring to the end", target: "negative" },
  { input: "The cast shines", target: "positive" },
  { input: "A dull plot", target: "negative" },
  { input: "Wonderful music", target: "positive" },
  { input: "I fell asleep", target: "negative" },
  { input: "Charming and funny", target: "positive" },
  { input: "Painfully slow", target: "negative" },
  { input: "A warm story", target: "positive" },
  { input: "The worst of the year", target: "negative" },
];

/** A task that is searched in seconds: few rows, few candidates. */
export function smallTask(maxIterations: number): Readonly<Record<string, string>> {
  return {
    "pmpo.yaml": [
      "name: reviews",
      "prompt: { file: prompt.txt }",
      "data: data.jsonl",
      // Two threads wait for each other on a machine that is busy with other things.
      "threads: 1",
      `optimizer: { maxIterations: ${maxIterations}, hardCases: 1, rewritesPerHardCase: 3, racing: { firstBlock: 2 } }`,
      "",
    ].join("\n"),
    "prompt.txt": "You read reviews. Say what the writer felt.\n",
    "data.jsonl": jsonLines(REVIEWS),
  };
}

/** best.json of a plain prompt that shows the first review. */
export const SHOWN_PROMPT: string = JSON.stringify({
  instruction: "Say positive or negative.",
  layout: { kind: "plain", inputName: "Review", targetName: "Sentiment" },
  demonstrations: REVIEWS.slice(0, 1).map(({ input, target }) => ({
    id: "1",
    inputs: { input },
    target,
  })),
  variables: ["input"],
});
