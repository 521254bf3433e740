import { usageError } from "./errors.ts";

/** The interfaces that models behind HTTP are scored through. */
export const SCORING_APIS = [
  "vllm",
  "vllm-suffix",
  "sglang",
  "openai-echo",
  "fireworks",
  "llama-server",
  "pmpo",
] as const;

export type ScoringApiName = (typeof SCORING_APIS)[number];

/** Interfaces that take texts alone, and say how likely the tokens of a given one are. */
export const TEXT_SCORING_APIS = ["tgi", "together", "lmdeploy", "llama-cpp-python"] as const;

export type TextScoringApiName = (typeof TEXT_SCORING_APIS)[number];

/** Interfaces that take texts alone and list likely next tokens: what they score is an estimate. */
export const ESTIMATING_APIS = ["completions-stepwise", "chat-stepwise", "deepseek"] as const;

export type EstimatingApiName = (typeof ESTIMATING_APIS)[number];

/** Every interface through which a model says how likely answers are, exactly or about. */
export const MODEL_APIS: readonly [
  ...typeof SCORING_APIS,
  ...typeof TEXT_SCORING_APIS,
  ...typeof ESTIMATING_APIS,
] = [...SCORING_APIS, ...TEXT_SCORING_APIS, ...ESTIMATING_APIS];

export type ModelApiName = (typeof MODEL_APIS)[number];

/** With that through which a model only writes: OpenAI's chat completions. */
export const API_NAMES: readonly [...typeof MODEL_APIS, "chat"] = [...MODEL_APIS, "chat"];

export type ApiName = (typeof API_NAMES)[number];

/** Whether what is scored through an interface is an estimate. */
export function isEstimating(api: ApiName | null): api is EstimatingApiName {
  return ESTIMATING_APIS.some((name) => name === api);
}

/** Whether an interface takes texts alone, and scores them exactly. */
export function scoresTexts(api: ApiName): api is TextScoringApiName {
  return TEXT_SCORING_APIS.some((name) => name === api);
}

/** What the name of an environment variable may look like, in a task file and behind `--key`. */
export const KEY_VARIABLE: RegExp = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Said of a key that does not look so; the text itself may be the key and is never shown. */
export const KEY_NO_VARIABLE = "name an environment variable here, not the key itself";

/** A model at a server: `http://127.0.0.1:8000#llama`. */
export interface EndpointAddress {
  /** The server, without a slash or `/v1` at the end. */
  readonly url: string;
  /** The model's name there; null: the only one it has. */
  readonly model: string | null;
}

/** Whether a model's name is the address of a server. */
export function isEndpointAddress(name: string): boolean {
  return /^https?:\/\//i.test(name);
}

/** The parts of an address. Refuses one that holds a secret, which would end up in logs and manifests. */
export function parseEndpointAddress(address: string): EndpointAddress {
  const parsed = URL.canParse(address) ? new URL(address) : null;
  if (parsed === null || !isEndpointAddress(address)) {
    throw usageError(
      "ENDPOINT_ADDRESS",
      `${withoutSecrets(address)}: not the address of a server`,
      "Write it as http://HOST:PORT#MODEL.",
    );
  }
  if (parsed.username !== "" || parsed.password !== "" || parsed.search !== "") {
    throw usageError(
      "ENDPOINT_ADDRESS_SECRET",
      `${parsed.origin}${parsed.pathname}: the address of a server must hold no user, password or query`,
      "Put the key into an environment variable, and name that under `key` of the model.",
    );
  }
  const path = parsed.pathname.replace(/\/+$/, "").replace(/\/v1$/, "");
  const model = modelName(parsed);
  return { url: `${parsed.origin}${path}`, model: model === "" ? null : model };
}

function modelName({ origin, hash }: URL): string {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    throw usageError(
      "ENDPOINT_ADDRESS",
      `${origin}${hash}: the model's name holds a % that begins no escape`,
      "Write % as %25.",
    );
  }
}

/** What is no address may hold a password or a key all the same. */
function withoutSecrets(address: string): string {
  return address.replace(/^([a-z]+:\/\/)?.*@/is, "$1***@").replace(/\?.*/s, "?***");
}

/** Where a model is: at one server, or the same at several. */
export interface ModelPlace {
  /** At least one, each once. */
  readonly urls: readonly string[];
  /** The model's name at all of them; null: the only one they have. */
  readonly model: string | null;
}

/** The parts of `http://a:8000,http://b:8000#llama`; of a single address likewise. */
export function parseModelPlace(name: string): ModelPlace {
  const addresses = name.split(/\s*,\s*(?=https?:\/\/)/i).map(parseEndpointAddress);
  const urls = addresses.map(({ url }) => url);
  const early = addresses.slice(0, -1).find(({ model }) => model !== null);
  if (early !== undefined) {
    throw usageError(
      "ENDPOINT_ADDRESS",
      `${endpointAddress(early)}: the model is named once, behind the last of several servers`,
      "Write http://A:8000,http://B:8000#MODEL.",
    );
  }
  const twice = urls.find((url, index) => urls.indexOf(url) !== index);
  if (twice === undefined) return { urls, model: addresses.at(-1)?.model ?? null };
  throw usageError("ENDPOINT_ADDRESS", `${twice} is listed twice`, "List every server once.");
}

/** A model's place as its name, always written the same way. */
export function modelPlaceName({ urls, model }: ModelPlace): string {
  return endpointAddress({ url: urls.join(","), model });
}

/** The address of a model, always written the same way. */
export function endpointAddress({ url, model }: EndpointAddress): string {
  // Slashes and colons, as in `meta-llama/Llama-3.1-8B`, need no escape there.
  const escape = (text: string): string => text.replace(/[%\s#]/g, encodeURIComponent);
  return model === null ? url : `${url}#${escape(model)}`;
}
