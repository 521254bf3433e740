import { type Outcome, startPmpo, type Surroundings } from "./pmpo.ts";

/** SmolLM2 in half precision: numbers hardly depend on what is computed together. */
export const SERVED_MODEL = "smollm2-135m:f16";

/** `pmpo serve` as a process of its own. */
export interface Serving extends AsyncDisposable {
  readonly url: string;
  readonly model: string;
  readonly outcome: Promise<Outcome>;
  signal(name: NodeJS.Signals): void;
}

/** Starts the built `pmpo serve` on a free port, and waits until it listens. */
export async function startServing(
  args: readonly string[],
  surroundings: Surroundings,
): Promise<Serving> {
  const { child, outcome } = startPmpo(
    ["serve", "--model", SERVED_MODEL, "--port", "0", "--threads", "1", "--json", ...args],
    surroundings,
  );
  const announced = new Promise<string>((resolve) => {
    child.stdout?.once("data", (text: string) => resolve(text));
  });
  const failed = outcome.then(({ stderr }) => Promise.reject(new Error(stderr)));
  const { url, model } = JSON.parse(await Promise.race([announced, failed])) as Serving;
  // From here on a test says how it ends.
  failed.catch(() => {});
  return {
    url,
    model,
    outcome,
    signal: (name) => child.kill(name),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await outcome;
    },
  };
}

/** Sends JSON. */
export function post(
  { url }: Serving,
  path: string,
  body: object,
  init: { readonly headers?: Record<string, string>; readonly signal?: AbortSignal } = {},
): Promise<Response> {
  const headers = { "content-type": "application/json", ...init.headers };
  return fetch(`${url}${path}`, {
    ...init,
    method: "POST",
    body: JSON.stringify(body),
    headers,
  });
}

/** The error of a refusal, with its status. */
export async function refusal(response: Response): Promise<object> {
  const { error } = (await response.json()) as { readonly error: object };
  return { status: response.status, ...error };
}
