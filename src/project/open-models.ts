import type { Config } from "../config/config.ts";
import { isEndpointAddress } from "../core/endpoint.ts";
import type { LanguageModel } from "../core/model.ts";
import { parseProviderModel } from "../core/provider.ts";
import type { Objective } from "../core/objective.ts";
import { canScore, type TextModel } from "../core/text-model.ts";
import { wrappedModel } from "../core/wrapped-model.ts";
import { openEndpoint } from "./open-endpoint.ts";
import { findWeights, loadWeights, type ModelAccess, modelChoice } from "./open-model.ts";
import { openRemoteWriter } from "./open-text-model.ts";

/** The models of one piece of work. They are closed together, at its end. */
export interface OpenModels extends AsyncDisposable {
  /** The model of that name. Weights are loaded once, whatever they are called and however often they are asked for. */
  open(name: string): Promise<LanguageModel>;
  /** The same for work that needs texts alone: the model may be one that scores nothing. */
  openWriter(name: string): Promise<LanguageModel | TextModel>;
}

/** Opens models as a configuration runs them. */
export function openModels(config: Config, access: ModelAccess): OpenModels {
  const bySha256 = new Map<string, LanguageModel>();
  const atServers = new Map<string, LanguageModel>();
  const writers = new Map<string, TextModel>();
  const models: OpenModels = {
    open: async (name) => {
      if (isEndpointAddress(name)) {
        const opened =
          atServers.get(name) ?? (await openEndpoint(modelChoice(config, name), access));
        atServers.set(name, opened);
        return opened;
      }
      const weights = await findWeights(name, access);
      const known = bySha256.get(weights.sha256);
      if (known !== undefined) return calledBy(name, known);
      const model = await loadWeights(weights, modelChoice(config, name), access);
      bySha256.set(weights.sha256, model);
      return model;
    },
    openWriter: async (name) => {
      const isRemote = isEndpointAddress(name) || parseProviderModel(name) !== null;
      if (!isRemote) return models.open(name);
      const known = writers.get(name) ?? atServers.get(name);
      if (known !== undefined) return known;
      const opened = await openRemoteWriter(modelChoice(config, name), access);
      if (canScore(opened)) atServers.set(name, opened);
      else writers.set(name, opened);
      return opened;
    },
    [Symbol.asyncDispose]: async () => {
      const opened = [...bySha256.values(), ...atServers.values(), ...writers.values()];
      await Promise.all(opened.map((model) => model[Symbol.asyncDispose]()));
    },
  };
  return models;
}

/** Opens the model that a prompt is sought for. One that only writes will do where its answers are graded. */
export function openAnswerer(
  { model }: Config,
  { kind }: Objective,
  models: OpenModels,
): Promise<LanguageModel | TextModel> {
  return kind === "accuracy" ? models.openWriter(model) : models.open(model);
}

/** Opens the rewriter of a configuration; null where the scored model rewrites. */
export async function openRewriter(
  { rewriter, model }: Config,
  models: OpenModels,
): Promise<LanguageModel | TextModel | null> {
  return rewriter === model ? null : models.openWriter(rewriter);
}

/** A model under another name of its weights. */
function calledBy(name: string, model: LanguageModel): LanguageModel {
  if (model.identity.name === name) return model;
  return wrappedModel(model, { identity: { ...model.identity, name } });
}
