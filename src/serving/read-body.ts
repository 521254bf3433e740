import type { z } from "zod";
import { ApiError } from "./api-error.ts";

/** The JSON value of a request's body. Rejects with an ApiError where it has none. */
export async function readJson(request: Request): Promise<unknown> {
  // Any page in a browser may send other types to a server on the same machine, but not this one.
  if (!/^application\/json\b/i.test(request.headers.get("content-type") ?? "")) {
    throw new ApiError(
      415,
      "The body must be JSON, with the header content-type: application/json",
    );
  }
  const text = await request.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ApiError(400, "The body is not JSON", { code: "invalid_json" });
  }
}

/** The value as the schema has it. Throws an ApiError that names the first field that is wrong. */
export function checkFields<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw fieldError(parsed.error.issues[0]);
}

function fieldError(issue: z.core.$ZodIssue | undefined): ApiError {
  const path = issue?.path ?? [];
  if (issue?.code === "unrecognized_keys") {
    const param = fieldName([...path, issue.keys[0] ?? ""]);
    return new ApiError(400, `${param}: this server does not support it`, {
      param,
      code: "unsupported_parameter",
    });
  }
  const param = path.length === 0 ? null : fieldName(path);
  const message = issue?.message ?? "not as expected";
  return new ApiError(400, param === null ? `The body: ${message}` : `${param}: ${message}`, {
    param,
    code: "invalid_value",
  });
}

/** `messages[0].content`. */
function fieldName(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, part) => {
    if (typeof part === "number") return `${name}[${part}]`;
    return name === "" ? String(part) : `${name}.${String(part)}`;
  }, "");
}
