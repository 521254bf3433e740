import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { pmpo } from "./pmpo.ts";

const COMMANDS = [
  "init",
  "optimize",
  "resume",
  "show",
  "report",
  "ui",
  "runs",
  "score",
  "mask",
  "compare",
  "attribute",
  "demos",
  "compress",
  "headroom",
  "estimate",
  "signal",
  "models",
  "doctor",
  "probe",
  "serve",
];

/** What a source file and the files that it imports statically load, packages by name. */
function loadedBy(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const source = readFileSync(file, "utf8");
  for (const [, clause = "", specifier = ""] of source.matchAll(
    /^(?:import|export) (?!type )([^;]*?from )?"([^"]+)";/gms,
  )) {
    // Types alone are gone when the program runs.
    if (clause.startsWith("type ")) continue;
    if (specifier.startsWith(".")) loadedBy(join(dirname(file), specifier), seen);
    else seen.add(specifier);
  }
  return seen;
}

test("help loads nothing but the parser of the command line", () => {
  expect([...loadedBy("src/cli/main.ts")].sort()).toEqual([
    "@commander-js/extra-typings",
    "commander",
    "node:fs",
    "node:util",
    "src/cli/context.ts",
    "src/cli/flag-values.ts",
    "src/cli/main.ts",
    "src/cli/models-commands.ts",
    "src/cli/options.ts",
    "src/cli/program.ts",
    "src/cli/prompt-commands.ts",
    "src/cli/server-commands.ts",
    "src/cli/terminal/style.ts",
    "src/config/config.ts",
    "src/config/objective-names.ts",
    "src/core/candidate.ts",
    "src/core/endpoint.ts",
    "src/core/errors.ts",
  ]);
});

test("what only some data and models need is not read before it is needed", () => {
  const loaded = loadedBy("src/cli/commands/optimize.ts");
  expect(loaded).toContain("zod");
  for (const rare of ["undici", "hyparquet", "json-p3", "js-rouge", "yauzl", "@ai-sdk/provider"]) {
    expect(loaded).not.toContain(rare);
  }
});

test("help lists every command", async () => {
  const { exitCode, stdout, stderr } = await pmpo(["--help"], { folder: "." });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const listed = [...stdout.matchAll(/^ {2}(\w+) .*$/gm)].map(([, name]) => name);
  expect(listed).toEqual([...COMMANDS, "help"]);
});

test.each(COMMANDS)("%s --help answers", async (command) => {
  const { exitCode, stdout, stderr } = await pmpo([command, "--help"], { folder: "." });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toContain(`Usage: pmpo ${command} `);
});

test("the version is the package's", async () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as {
    readonly version: string;
  };
  expect(await pmpo(["--version"], { folder: "." })).toEqual({
    exitCode: 0,
    stdout: `${version}\n`,
    stderr: "",
  });
});

test("a mistyped command or flag is a usage error with a suggestion", async () => {
  expect(await pmpo(["optimise"], { folder: "." })).toEqual({
    exitCode: 2,
    stdout: "",
    stderr:
      "error: unknown command 'optimise'\n(Did you mean optimize?)\n(pmpo --help lists the commands and options)\n",
  });
  expect(await pmpo(["optimize", "--modle", "x"], { folder: "." })).toEqual({
    exitCode: 2,
    stdout: "",
    stderr:
      "error: unknown option '--modle'\n(Did you mean --model?)\n(pmpo --help lists the commands and options)\n",
  });
  expect(await pmpo(["score", "--limit", "0"], { folder: "." })).toEqual({
    exitCode: 2,
    stdout: "",
    stderr:
      "error: option '--limit <number>' argument '0' is invalid. Expected a whole number from 1 up.\n(pmpo --help lists the commands and options)\n",
  });
});
