import { expect, test } from "vitest";
import { statusError } from "./http-error.ts";
import { Patience } from "./patience.ts";

const NOTHING_ELSE = { body: "", retryAfter: null, location: null };
const busy = statusError("request", { status: 503, ...NOTHING_ELSE });
const failed = statusError("request", { status: 500, ...NOTHING_ELSE });
const refused = statusError("request", { status: 400, ...NOTHING_ELSE });

test("patience begins with the first failure, however late that comes", () => {
  let now = 600_000;
  const patience = new Patience(1000, () => now);
  expect(patience.leftMs).toBe(1000);
  expect(patience.allows(busy)).toBe(true);
  now += 999;
  expect(patience.allows(busy)).toBe(true);
  expect(patience.leftMs).toBe(1);
  now += 1;
  expect(patience.allows(busy)).toBe(false);
});

test("what failed three times in a row is not tried again", () => {
  const patience = new Patience(1000, () => 0);
  const allowed = [failed, failed, failed, failed].map((error) => patience.allows(error));
  expect(allowed).toEqual([true, true, true, false]);
});

test("failures that were waited for do not count among those of few retries", () => {
  const patience = new Patience(1000, () => 0);
  const errors = [busy, busy, busy, busy, failed, failed, busy, failed, failed, failed, failed];
  const allowed = errors.map((error) => patience.allows(error));
  expect(allowed.slice(0, -1)).not.toContain(false);
  expect(allowed.at(-1)).toBe(false);
});

test("what can never succeed is not tried again", () => {
  expect(new Patience(1000, () => 0).allows(refused)).toBe(false);
});
