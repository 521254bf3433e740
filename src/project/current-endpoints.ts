import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load-config.ts";
import { PmpoError } from "../core/errors.ts";

/**
 * How servers are spoken to as the task file says it now: a key or a timeout may have changed since
 * the run began. That the models are the same is checked when they are open.
 */
export async function withCurrentEndpoints(config: Config): Promise<Config> {
  if (config.path === null) return config;
  const now = await loadConfig(config.path).catch((error: unknown) => {
    // The run has all it needs without the file.
    if (error instanceof PmpoError && error.code === "CONFIG_MISSING") return null;
    throw error;
  });
  if (now === null) return config;
  // That a run may be estimated was said when it began, on the command line maybe.
  const kept = Object.entries(now.endpoints).map(([name, settings]) => [
    name,
    { ...settings, stepwise: settings.stepwise ?? config.endpoints[name]?.stepwise ?? null },
  ]);
  return { ...config, endpoints: { ...config.endpoints, ...Object.fromEntries(kept) } };
}
