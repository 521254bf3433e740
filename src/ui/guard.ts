import { createHash, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";

/** Who may ask the server anything. */
export interface Door {
  /** What the address given to the user holds. */
  readonly token: string;
  /** Where the server listens. */
  readonly port: () => number;
}

/**
 * Lets in who has the token, by the address or afterwards by a cookie. Other machines and sites are
 * kept out before that: a name that was made to point here (DNS rebinding) is not in the Host
 * header that we accept, and another site's page names itself in Origin.
 */
export function guard({ token, port }: Door): MiddlewareHandler {
  return async (context, next) => {
    const hosts = [`127.0.0.1:${port()}`, `localhost:${port()}`];
    const host = context.req.header("host") ?? "";
    if (!hosts.includes(host)) {
      return refuse(context, 403, "This server answers at its own address only.");
    }
    const origin = context.req.header("origin");
    const isWriting = context.req.method !== "GET" && context.req.method !== "HEAD";
    if (origin === undefined ? isWriting : origin !== `http://${host}`) {
      return refuse(context, 403, "This request comes from another site.");
    }
    const cookie = `pmpo-${port()}`;
    const fromAddress = context.req.query("token");
    if (fromAddress !== undefined && isSame(fromAddress, token)) {
      setCookie(context, cookie, token, { httpOnly: true, sameSite: "Strict", path: "/" });
    } else if (!isSame(getCookie(context, cookie) ?? "", token)) {
      return refuse(context, 401, "Open the address that pmpo ui printed: it holds the key.");
    }
    await next();
    return undefined;
  };
}

function refuse(context: Context, status: 401 | 403, message: string): Response {
  return context.text(`${message}\n`, status);
}

/** In a time that says nothing about where two texts differ, or how long the right one is. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
