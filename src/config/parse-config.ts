import { basename, dirname, isAbsolute, resolve } from "node:path";
import { isEndpointAddress, modelPlaceName, parseModelPlace } from "../core/endpoint.ts";
import { type PmpoError, usageError } from "../core/errors.ts";
import type { Config, WrittenConfig } from "./config.ts";
import { type Mistake, mistakesOf, pathText } from "./mistakes.ts";
import { type Preset, withPreset } from "./presets.ts";
import { configSchema } from "./schema.ts";
import { parseYamlFile, type YamlFile } from "./yaml-document.ts";

/** The settings in the text of a task file. `file` is its path as errors shall name it; `preset` goes before the file's own. */
export function parseConfig(text: string, file: string, preset?: Preset): Config {
  const yaml = parseYamlFile(text, file);
  if (yaml.value === null || yaml.value === undefined) {
    throw usageError(
      "CONFIG_EMPTY",
      `${file}: the file is empty`,
      "`pmpo init` writes one to start from.",
    );
  }
  const checked = configSchema.safeParse(withPreset(yaml.value, preset), { reportInput: true });
  if (!checked.success) {
    throw invalidConfig(mistakesOf(checked.error.issues).map(locate(file, yaml)));
  }
  const path = resolve(file);
  return { ...placed(checked.data, dirname(path)), path };
}

/** The same for settings that stand in no file, such as those of a program; paths from `folder`. */
export function configFromObject(value: unknown, folder: string): Config {
  const checked = configSchema.safeParse(withPreset(value, undefined), { reportInput: true });
  if (!checked.success) {
    throw invalidConfig(
      mistakesOf(checked.error.issues).map((mistake) => ({
        line: 0,
        column: 0,
        text: sentence(mistake),
      })),
    );
  }
  return placed(checked.data, resolve(folder));
}

interface LocatedText {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

function locate(file: string, yaml: YamlFile): (mistake: Mistake) => LocatedText {
  return (mistake) => {
    const { line, column } = yaml.positionOf(mistake.path, mistake.atKey ? "key" : "value");
    return { line, column, text: `${file}:${line}:${column}  ${sentence(mistake)}` };
  };
}

function sentence({ path, text }: Mistake): string {
  return path.length === 0 ? text : `${pathText(path)}: ${text}`;
}

function invalidConfig(mistakes: readonly LocatedText[]): PmpoError {
  const sorted = mistakes.toSorted((a, b) => a.line - b.line || a.column - b.column);
  return usageError("CONFIG_INVALID", sorted.map(({ text }) => text).join("\n"));
}

/** What follows from where the file lies: absolute paths and the task's name. */
function placed(config: WrittenConfig, folder: string): Config {
  const absolute = (path: string): string => resolve(folder, path);
  const model = modelIn(folder, config.model);
  const { prompt, data } = config;
  return {
    ...config,
    path: null,
    folder,
    name: config.name ?? (basename(folder) || "task"),
    model,
    metric: placedMetric(config.metric, folder),
    rewriter: config.rewriter === null ? model : modelIn(folder, config.rewriter),
    prices: placedPrices(config.prices, folder),
    prompt: {
      ...prompt,
      instructionFile: prompt.instructionFile === null ? null : absolute(prompt.instructionFile),
    },
    data: {
      ...data,
      file: dataIn(folder, data.file),
      test: data.test === null ? null : dataIn(folder, data.test),
    },
  };
}

function placedMetric(metric: WrittenConfig["metric"], folder: string): Config["metric"] {
  if (metric?.kind === "module") return { ...metric, path: resolve(folder, metric.path) };
  if (metric?.kind !== "judge" || metric.model === null) return metric;
  return { ...metric, model: modelIn(folder, metric.model) };
}

function placedPrices(prices: WrittenConfig["prices"], folder: string): Config["prices"] {
  if (prices === null) return null;
  const models = Object.entries(prices.models);
  return {
    ...prices,
    models: Object.fromEntries(models.map(([name, price]) => [modelIn(folder, name), price])),
  };
}

/** Data in a file get an absolute path; an `hf:` address stays. */
export function dataIn(folder: string, name: string): string {
  return name.startsWith("hf:") ? name : resolve(folder, name);
}

/** A model that is a file becomes an absolute path; catalogue names and addresses stay. */
export function modelIn(folder: string, model: string): string {
  if (isEndpointAddress(model)) return modelPlaceName(parseModelPlace(model));
  const isAddress = /^[a-z][a-z0-9+.-]+:/i.test(model);
  const isFile = /^\.{1,2}[\\/]/.test(model) || /\.gguf$/i.test(model);
  return !isAddress && !isAbsolute(model) && isFile ? resolve(folder, model) : model;
}
