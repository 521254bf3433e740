import { resolve } from "node:path";
import type { Config } from "../../config/config.ts";
import { loadConfig } from "../../config/load-config.ts";
import { configFromObject } from "../../config/parse-config.ts";
import { usageError } from "../../core/errors.ts";
import { resolveFormat } from "../../datasets/formats.ts";
import type { AnswerMode } from "../../core/task.ts";
import { startRun } from "../../project/run.ts";
import type { CliContext } from "../context.ts";
import { reportRun } from "./report-run.ts";
import { runServices } from "./run-services.ts";

/** The command's options as commander hands them over. */
export interface OptimizeOptions {
  readonly model?: string;
  readonly rewriter?: string;
  readonly data?: string;
  readonly format?: string;
  readonly prompt?: string;
  readonly promptText?: string;
  readonly answers?: AnswerMode;
  readonly maxIterations?: number;
  readonly train?: number;
  readonly seed?: number;
  readonly budgetTokens?: number;
  readonly budgetSeconds?: number;
  readonly threads?: number;
  readonly gpu?: "auto" | "off";
  readonly contextTokens?: number;
  readonly json?: true;
}

/** `pmpo optimize`: flags override the task file. */
export async function runOptimize(
  task: string | undefined,
  options: OptimizeOptions,
  context: CliContext,
): Promise<void> {
  const config = await configOf(task, options, context);
  const services = runServices(context, options.json === true);
  const finished = await startRun(config, services);
  reportRun(finished, options.json === true, context);
}

async function configOf(
  task: string | undefined,
  options: OptimizeOptions,
  context: CliContext,
): Promise<Config> {
  if (options.prompt !== undefined && options.promptText !== undefined) {
    throw usageError("OPTIONS_CONFLICT", "--prompt and --prompt-text exclude each other");
  }
  const hasPrompt = options.prompt !== undefined || options.promptText !== undefined;
  if (task === undefined && options.data !== undefined && hasPrompt) {
    return configFromObject(settingsOf(options), context.workingFolder);
  }
  const loaded = await loadConfig(resolve(context.workingFolder, task ?? "."));
  return withFlags(loaded, options, context.workingFolder);
}

/** The flags as the settings of a task file that does not exist. */
function settingsOf(options: OptimizeOptions): Readonly<Record<string, unknown>> {
  const { optimizer, budget } = searchFlags(options);
  return defined({
    model: options.model,
    rewriter: options.rewriter,
    prompt: options.prompt === undefined ? { text: options.promptText } : { file: options.prompt },
    data: defined({ file: options.data, format: options.format, train: options.train }),
    answers: options.answers,
    optimizer,
    budget,
    threads: options.threads,
    gpu: options.gpu,
    contextTokens: options.contextTokens,
  });
}

function withFlags(config: Config, options: OptimizeOptions, folder: string): Config {
  const { optimizer, budget } = searchFlags(options);
  const model = options.model ?? config.model;
  const ownRewriter = config.rewriter === config.model ? model : config.rewriter;
  return {
    ...config,
    model,
    rewriter: options.rewriter ?? ownRewriter,
    prompt: {
      ...config.prompt,
      ...(options.promptText === undefined
        ? {}
        : { instruction: options.promptText, instructionFile: null }),
      ...(options.prompt === undefined
        ? {}
        : { instruction: null, instructionFile: resolve(folder, options.prompt) }),
    },
    data: {
      ...config.data,
      ...defined({
        file: options.data === undefined ? undefined : resolve(folder, options.data),
        // The task file's test set belongs to the task file's data.
        test: options.data === undefined ? undefined : null,
        format:
          options.format === undefined
            ? undefined
            : resolveFormat(options.data ?? config.data.file, options.format).format,
        train: options.train,
      }),
    },
    ...defined({
      answers: options.answers,
      threads: options.threads,
      gpu: options.gpu,
      contextTokens: options.contextTokens,
    }),
    optimizer: {
      ...config.optimizer,
      ...optimizer,
      budget: { ...config.optimizer.budget, ...budget },
    },
  };
}

function searchFlags(options: OptimizeOptions) {
  return {
    optimizer: defined({ maxIterations: options.maxIterations, seed: options.seed }),
    budget: defined({ tokens: options.budgetTokens, seconds: options.budgetSeconds }),
  };
}

/** The entries that have a value. */
function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
