import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import type { CliContext } from "./context.ts";

/**
 * The commands and their options. Each action loads its own module when it runs, so that `--help`
 * answers before anything heavy is read.
 */
export function buildProgram(context: CliContext): Command {
  const program = new Command("pmpo")
    .description("Makes a language model's prompt better, and proves it.")
    .version(context.version)
    .exitOverride()
    .showHelpAfterError("(pmpo --help lists the commands and options)")
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    });
  addOptimize(program, context);
  addResume(program, context);
  return program;
}

function addOptimize(program: Command, context: CliContext): void {
  program
    .command("optimize")
    .description("search for a better prompt and hold it against the start prompt on held-out data")
    .argument("[task]", "a pmpo.yaml or its folder (default: this folder)")
    .addOption(modelOption())
    .option("--rewriter <model>", "the model that proposes rewrites (default: the model itself)")
    .option("--data <file>", "the examples: JSONL, JSON, CSV, TSV or YAML")
    .addOption(formatOption())
    .option("--prompt <file>", "a text file with the start prompt")
    .option("--prompt-text <text>", "the start prompt itself")
    .addOption(
      new Option("--answers <mode>", "how answers are read").choices([
        "generated",
        "chosen",
      ] as const),
    )
    .option("--max-iterations <number>", "iterations of the search at most", wholeNumber)
    .option("--train <number>", "training examples at most", wholeNumber)
    .option("--seed <number>", "seed of everything that is drawn", wholeNumber)
    .option("--budget-tokens <number>", "stop after this many tokens of requests", wholeNumber)
    .option("--budget-seconds <number>", "stop after this time", wholeNumber)
    .addOption(threadsOption())
    .addOption(gpuOption())
    .addOption(contextOption())
    .option("--json", "print one JSON document instead of text")
    .action(async (task, options) => {
      const { runOptimize } = await import("./commands/optimize.ts");
      await runOptimize(task, options, context);
    });
}

function addResume(program: Command, context: CliContext): void {
  program
    .command("resume")
    .description("go on with a run that was stopped or killed")
    .argument("[run]", "id of the run, a beginning of it, or `latest`", "latest")
    .addOption(projectOption())
    .option("--json", "print one JSON document instead of text")
    .action(async (run, options) => {
      const { runResume } = await import("./commands/resume.ts");
      await runResume(run, options, context);
    });
}

function modelOption() {
  return new Option(
    "-m, --model <name>",
    "a model of the catalogue, an hf: address or the path of a GGUF file",
  );
}

function formatOption() {
  return new Option("--format <name>", "the data's format (default: by the file's ending)");
}

function threadsOption() {
  return new Option("--threads <number>", "threads (default: one per physical core)").argParser(
    wholeNumber,
  );
}

function gpuOption() {
  return new Option("--gpu <mode>", "use a GPU when a package for it is installed").choices([
    "auto",
    "off",
  ] as const);
}

function contextOption() {
  return new Option("--context-tokens <number>", "size of the model's cache in tokens").argParser(
    wholeNumber,
  );
}

function projectOption() {
  return new Option("--project <folder>", "the folder that holds .pmpo").default(
    ".",
    "this folder",
  );
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) {
    throw new InvalidArgumentError("Expected a whole number from 0 up.");
  }
  return value;
}
