import { type Command, Option } from "@commander-js/extra-typings";
import type { CliContext } from "./context.ts";
import { amount, countingNumber, demonstrationRange, wholeNumber } from "./flag-values.ts";
import {
  answersOption,
  layoutOption,
  modelOption,
  promptArgument,
  promptOption,
  promptTextOption,
  taskOrRunArgument,
  withEngine,
  withExamples,
} from "./options.ts";

// The commands that change one prompt step by step.

export function addDemos(program: Command, context: CliContext): void {
  promptCommand(program, "demos", "choose examples for a prompt to show, and test what they add")
    .option(
      "--demonstrations <range>",
      "how many to show, such as 4 or 3..5 (default: 0..4)",
      demonstrationRange,
    )
    .action(async (task, prompt, options) => {
      const { runDemos } = await import("./commands/demos.ts");
      await runDemos(task, prompt, options, context);
    });
}

export function addCompress(program: Command, context: CliContext): void {
  promptCommand(program, "compress", "make a prompt shorter while its loss stays within a bound")
    .option("--rewriter <model>", "ask this model for shorter versions, too")
    .option(
      "--within <nats>",
      "how far the mean training loss may rise, upper end of its 95 % interval (default: 0.1)",
      amount,
    )
    .addOption(
      new Option("--parts <unit>", "the finest parts that are left out (default: word)").choices([
        "sentence",
        "phrase",
        "word",
      ] as const),
    )
    .action(async (task, prompt, options) => {
      const { runCompress } = await import("./commands/compress.ts");
      await runCompress(task, prompt, options, context);
    });
}

/** A command that tries changes of one prompt: where task and prompt are, what trying may cost, and where the result goes. */
function promptCommand(program: Command, name: string, description: string) {
  const command = program
    .command(name)
    .description(description)
    .addArgument(taskOrRunArgument())
    .addArgument(promptArgument())
    .addOption(modelOption())
    .addOption(promptOption())
    .addOption(promptTextOption())
    .addOption(layoutOption())
    .addOption(answersOption())
    .option("--train <number>", "training examples at most", countingNumber)
    .option("--limit <number>", "held-out examples at most (default: 200)", countingNumber)
    .option("--seed <number>", "seed of everything that is drawn", wholeNumber)
    .option(
      "--budget-tokens <number>",
      "try no further prompt after this many tokens of requests",
      countingNumber,
    )
    .option("--out <file>", "write the whole prompt to this .json file, as best.json has it");
  return withEngine(withExamples(command));
}
