import { Command } from "@commander-js/extra-typings";
import type { CliContext } from "./context.ts";
import { countingNumber, portNumber, wholeNumber } from "./flag-values.ts";
import { addModels } from "./models-commands.ts";
import {
  answersOption,
  apiOption,
  endpointOption,
  jsonOption,
  keyOption,
  layoutOption,
  modelOption,
  objectiveOption,
  projectOption,
  promptOption,
  promptTextOption,
  runArgument,
  stepwiseOption,
  taskArgument,
  trialOption,
  withEngine,
  withExamples,
  withSearch,
} from "./options.ts";
import { addCompress, addDemos } from "./prompt-commands.ts";
import { addProbe, addServe } from "./server-commands.ts";

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
  addInit(program, context);
  addOptimize(program, context);
  addResume(program, context);
  addShow(program, context);
  addReport(program, context);
  addUi(program, context);
  addRuns(program, context);
  addScore(program, context);
  addMask(program, context);
  addCompare(program, context);
  addAttribute(program, context);
  addDemos(program, context);
  addCompress(program, context);
  addHeadroom(program, context);
  addEstimate(program, context);
  addSignal(program, context);
  addModels(program, context);
  addDoctor(program, context);
  addProbe(program, context);
  addServe(program, context);
  return program;
}

function addOptimize(program: Command, context: CliContext): void {
  const command = program
    .command("optimize")
    .description("search for a better prompt and hold it against the start prompt on held-out data")
    .addArgument(taskArgument());
  withSearch(withEngine(withExamples(command)))
    .addOption(trialOption())
    .option("--estimate", "tell what the run will cost first, and hold it against what it took")
    .action(async (task, options) => {
      const { runOptimize } = await import("./commands/optimize.ts");
      await runOptimize(task, options, context);
    });
}

function addResume(program: Command, context: CliContext): void {
  program
    .command("resume")
    .description("go on with a run that was stopped or killed")
    .addArgument(runArgument())
    .addOption(projectOption())
    .addOption(jsonOption())
    .action(async (run, options) => {
      const { runResume } = await import("./commands/resume.ts");
      await runResume(run, options, context);
    });
}

function addShow(program: Command, context: CliContext): void {
  program
    .command("show")
    .description("print the result of a recorded run again")
    .addArgument(runArgument())
    .addOption(projectOption())
    .addOption(jsonOption())
    .option("--markdown", "print the report as Markdown")
    .action(async (run, options) => {
      const { runShow } = await import("./commands/show.ts");
      await runShow(run, options, context);
    });
}

function addReport(program: Command, context: CliContext): void {
  program
    .command("report")
    .description("write a recorded run as one HTML page: charts, prompts, examples, costs")
    .addArgument(runArgument())
    .addOption(projectOption())
    .option("--out <file>", "where to (default: report.html in the run's folder)")
    .option("--against <run>", "hold its best prompt against another run's on the same data")
    .option("--open", "open it in the browser")
    .action(async (run, options) => {
      const { runReportCommand } = await import("./commands/report.ts");
      await runReportCommand(run, options, context);
    });
}

function addUi(program: Command, context: CliContext): void {
  program
    .command("ui")
    .description("watch, start, stop and resume the runs of a project in the browser")
    .addOption(projectOption())
    .option("--port <number>", "where to listen on this machine (default: a free port)", portNumber)
    .option("--open", "open it in the browser")
    .action(async (options) => {
      const { runUi } = await import("./commands/ui.ts");
      await runUi(options, context);
    });
}

function addRuns(program: Command, context: CliContext): void {
  program
    .command("runs")
    .description("list the runs of a project, newest first")
    .addOption(projectOption())
    .addOption(jsonOption())
    .action(async (options) => {
      const { runRuns } = await import("./commands/runs.ts");
      await runRuns(options, context);
    });
}

function addScore(program: Command, context: CliContext): void {
  const command = program
    .command("score")
    .description("say how likely a prompt makes the known answers, token by token")
    .addArgument(taskArgument())
    .addOption(modelOption())
    .addOption(stepwiseOption())
    .addOption(trialOption())
    .addOption(promptOption())
    .addOption(promptTextOption())
    .addOption(layoutOption())
    .option("--limit <number>", "score the first examples only", countingNumber)
    .option("--seed <number>", "seed of everything that is drawn", wholeNumber)
    .option("--no-end", "leave out the token that ends an answer");
  withEngine(withExamples(command)).action(async (task, options) => {
    const { runScore } = await import("./commands/score.ts");
    await runScore(task, options, context);
  });
}

function addMask(program: Command, context: CliContext): void {
  const command = program
    .command("mask")
    .description("say what each part of a prompt is worth")
    .addArgument(taskArgument())
    .addOption(modelOption())
    .option("--rewriter <model>", "the model that finds the parts (default: the model itself)")
    .addOption(promptOption())
    .addOption(promptTextOption())
    .addOption(layoutOption())
    .option("--train <number>", "examples to measure on, at most (default: 50)", countingNumber)
    .option("--examples", "show what masking each part does to each example")
    .option("--seed <number>", "seed of everything that is drawn", wholeNumber);
  withEngine(withExamples(command)).action(async (task, options) => {
    const { runMask } = await import("./commands/mask.ts");
    await runMask(task, options, context);
  });
}

