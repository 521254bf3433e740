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
  return now === null
    ? config
    : { ...config, endpoints: { ...config.endpoints, ...now.endpoints } };
}
