import { InvalidArgumentError } from "@commander-js/extra-typings";
import { layoutFromName } from "../core/candidate.ts";
import { KEY_NO_VARIABLE, KEY_VARIABLE } from "../core/endpoint.ts";
import { usageError } from "../core/errors.ts";
import type { SearchSpace } from "../core/task.ts";
import { MINIMUM_CONTEXT_TOKENS } from "../config/config.ts";

/** The value of a flag that takes 0, 1, 2, … */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) {
    throw new InvalidArgumentError("Expected a whole number from 0 up.");
  }
  return value;
}

/** The value of a flag that takes 1, 2, 3, … */
export function countingNumber(text: string): number {
  if (wholeNumber(text) === 0) throw new InvalidArgumentError("Expected a whole number from 1 up.");
  return Number(text);
}

/** The value of `--port`. */
export function portNumber(text: string): number {
  if (wholeNumber(text) > 65_535) throw new InvalidArgumentError("Expected a port, 0 to 65535.");
  return Number(text);
}

/** The value of `--context-tokens`. */
export function contextTokens(text: string): number {
  if (wholeNumber(text) < MINIMUM_CONTEXT_TOKENS) {
    throw new InvalidArgumentError(`Expected a whole number from ${MINIMUM_CONTEXT_TOKENS} up.`);
  }
  return Number(text);
}

/** The value of `--key`. It may be the key itself by mistake, which commander's own error would print. */
export function keyVariable(text: string): string {
  if (KEY_VARIABLE.test(text)) return text;
  throw usageError("KEY_NOT_A_VARIABLE", `--key: ${KEY_NO_VARIABLE}`);
}

/** The value of `--layout`. */
export function layoutName(text: string): string {
  if (layoutFromName(text) === null) {
    throw new InvalidArgumentError(
      "Allowed choices are system, user, user-last, plain, plain(Input name/Output name).",
    );
  }
  return text;
}

/** The value of `--demonstrations`: a number, or the least and the most of them. */
export function demonstrationRange(text: string): SearchSpace["demonstrations"] {
  const [, least, most] = /^(\d{1,3})(?:\.\.(\d{1,3}))?$/.exec(text) ?? [];
  const range = { minimum: Number(least), maximum: Number(most ?? least) };
  if (least === undefined || range.minimum > range.maximum) {
    throw new InvalidArgumentError("Expected a number or a range such as 0..8.");
  }
  return range;
}

/** The value of a flag that takes a number from 0 up. */
export function amount(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError("Expected a number from 0 up.");
  }
  return value;
}
