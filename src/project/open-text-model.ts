import type { TextModelOptions } from "../backends/text/model.ts";
import { parseModelPlace } from "../core/endpoint.ts";
import { type EndpointSettings, endpointSettings } from "../core/endpoint-settings.ts";
import type { LanguageModel } from "../core/model.ts";
import { parseProviderModel, type ProviderModel, USUAL_KEYS } from "../core/provider.ts";
import type { TextModel } from "../core/text-model.ts";
import {
  clientSettings,
  type EndpointAccess,
  type EndpointChoice,
  keyOf,
  openEndpoint,
  serverOptions,
} from "./open-endpoint.ts";

/**
 * Opens a model that is not on this machine for work that needs texts alone: at a service, or at a
 * server. There it is one that scores too where the server is known to, and else one that chats.
 */
export async function openRemoteWriter(
  choice: EndpointChoice,
  access: EndpointAccess,
): Promise<LanguageModel | TextModel> {
  const ofService = parseProviderModel(choice.name);
  if (ofService !== null) return openServiceModel(choice, ofService, access);
  const { api } = endpointSettings(choice.endpoints, choice.name);
  const { urls, model: named } = parseModelPlace(choice.name);
  const [url = "", ...others] = urls;
  // Only what scores is spoken to at several servers as one.
  if (others.length > 0) return openEndpoint(choice, access);
  if (api === "chat" && named !== null) return openChatModel(choice, named, access);
  if (api !== null && api !== "chat") return openEndpoint(choice, access);
  const { servedModel } = await import("../backends/http/connect.ts");
  const { model, scores } = await servedModel({ ...serverOptions(choice, access), url });
  return scores && api === null
    ? openEndpoint(choice, access)
    : openChatModel(choice, model, access);
}

async function openServiceModel(
  { name, endpoints }: EndpointChoice,
  { provider, model }: ProviderModel,
  access: EndpointAccess,
): Promise<TextModel> {
  const settings = endpointSettings(endpoints, name);
  const { createTextModel } = await import("../backends/text/model.ts");
  return createTextModel({
    provider,
    model,
    name,
    url: settings.serviceUrl?.replace(/\/+$/, "") ?? null,
    key: keyOf(provider, settings.key ?? USUAL_KEYS[provider], access.environment),
    ...writerSettings(settings, access),
  });
}

async function openChatModel(
  { name, endpoints }: EndpointChoice,
  model: string,
  access: EndpointAccess,
): Promise<TextModel> {
  const settings = endpointSettings(endpoints, name);
  const [url = ""] = parseModelPlace(name).urls;
  const { createTextModel } = await import("../backends/text/model.ts");
  return createTextModel({
    provider: null,
    model,
    name,
    url: `${url}/v1`,
    key: keyOf(url, settings.key, access.environment),
    ...writerSettings(settings, access),
  });
}

function writerSettings(
  settings: EndpointSettings,
  { onWait }: EndpointAccess,
): Pick<
  TextModelOptions,
  "reasoningTokens" | "concurrency" | "timeoutSeconds" | "patienceSeconds" | "onWait"
> {
  const { reasoningTokens } = settings;
  return {
    ...clientSettings(settings),
    ...(reasoningTokens === null ? {} : { reasoningTokens }),
    ...(onWait === undefined ? {} : { onWait }),
  };
}
