import { createHash } from "node:crypto";
import type { Config } from "../../config/config.ts";
import type { ModelIdentity } from "../../core/model.ts";
import type { DataHash } from "../../store/manifest.ts";
import { readInstruction } from "../build-task.ts";

/** What an estimate is made of. */
export interface EstimatedWork {
  readonly config: Config;
  readonly dataHashes: readonly DataHash[];
  readonly model: ModelIdentity;
  /** Null: the model itself. */
  readonly rewriter: ModelIdentity | null;
  /** Null: the model itself, or none at all. */
  readonly judge: ModelIdentity | null;
}

/** Equal for two runs of the same settings, prompt, data and models, wherever the project lies. */
export async function estimateKey({
  config,
  dataHashes,
  ...models
}: EstimatedWork): Promise<string> {
  const { path: _path, folder: _folder, data, prompt, ...settings } = config;
  const { file: _file, test: _test, ...dataSettings } = data;
  const { instructionFile: _instructionFile, ...promptSettings } = prompt;
  const named = Object.entries(models).map(([role, identity]) => [role, withoutThreads(identity)]);
  const content = {
    settings,
    data: dataSettings,
    prompt: { ...promptSettings, instruction: await readInstruction(config) },
    hashes: dataHashes.map(({ sha256 }) => sha256),
    models: named,
  };
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 32);
}

/** The number of threads may be measured anew between an estimate and its run, and changes no count. */
function withoutThreads(identity: ModelIdentity | null): ModelIdentity | null {
  return identity && { ...identity, engine: identity.engine.replace(/, threads \d+/, "") };
}
