import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { usageError } from "../core/errors.ts";
import { ApiError } from "./api-error.ts";

/** Whether an address can be reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

/** Refuses to listen where others can ask, unless they need a key. Throws a PmpoError. */
export function checkReach(host: string, key: string | null): void {
  if (key !== null || isLoopback(host)) return;
  throw usageError(
    "SERVE_NEEDS_KEY",
    `${host} can be reached from other machines, and no key is asked for`,
    "Put a key into an environment variable and name that with --key-env, or leave out --host.",
  );
}

/** Refuses requests that came by another name: a page of the web whose name was made to point here. */
export function localNamesOnly(): MiddlewareHandler {
  return async (context, next) => {
    const host = (context.req.header("host") ?? "").replace(/:\d+$/, "");
    if (!isLoopback(host)) {
      throw new ApiError(
        403,
        `This server answers on this machine only, and not as ${host || "nobody"}`,
        {
          type: "permission_error",
          code: "host_not_allowed",
        },
      );
    }
    await next();
  };
}

/** Refuses requests without the key; how long that takes says nothing about it. */
export function keyOnly(key: string): MiddlewareHandler {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  const expected = digest(`Bearer ${key}`);
  return async (context, next) => {
    const sent = context.req.header("authorization") ?? "";
    if (!timingSafeEqual(digest(sent), expected)) {
      throw new ApiError(
        401,
        sent === "" ? "This server needs a key: Authorization: Bearer KEY" : "The key is wrong",
        { type: "authentication_error", code: "invalid_api_key" },
      );
    }
    await next();
  };
}