function addCompare(program: Command, context: CliContext): void {
  const command = program
    .command("compare")
    .description("hold two or more prompts against each other on the same examples")
    .argument(
      "<prompts...>",
      "text files, best.json of a run, or a run of the task; the first is the baseline",
    )
    .option(
      "--task <path>",
      "a pmpo.yaml or its folder: the prompts are tested on its held-out examples",
    )
    .addOption(modelOption())
    .addOption(layoutOption())
    .addOption(answersOption())
    .addOption(objectiveOption())
    .option("--limit <number>", "examples at most (default: 200)", countingNumber)
    .option("--judge", "ask a model which prompt's answers are better, in both orders")
    .option("--judge-model <model>", "the model that is asked (default: the metric's, or the same)")
    .option("--seed <number>", "seed of everything that is drawn", wholeNumber);
  withEngine(withExamples(command)).action(async (prompts, options) => {
    const { runCompare } = await import("./commands/compare.ts");
    await runCompare(prompts, options, context);
  });
}

function addAttribute(program: Command, context: CliContext): void {
  const command = program
    .command("attribute")
    .description(
      "say which answer tokens became likelier or less likely from one prompt to another",
    )
    .argument("<first>", "a text file, best.json of a run, or a run of the task")
    .argument("<second>", "likewise")
    .option("--task <path>", "a pmpo.yaml or its folder: its held-out examples are scored")
    .addOption(modelOption())
    .addOption(layoutOption())
    .option("--limit <number>", "examples at most (default: 200)", countingNumber)
    .option("--show <number>", "examples and tokens to print (default: 10)", countingNumber)
    .option("--seed <number>", "seed of everything that is drawn", wholeNumber);
  withEngine(withExamples(command)).action(async (first, second, options) => {
    const { runAttribute } = await import("./commands/attribute.ts");
    await runAttribute([first, second], options, context);
  });
}

function addHeadroom(program: Command, context: CliContext): void {
  const command = program
    .command("headroom")
    .description("score varied prompts and say whether a search is likely to find a better one")
    .addArgument(taskArgument())
    .addOption(modelOption())
    .addOption(promptOption())
    .addOption(promptTextOption())
    .addOption(answersOption())
    .addOption(objectiveOption())
    .option("--prompts <number>", "prompts to try (default: 20)", countingNumber)
    .option("--train <number>", "training examples at most", countingNumber)
    .option("--seed <number>", "seed of everything that is drawn", wholeNumber);
  withEngine(withExamples(command)).action(async (task, options) => {
    const { runHeadroom } = await import("./commands/headroom.ts");
    await runHeadroom(task, options, context);
  });
}

function addEstimate(program: Command, context: CliContext): void {
  const command = program
    .command("estimate")
    .description("what a run will cost in tokens, time and money, before it is begun")
    .addArgument(taskArgument())
    .option("--simulations <number>", "searches to simulate (default: 5)", countingNumber)
    .option(
      "--begin <iterations>",
      "iterations to run for real before the rest is simulated; kept for the run (default: 1, 0 where a server or service is asked)",
      wholeNumber,
    );
  withSearch(withEngine(withExamples(command))).action(async (task, options) => {
    const { runEstimate } = await import("./commands/estimate.ts");
    await runEstimate(task, options, context);
  });
}

function addSignal(program: Command, context: CliContext): void {
  program
    .command("signal")
    .description("test candidates of a run, and say whether its loss foretells accuracy")
    .addArgument(runArgument())
    .addOption(projectOption())
    .option("--prompts <number>", "candidates to test (default: 12)", countingNumber)
    .option("--limit <number>", "held-out examples at most (default: 50)", countingNumber)
    .addOption(jsonOption())
    .action(async (run, options) => {
      const { runSignal } = await import("./commands/signal.ts");
      await runSignal(run, options, context);
    });
}

function addInit(program: Command, context: CliContext): void {
  program
    .command("init")
    .description("write a small task to start from: settings, prompt and examples")
    .argument("[folder]", "where to; nothing is overwritten", ".")
    .addOption(modelOption())
    .action(async (folder, options) => {
      const { runInit } = await import("./commands/init.ts");
      await runInit(folder, options, context);
    });
}

function addDoctor(program: Command, context: CliContext): void {
  program
    .command("doctor")
    .description("check that everything pmpo needs is there and works")
    .addOption(modelOption())
    .addOption(endpointOption().conflicts("model"))
    .addOption(apiOption())
    .addOption(keyOption())
    .addOption(jsonOption())
    .action(async ({ endpoint, api, key, model, json }) => {
      const { runDoctor } = await import("./commands/doctor.ts");
      const named = endpoint ?? model;
      await runDoctor(
        {
          ...(named === undefined ? {} : { model: named }),
          ...(api === undefined ? {} : { api }),
          ...(key === undefined ? {} : { key }),
          ...(json === undefined ? {} : { json }),
        },
        context,
      );
    });
}
