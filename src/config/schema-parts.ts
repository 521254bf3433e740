import { z } from "zod";

/** A text that is not empty. */
export const someText: z.ZodType<string> = z.string().min(1);

/** A whole number from the given one up. */
export function wholeNumber(minimum: number): z.ZodType<number> {
  return z.int().min(minimum);
}

/** The schema's value, or null where the key is left out. */
export function orNull<T>(schema: z.ZodType<T>): z.ZodType<T | null> {
  return schema.optional().transform((value) => value ?? null);
}
