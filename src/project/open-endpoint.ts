import { createHttpModel, type HttpModelOptions } from "../backends/http/model.ts";
import {
  type EndpointSettings,
  type Endpoints,
  endpointSettings,
  parseEndpointAddress,
} from "../core/endpoint.ts";
import { usageError } from "../core/errors.ts";
import type { LanguageModel } from "../core/model.ts";

/** A model at a server, and how servers are spoken to. */
export interface EndpointChoice {
  /** The model's address. */
  readonly name: string;
  readonly endpoints: Endpoints;
  readonly contextTokens: number | null;
}

export interface EndpointAccess {
  readonly environment: NodeJS.ProcessEnv;
  readonly onWait?: (reason: string) => void;
  readonly signal?: AbortSignal;
}

/** Opens a model at a server. */
export function openEndpoint(
  choice: EndpointChoice,
  access: EndpointAccess,
): Promise<LanguageModel> {
  return createHttpModel(endpointOptions(choice, access));
}

/** How to reach a model at a server, with its key. */
export function endpointOptions(
  { name, endpoints, contextTokens }: EndpointChoice,
  { environment, onWait, signal }: EndpointAccess,
): HttpModelOptions {
  const { url, model } = parseEndpointAddress(name);
  const settings = endpointSettings(endpoints, name);
  const { api, concurrency, batchTokens, timeoutSeconds, patienceSeconds } = settings;
  return {
    url,
    model,
    name,
    api,
    key: keyOf(url, settings, environment),
    ...(contextTokens === null ? {} : { contextTokens }),
    ...(concurrency === null ? {} : { concurrency }),
    ...(batchTokens === null ? {} : { batchTokens }),
    ...(timeoutSeconds === null ? {} : { timeoutSeconds }),
    ...(patienceSeconds === null ? {} : { patienceSeconds }),
    ...(onWait === undefined ? {} : { onWait }),
    ...(signal === undefined ? {} : { signal }),
  };
}

function keyOf(
  url: string,
  { key: variable }: EndpointSettings,
  environment: NodeJS.ProcessEnv,
): string | null {
  if (variable === null) return null;
  const key = environment[variable]?.trim() ?? "";
  if (key !== "") return key;
  // What looks like no usual name of a variable may be the key itself.
  const isShown = /^[A-Z_][A-Z0-9_]*$/.test(variable);
  throw usageError(
    "ENDPOINT_KEY_MISSING",
    `The environment variable ${isShown ? variable : "that `key` names"}, which is to hold the key of ${url}, is not set`,
    isShown ? `Set it: export ${variable}=…` : "Set it, and name it, not the key itself.",
  );
}
