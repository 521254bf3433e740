import { resolve } from "node:path";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load-config.ts";
import { configFromObject, dataIn, modelIn } from "../config/parse-config.ts";
import { isEndpointAddress } from "../core/endpoint.ts";
import { endpointSettings } from "../core/endpoint-settings.ts";
import { layoutFromName } from "../core/candidate.ts";
import { namedObjective } from "../config/objective-schema.ts";
import { PmpoError, usageError } from "../core/errors.ts";
import { resolveFormat } from "../datasets/formats.ts";
import type { ObjectiveName } from "../config/objective-names.ts";
import type { EngineFlags, ExampleFlags, SearchFlags } from "./options.ts";

/** Flags that stand for settings of a task file, as commander hands them over. */
export type TaskFlags = SearchFlags & ExampleFlags & Omit<EngineFlags, "json">;

/** The task file with the flags over it, or the flags alone where they say enough. */
export async function taskConfig(
  task: string | undefined,
  flags: TaskFlags,
  folder: string,
): Promise<Config> {
  if (flags.prompt !== undefined && flags.promptText !== undefined) {
    throw usageError("OPTIONS_CONFLICT", "--prompt and --prompt-text exclude each other");
  }
  const hasPrompt = flags.prompt !== undefined || flags.promptText !== undefined;
  const hasData = flags.data !== undefined;
  if (task === undefined && hasData && hasPrompt) {
    return withStepwise(configFromObject(settingsOf(flags), folder), flags);
  }
  const loaded = await loadConfig(resolve(folder, task ?? "."), flags.preset).catch(
    (error: unknown) => {
      if (task !== undefined || hasData === hasPrompt) throw error;
      throw withoutTaskFile(error, hasData);
    },
  );
  return withFlags(loaded, flags, folder);
}

function withoutTaskFile(error: unknown, hasData: boolean): unknown {
  if (!(error instanceof PmpoError) || error.code !== "CONFIG_MISSING") return error;
  const missing = hasData ? "--prompt or --prompt-text" : "--data";
  return usageError(error.code, error.message, `Without a task file, ${missing} is needed too.`);
}

/** The flags as the settings of a task file that does not exist. */
function settingsOf(flags: TaskFlags): Readonly<Record<string, unknown>> {
  const { optimizer, budget } = searchFlags(flags);
  const prompt = flags.prompt === undefined ? { text: flags.promptText } : { file: flags.prompt };
  return defined({
    preset: flags.preset,
    model: flags.model,
    rewriter: flags.rewriter,
    prompt: defined({ ...prompt, layout: writtenLayout(flags) }),
    data: defined({
      file: flags.data,
      format: flags.format,
      train: flags.train,
      fields: fieldsOf(flags),
    }),
    answers: flags.answers,
    objective: flags.objective,
    search: writtenSearch(flags),
    optimizer,
    budget,
    threads: flags.threads,
    gpu: flags.gpu,
    contextTokens: flags.contextTokens,
  });
}

/** The layout as a task file has it. */
function writtenLayout({ layout: name }: TaskFlags): unknown {
  const layout = name === undefined ? null : layoutFromName(name);
  return layout?.kind === "plain"
    ? { plain: { input: layout.inputName, target: layout.targetName } }
    : name;
}

function writtenSearch({ demonstrations }: TaskFlags): unknown {
  if (demonstrations === undefined) return undefined;
  return { demonstrations: { min: demonstrations.minimum, max: demonstrations.maximum } };
}

/** Refuses a layout that no prompt would take: a whole prompt in a .json file brings its own. */
export function checkLayoutUsed({ layout }: TaskFlags, files: readonly (string | null)[]): void {
  const isIdle = files.length > 0 && files.every((file) => file?.endsWith(".json") === true);
  if (layout === undefined || !isIdle) return;
  throw usageError(
    "OPTIONS_CONFLICT",
    `${files.join(", ")}: a whole prompt brings its own layout`,
    "Leave out --layout, or give the text of an instruction.",
  );
}

