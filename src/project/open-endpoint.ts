import { createHttpModel } from "../backends/http/connect.ts";
import type { HttpModelOptions, ServerOptions } from "../backends/http/model-options.ts";
import { parseEndpointAddress } from "../core/endpoint.ts";
import {
  type EndpointSettings,
  type Endpoints,
  endpointSettings,
} from "../core/endpoint-settings.ts";
import { modelError, type PmpoError, usageError } from "../core/errors.ts";
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

/** Opens a model that scores at a server. */
export function openEndpoint(
  choice: EndpointChoice,
  access: EndpointAccess,
): Promise<LanguageModel> {
  return createHttpModel(endpointOptions(choice, access));
}

/** How to reach a model at a server, with its key. */
export function endpointOptions(
  { name, endpoints, contextTokens }: EndpointChoice,
  access: EndpointAccess,
): HttpModelOptions {
  const { api, batchTokens } = endpointSettings(endpoints, name);
  if (api === "chat") throw onlyWrites(name);
  return {
    ...serverOptions({ name, endpoints }, access),
    name,
    api,
    ...(contextTokens === null ? {} : { contextTokens }),
    ...(batchTokens === null ? {} : { batchTokens }),
  };
}

/** How to reach the server of a model, with its key, whatever it can do. */
export function serverOptions(
  { name, endpoints }: Pick<EndpointChoice, "name" | "endpoints">,
  { environment, onWait, signal }: EndpointAccess,
): ServerOptions {
  const { url, model } = parseEndpointAddress(name);
  const settings = endpointSettings(endpoints, name);
  return {
    url,
    model,
    key: keyOf(url, settings.key, environment),
    ...clientSettings(settings),
    ...(onWait === undefined ? {} : { onWait }),
    ...(signal === undefined ? {} : { signal }),
  };
}

/** What the settings of any server or service say of its client. */
export function clientSettings({
  concurrency,
  timeoutSeconds,
  patienceSeconds,
}: EndpointSettings): Pick<HttpModelOptions, "concurrency" | "timeoutSeconds" | "patienceSeconds"> {
  return {
    ...(concurrency === null ? {} : { concurrency }),
    ...(timeoutSeconds === null ? {} : { timeoutSeconds }),
    ...(patienceSeconds === null ? {} : { patienceSeconds }),
  };
}

/** The refusal of a model that says nothing of how likely given answers are. */
export function onlyWrites(name: string): PmpoError {
  return modelError(
    "MODEL_ONLY_WRITES",
    `${name} only writes texts: it does not say how likely a given answer is`,
    { hint: "It can be the rewriter or the judge. Which models score: docs/guide/servers.md." },
  );
}

/** The key that an environment variable holds. `place` names whose key it is. */
export function keyOf(
  place: string,
  variable: string | null,
  environment: NodeJS.ProcessEnv,
): string | null {
  if (variable === null) return null;
  const key = environment[variable]?.trim() ?? "";
  if (key !== "") return key;
  // What looks like no usual name of a variable may be the key itself.
  const isShown = /^[A-Z_][A-Z0-9_]*$/.test(variable);
  throw usageError(
    "ENDPOINT_KEY_MISSING",
    `The environment variable ${isShown ? variable : "that `key` names"}, which is to hold the key of ${place}, is not set`,
    isShown ? `Set it: export ${variable}=…` : "Set it, and name it, not the key itself.",
  );
}
