import type { HttpClient } from "../http/http-client.ts";

/**
 * What the SDK takes for the network: its requests go through our client, which alone knows of
 * queue, retries, timeouts and secrets. Failures reject with the client's own errors.
 */
export function sdkFetch(client: HttpClient): typeof globalThis.fetch {
  return async (input, init = {}) => {
    const url = input instanceof Request ? input.url : String(input);
    if (typeof init.body !== "string") throw new TypeError("the SDK posts JSON as text");
    const { "content-type": _type, ...headers } = Object.fromEntries(new Headers(init.headers));
    const json = await client.send(
      {
        path: url.slice(client.url.length),
        body: JSON.parse(init.body),
        headers,
      },
      init.signal ? { signal: init.signal } : {},
    );
    return Response.json(json);
  };
}
