import { z } from "zod";
import type { Prices, TokenPrice } from "../core/prices.ts";
import { orNull, someText } from "./schema-parts.ts";

const amount: z.ZodType<number> = z.number().min(0);

const tokenPriceSchema: z.ZodType<TokenPrice> = z
  .strictObject({
    input: amount.describe("For a million tokens of requests."),
    cachedInput: orNull(amount).describe(
      "For a million tokens of beginnings that an earlier request had too; by default as input.",
    ),
    output: amount.describe("For a million tokens that the model writes."),
  })
  .describe("What a server bills for a million tokens of a model.");

/** What models and machine cost. */
export const pricesSchema: z.ZodType<Prices> = z
  .strictObject({
    currency: someText.default("USD").describe("Of all amounts, as they are to be named."),
    models: z
      .record(someText, tokenPriceSchema)
      .default({})
      .describe("Prices by the name of the model; one without a price costs nothing."),
    machineHour: amount.default(0).describe("What an hour of the machine costs."),
  })
  .describe("What models and machine cost: runs and their estimates then say it in money.");
