import { InvalidArgumentError } from "@commander-js/extra-typings";

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
