import type { Refusal } from "../../report/live.ts";

/** What the server said to a request that it refused, or that it is gone. */
export class Refused extends Error {
  readonly hint: string | null;

  constructor({ message, hint }: Refusal) {
    super(message);
    this.hint = hint;
  }
}

/** Asks the server for a document. */
export function get<T>(path: string): Promise<T> {
  return ask<T>(path, { method: "GET" });
}

/** Asks the server to do something. */
export function post<T>(path: string, body: unknown = {}): Promise<T> {
  return ask<T>(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** Trusts the answer: it comes from the server that served this page. */
async function ask<T>(path: string, request: RequestInit): Promise<T> {
  const response = await fetch(path, request).catch(() => {
    throw new Refused({
      message: "The server does not answer",
      hint: "Is pmpo ui still running in its terminal?",
    });
  });
  if (response.ok) return (await response.json()) as T;
  throw new Refused(await refusalOf(response));
}

async function refusalOf(response: Response): Promise<Refusal> {
  const text = await response.text();
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json") === true;
  return isJson ? (JSON.parse(text) as Refusal) : { message: text, hint: null };
}
