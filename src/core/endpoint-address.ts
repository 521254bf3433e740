import { usageError } from "./errors.ts";

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
      `${address}: not the address of a server`,
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
  const model = decodeURIComponent(parsed.hash.slice(1));
  return { url: `${parsed.origin}${path}`, model: model === "" ? null : model };
}

/** The address of a model, always written the same way. */
export function endpointAddress({ url, model }: EndpointAddress): string {
  // Slashes and colons, as in `meta-llama/Llama-3.1-8B`, need no escape there.
  const escape = (text: string): string => text.replace(/[%\s#]/g, encodeURIComponent);
  return model === null ? url : `${url}#${escape(model)}`;
}
