import { type ApiName, parseModelPlace } from "./endpoint.ts";
import { parseProviderModel } from "./provider.ts";

/** How the server of a model is spoken to; null is left to pmpo. */
export interface EndpointSettings {
  /** Null: found out. */
  readonly api: ApiName | null;
  /** Whether answers may be scored by one request for each of their tokens. */
  readonly stepwise: boolean | null;
  /** Where a service is reached other than at its own address. */
  readonly serviceUrl: string | null;
  /** Name of the environment variable that holds the key; null: none is sent, or a service's usual one. */
  readonly key: string | null;
  /** Requests under way at the same time. */
  readonly concurrency: number | null;
  /** Tokens of prompts in one HTTP request at most. */
  readonly batchTokens: number | null;
  /** For one HTTP request. */
  readonly timeoutSeconds: number | null;
  /** How long requests are tried again while the server is away or busy. */
  readonly patienceSeconds: number | null;
  /** Tokens that a model which reasons unseen may write before its text. */
  readonly reasoningTokens: number | null;
}

/** Settings by the address of a model, as `modelPlaceName` writes it, or by its name at a service. */
export type Endpoints = Readonly<Record<string, EndpointSettings>>;

/** Everything left to pmpo. */
export const NO_SETTINGS: EndpointSettings = {
  api: null,
  stepwise: null,
  serviceUrl: null,
  key: null,
  concurrency: null,
  batchTokens: null,
  timeoutSeconds: null,
  patienceSeconds: null,
  reasoningTokens: null,
};

/** A model's settings; those of another model at the same server or service where it has none of its own. */
export function endpointSettings(endpoints: Endpoints, name: string): EndpointSettings {
  const own = endpoints[name];
  if (own !== undefined) return own;
  // Never a place more than was named: the key would be sent there.
  const places = placesOf(name);
  const neighbour = Object.keys(endpoints).find((each) =>
    places.every((place) => placesOf(each).includes(place)),
  );
  const settings = endpoints[neighbour ?? ""] ?? NO_SETTINGS;
  // That one model is only chatted with says nothing of another.
  return settings.api === "chat" ? { ...settings, api: null } : settings;
}

function placesOf(name: string): readonly string[] {
  const ofService = parseProviderModel(name);
  return ofService === null ? parseModelPlace(name).urls : [ofService.provider];
}
