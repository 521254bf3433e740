import { expect, test } from "vitest";
import { NO_SETTINGS } from "../core/endpoint-settings.ts";
import type { PmpoError } from "../core/errors.ts";
import { endpointOptions } from "./open-endpoint.ts";

const ADDRESS = "http://h:1#toy";

function keyFrom(key: string, environment: NodeJS.ProcessEnv): string | null {
  const endpoints = { [ADDRESS]: { ...NO_SETTINGS, key } };
  return endpointOptions({ name: ADDRESS, endpoints, contextTokens: null }, { environment }).key;
}

function failureOf(work: () => unknown): PmpoError {
  try {
    work();
  } catch (error) {
    return error as PmpoError;
  }
  throw new Error("nothing was refused");
}

test("the key is what the variable holds", () => {
  expect(keyFrom("my_key", { my_key: " sk-1\n" })).toBe("sk-1");
});

test("a variable that is not set is named, unless it may be the key itself", () => {
  const missing = failureOf(() => keyFrom("MY_KEY", {}));
  expect(missing).toMatchObject({ kind: "usage", code: "ENDPOINT_KEY_MISSING" });
  expect(missing.message).toContain("MY_KEY");
  const { message, hint } = failureOf(() => keyFrom("sk_live_0123", {}));
  expect(`${message} ${hint}`).not.toContain("sk_live_0123");
  expect(hint).toContain("not the key itself");
});

test("a server that is only chatted with is refused where answers are scored", () => {
  const endpoints = { [ADDRESS]: { ...NO_SETTINGS, api: "chat" as const } };
  const choice = { name: ADDRESS, endpoints, contextTokens: null };
  const error = failureOf(() => endpointOptions(choice, { environment: {} }));
  expect(error).toMatchObject({ kind: "model", code: "MODEL_ONLY_WRITES" });
  expect(error.message).toContain(ADDRESS);
});
