import type { HttpModelOptions } from "../backends/http/model-options.ts";
import type { HttpPoolOptions } from "../backends/http/pool/pool-model.ts";
import { parseModelPlace } from "../core/endpoint.ts";
import {
  type EndpointSettings,
  type Endpoints,
  endpointSettings,
} from "../core/endpoint-settings.ts";
import { modelError, type PmpoError, usageError } from "../core/errors.ts";
import { ACCURACY_INSTEAD } from "../core/scoring-mode.ts";
import type { LanguageModel } from "../core/model.ts";
import { announcedModel, type StepwisePlan } from "../core/sent.ts";

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
  /** Told once what scoring is about to send to a model that is asked for each token of an answer. */
  readonly onStepwise?: (plan: StepwisePlan) => void;
  readonly signal?: AbortSignal;
}

/** Opens a model that scores at a server, or at several as one. */
export async function openEndpoint(
  choice: EndpointChoice,
  access: EndpointAccess,
): Promise<LanguageModel> {
  const options = endpointOptions(choice, access);
  const [url = "", ...others] = options.urls;
  const { createHttpModel, createHttpPool } = await import("../backends/http/models.ts");
  const model = await (others.length === 0
    ? createHttpModel({ ...options, url })
    : createHttpPool(options));
  return announcedModel(model, (plan) => access.onStepwise?.(plan));
}

/** The same, whatever the model's numbers are worth. */
export async function connectEndpoint(options: HttpPoolOptions): Promise<LanguageModel> {
  const [url = "", ...others] = options.urls;
  const { connectHttpModel, connectHttpPool } = await import("../backends/http/models.ts");
  return others.length === 0 ? connectHttpModel({ ...options, url }) : connectHttpPool(options);
}

/** How to reach a model at a server or at several, with its key. */
export function endpointOptions(
  { name, endpoints, contextTokens }: EndpointChoice,
  access: EndpointAccess,
): HttpPoolOptions {
  const { api, batchTokens, stepwise } = endpointSettings(endpoints, name);
  if (api === "chat") throw onlyWrites(name);
  return {
    ...serverOptions({ name, endpoints }, access),
    name,
    api,
    ...(stepwise === null ? {} : { stepwise }),
    ...(contextTokens === null ? {} : { contextTokens }),
    ...(batchTokens === null ? {} : { batchTokens }),
  };
}

/** How to reach the servers of a model, with its key, whatever they can do. */
export function serverOptions(
  { name, endpoints }: Pick<EndpointChoice, "name" | "endpoints">,
  { environment, onWait, onEndpoint, signal }: EndpointAccess,
): Omit<HttpPoolOptions, "name" | "api"> {
  const { urls, model } = parseModelPlace(name);
  const settings = endpointSettings(endpoints, name);
  return {
    urls,
    model,
    key: keyOf(urls.join(", "), settings.key, environment),
    ...clientSettings(settings),
    ...(onWait === undefined ? {} : { onWait }),
    ...(onEndpoint === undefined ? {} : { onEndpoint }),
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
    {
      hint: `${ACCURACY_INSTEAD} It can be the rewriter or the judge, too. Which models score: docs/guide/servers.md.`,
    },
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
