import { isAbsolute, join, relative } from "node:path";
import type { Config } from "../config/config.ts";
import { type Endpoints, NO_SETTINGS } from "../core/endpoint-settings.ts";
import type { DataHash, RunManifest } from "../store/manifest.ts";

/** Runs of older versions know of no prices and no servers. */
type RecordedConfig = Omit<Config, "prices" | "endpoints"> &
  Partial<Pick<Config, "prices" | "endpoints">>;

/** What a run was started with. */
export interface RunInputs {
  readonly config: Config;
  readonly dataHashes: readonly DataHash[];
  /** See `RunManifest`. */
  readonly metricSha256: string | null;
}

/**
 * What a run was started with, its files looked for in the folder where the project lies now: it
 * may have been moved or copied. Files outside the project stay where they were.
 */
export function movedTo(projectFolder: string, manifest: RunManifest): RunInputs {
  // Written by startRun, and checked as plain data when the manifest was read.
  const config = manifest.config as unknown as RecordedConfig;
  const moved = (path: string): string => {
    const inside = relative(config.folder, path);
    const isOutside = !isAbsolute(path) || isAbsolute(inside) || inside.split(/[\\/]/)[0] === "..";
    return isOutside ? path : join(projectFolder, inside);
  };
  const { data, model, rewriter, metric } = config;
  return {
    config: {
      ...config,
      folder: projectFolder,
      path: config.path === null ? null : moved(config.path),
      data: { ...data, file: moved(data.file), test: data.test === null ? null : moved(data.test) },
      model: moved(model),
      rewriter: moved(rewriter),
      // Runs of versions that did not write this down wrote answers where nothing was said.
      answers: config.answers ?? "generated",
      metric: movedMetric(metric, moved),
      endpoints: completeSettings(config.endpoints ?? {}),
      prices: movedPrices(config.prices ?? null, moved),
    },
    dataHashes: manifest.dataHashes.map((hash) => ({ ...hash, file: moved(hash.file) })),
    metricSha256: manifest.metricSha256,
  };
}

/** Settings of older versions do not have every key. */
function completeSettings(endpoints: Endpoints): Endpoints {
  const entries = Object.entries(endpoints);
  return Object.fromEntries(entries.map(([name, each]) => [name, { ...NO_SETTINGS, ...each }]));
}

function movedPrices(prices: Config["prices"], moved: (path: string) => string): Config["prices"] {
  if (prices === null) return null;
  const models = Object.entries(prices.models).map(([name, price]) => [moved(name), price]);
  return { ...prices, models: Object.fromEntries(models) };
}

function movedMetric(metric: Config["metric"], moved: (path: string) => string): Config["metric"] {
  if (metric?.kind === "module") return { ...metric, path: moved(metric.path) };
  if (metric?.kind !== "judge" || metric.model === null) return metric;
  return { ...metric, model: moved(metric.model) };
}
