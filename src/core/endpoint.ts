import { usageError } from "./errors.ts";

/** The interfaces that models behind HTTP are scored through. */
export const API_NAMES = ["vllm", "sglang", "openai-echo", "fireworks", "pmpo"] as const;

export type ApiName = (typeof API_NAMES)[number];

/** How the server of a model is spoken to; null is left to pmpo. */
export interface EndpointSettings {
  /** Null: found out. */
  readonly api: ApiName | null;
  /** Name of the environment variable that holds the key; null: none is sent. */
  readonly key: string | null;
  /** Requests under way at the same time. */
  readonly concurrency: number | null;
  /** Tokens of prompts in one HTTP request at most. */
  readonly batchTokens: number | null;
  /** For one HTTP request. */
  readonly timeoutSeconds: number | null;
  /** How long requests are tried again while the server is away or busy. */
  readonly patienceSeconds: number | null;
}

/** Settings by the address of a model, as `endpointAddress` writes it. */
export type Endpoints = Readonly<Record<string, EndpointSettings>>;

/** What the name of an environment variable may look like, in a task file and behind `--key`. */
export const KEY_VARIABLE: RegExp = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Said of a key that does not look so; the text itself may be the key and is never shown. */
export const KEY_NO_VARIABLE = "name an environment variable here, not the key itself";

/** Everything left to pmpo. */
export const NO_SETTINGS: EndpointSettings = {
  api: null,
  key: null,
  concurrency: null,
  batchTokens: null,
  timeoutSeconds: null,
  patienceSeconds: null,
};

/** A model's settings; those of another model at the same server where it has none of its own. */
export function endpointSettings(endpoints: Endpoints, address: string): EndpointSettings {
  const { url } = parseEndpointAddress(address);
  const neighbour = Object.keys(endpoints).find((each) => parseEndpointAddress(each).url === url);
  return endpoints[address] ?? endpoints[neighbour ?? ""] ?? NO_SETTINGS;
}

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

/** The address of a model, always written the same way. */
export function endpointAddress({ url, model }: EndpointAddress): string {
  // Slashes and colons, as in `meta-llama/Llama-3.1-8B`, need no escape there.
  const escape = (text: string): string => text.replace(/[%\s#]/g, encodeURIComponent);
  return model === null ? url : `${url}#${escape(model)}`;
}
