import type { Command } from "@commander-js/extra-typings";
import type { CliContext } from "./context.ts";
import { countingNumber, demonstrationRange, wholeNumber } from "./flag-values.ts";
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