/** A configuration that tests on so many held-out examples at most. */
export function limited(config: Config, testExamples: number | undefined): Config {
  return testExamples === undefined
    ? config
    : { ...config, data: { ...config.data, testExamples } };
}

/** A configuration with the flags over it. */
export function withFlags(config: Config, flags: TaskFlags, folder: string): Config {
  const { optimizer, budget } = searchFlags(flags);
  const model = flags.model === undefined ? config.model : modelIn(folder, flags.model);
  const ownRewriter = config.rewriter === config.model ? model : config.rewriter;
  const changed: Config = {
    ...config,
    model,
    rewriter: flags.rewriter === undefined ? ownRewriter : modelIn(folder, flags.rewriter),
    prompt: promptWithFlags(config.prompt, flags, folder),
    data: {
      ...config.data,
      ...defined({
        file: flags.data === undefined ? undefined : dataIn(folder, flags.data),
        // The task file's test set belongs to the task file's data.
        test: flags.data === undefined ? undefined : null,
        format:
          flags.format === undefined
            ? formatBeside(flags)
            : resolveFormat(flags.data ?? config.data.file, flags.format).format,
        fields: mergedFields(config.data.fields, flags),
        train: flags.train,
      }),
    },
    ...defined({
      answers: flags.answers,
      objective:
        flags.objective === undefined ? undefined : objectiveNamed(flags.objective, config),
      threads: flags.threads,
      gpu: flags.gpu,
      contextTokens: flags.contextTokens,
    }),
    search: { ...config.search, ...defined({ demonstrations: flags.demonstrations }) },
    optimizer: {
      ...config.optimizer,
      ...optimizer,
      budget: { ...config.optimizer.budget, ...budget },
    },
  };
  return withStepwise(changed, flags);
}

function withStepwise(config: Config, { stepwise }: TaskFlags): Config {
  if (stepwise === undefined) return config;
  const { model, endpoints } = config;
  if (!isEndpointAddress(model)) {
    throw usageError(
      "OPTIONS_CONFLICT",
      `--stepwise is about a model at a server, and ${model} is none`,
      "Leave it out: the log-probabilities of this model are exact.",
    );
  }
  const settings = { ...endpointSettings(endpoints, model), stepwise };
  return { ...config, endpoints: { ...endpoints, [model]: settings } };
}

/** Other data are read by their own file's ending, not as the task file's. */
function formatBeside({ data }: TaskFlags): null | undefined {
  return data === undefined ? undefined : null;
}

function promptWithFlags(
  prompt: Config["prompt"],
  flags: TaskFlags,
  folder: string,
): Config["prompt"] {
  return {
    ...prompt,
    ...(flags.promptText === undefined
      ? {}
      : { instruction: flags.promptText, instructionFile: null }),
    ...(flags.prompt === undefined
      ? {}
      : { instruction: null, instructionFile: resolve(folder, flags.prompt) }),
    ...(flags.layout === undefined ? {} : { layout: layoutFromName(flags.layout), messages: null }),
  };
}

function fieldsOf(flags: TaskFlags): Config["data"]["fields"] | undefined {
  if (flags.inputField === undefined && flags.targetField === undefined) return undefined;
  return defined({
    inputs: flags.inputField === undefined ? undefined : [flags.inputField],
    target: flags.targetField,
  });
}

function mergedFields(
  written: Config["data"]["fields"],
  flags: TaskFlags,
): Config["data"]["fields"] | undefined {
  const given = fieldsOf(flags);
  return given === undefined ? undefined : { ...written, ...given };
}

function searchFlags(flags: TaskFlags) {
  return {
    optimizer: defined({ maxIterations: flags.maxIterations, seed: flags.seed }),
    budget: defined({ tokens: flags.budgetTokens, seconds: flags.budgetSeconds }),
  };
}

/** What the task file says about an objective is kept where it has the same. */
function objectiveNamed(name: ObjectiveName, { objective }: Config): Config["objective"] {
  return objective?.kind === name ? objective : namedObjective(name);
}

/** The entries that have a value. */
function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
