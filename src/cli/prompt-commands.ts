import { type Command, Option } from "@commander-js/extra-typings";
import type { CliContext } from "./context.ts";
import { amount, countingNumber, demonstrationRange, wholeNumber } from "./flag-values.ts";
import {
  answersOption,
  layoutOption,
  modelOption,
  outOption,
  promptArgument,
  promptOption,
  promptTextOption,
  taskOrRunArgument,
  testLimitOption,
  trialBudgetOption,
  withEngine,
  withExamples,
} from "./options.ts";

// The commands that change one prompt step by step.

export function addDemos(program: Command, context: CliContext): void {
  const command = program
    .command("demos")
    .description("choose examples for a prompt to show, and test what they add")
    .addArgument(taskOrRunArgument())
    .addArgument(promptArgument())
    .addOption(modelOption())
    .addOption(promptOption())
    .addOption(promptTextOption())
    .addOption(layoutOption())
    .addOption(answersOption())
    .option(
      "--demonstrations <range>",
      "how many to show, such as 4 or 3..5 (default: 0..4)",
      demonstrationRange,
    )
    .option("--train <number>", "training examples at most", countingNumber)
    .addOption(testLimitOption())
    .option("--seed <number>", "seed of everything that is drawn", wholeNumber)
    .addOption(trialBudgetOption())
    .addOption(outOption());
  withEngine(withExamples(command)).action(async (task, prompt, options) => {
    const { runDemos } = await import("./commands/demos.ts");
    await runDemos(task, prompt, options, context);
  });
}

export function addCompress(program: Command, context: CliContext): void {
  const command = program
    .command("compress")
    .description("make a prompt shorter while its loss stays within a bound")
    .addArgument(taskOrRunArgument())
    .addArgument(promptArgument())
    .addOption(modelOption())
    .option("--rewriter <model>", "ask this model for shorter versions, too")
    .addOption(promptOption())
    .addOption(promptTextOption())
    .addOption(layoutOption())
    .addOption(answersOption())
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
    .option("--train <number>", "training examples at most", countingNumber)
    .addOption(testLimitOption())
    .option("--seed <number>", "seed of everything that is drawn", wholeNumber)
    .addOption(trialBudgetOption())
    .addOption(outOption());
  withEngine(withExamples(command)).action(async (task, prompt, options) => {
    const { runCompress } = await import("./commands/compress.ts");
    await runCompress(task, prompt, options, context);
  });
}
