import { connectHttpModel, createHttpModel } from "../backends/http/model.ts";
import {
  connectHttpPool,
  createHttpPool,
  type HttpPoolOptions,
} from "../backends/http/pool/pool-model.ts";
import {
  type EndpointSettings,
  type Endpoints,
  endpointSettings,
  parseModelPlace,
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
  /** Told when one of several servers is left out and when it is back. */
  readonly onEndpoint?: (change: string) => void;
  readonly signal?: AbortSignal;
}

/** Opens a model at a server, or at several as one. */
export function openEndpoint(
  choice: EndpointChoice,
  access: EndpointAccess,
): Promise<LanguageModel> {
  const options = endpointOptions(choice, access);
  const [url = "", ...others] = options.urls;
  return others.length === 0 ? createHttpModel({ ...options, url }) : createHttpPool(options);
}

/** The same, whatever the model's numbers are worth. */
export function connectEndpoint(options: HttpPoolOptions): Promise<LanguageModel> {
  const [url = "", ...others] = options.urls;
  return others.length === 0 ? connectHttpModel({ ...options, url }) : connectHttpPool(options);
}

/** How to reach a model at a server or at several, with its key. */
export function endpointOptions(
  { name, endpoints, contextTokens }: EndpointChoice,
  { environment, onWait, onEndpoint, signal }: EndpointAccess,
): HttpPoolOptions {
  const { urls, model } = parseModelPlace(name);
  const settings = endpointSettings(endpoints, name);
  const { api, concurrency, batchTokens, timeoutSeconds, patienceSeconds } = settings;
  return {
    urls,
    model,
    name,
    api,
    key: keyOf(urls.join(", "), settings, environment),
    ...(contextTokens === null ? {} : { contextTokens }),
    ...(concurrency === null ? {} : { concurrency }),
    ...(batchTokens === null ? {} : { batchTokens }),
    ...(timeoutSeconds === null ? {} : { timeoutSeconds }),
    ...(patienceSeconds === null ? {} : { patienceSeconds }),
    ...(onWait === undefined ? {} : { onWait }),
    ...(onEndpoint === undefined ? {} : { onEndpoint }),
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
