import { z } from "zod";
import { MINIMUM_CONTEXT_TOKENS, type WrittenConfig } from "./config.ts";
import { contradictingRoles, endpointsOf, pricesByAddress } from "./model-roles.ts";
import { modelSchema } from "./model-schema.ts";
import { PRESETS } from "./presets.ts";
import { dataSchema } from "./data-schema.ts";
import { promptSchema } from "./prompt-schema.ts";
import { orNull, someText, wholeNumber } from "./schema-parts.ts";
import { metricSchema } from "./metric-schema.ts";
import { pricesSchema } from "./prices-schema.ts";
import { objectiveSchema } from "./objective-schema.ts";
import { budgetSchema, lengthSchema, optimizerSchema, searchSchema } from "./search-schema.ts";

const answerSchema: z.ZodType<string> = z
  .union([someText, z.number(), z.boolean()])
  .transform(String);

const optionsSchema: z.ZodType<readonly string[]> = z
  .array(answerSchema)
  .min(2)
  .refine((options) => new Set(options).size === options.length, "an answer is listed twice");

/** The whole task file: checks it, fills in its defaults and gives every setting one shape. */
export const configSchema: z.ZodType<WrittenConfig> = z
  .strictObject({
    preset: z
      .enum(PRESETS)
      .default("fast")
      .describe(
        "Ready-made settings under those written: fast, or paper (the published algorithm).",
      ),
    name: orNull(someText).describe("Name of the task; by default its folder's."),
    description: z.string().default("").describe("What the prompt is for, told to the rewriter."),
    model: modelSchema
      .prefault("smollm2-135m")
      .describe(
        "The model to find a prompt for: a name, an hf: address, a .gguf file or a model at a server.",
      ),
    rewriter: orNull(modelSchema).describe("The model that rewrites prompts; by default the same."),
    threads: orNull(wholeNumber(1)).describe("By default one for each physical core."),
    gpu: z.enum(["auto", "off"]).default("auto").describe("Whether a graphics card may be used."),
    contextTokens: orNull(wholeNumber(MINIMUM_CONTEXT_TOKENS)).describe(
      "Length of the context, in tokens.",
    ),
    overflow: z
      .enum(["error", "drop-demonstrations"])
      .default("error")
      .describe("What to do with an example that does not fit the context."),
    prompt: promptSchema,
    data: dataSchema,
    answers: orNull(z.enum(["generated", "chosen"])).describe(
      "How your program reads answers: written out by the model, or chosen among options by likelihood.",
    ),
    options: orNull(optionsSchema).describe("The legal answers, where the set is closed."),
    metric: orNull(metricSchema),
    objective: orNull(objectiveSchema),
    length: lengthSchema.prefault({}),
    search: searchSchema.prefault({}),
    optimizer: optimizerSchema.prefault({}),
    budget: budgetSchema.prefault({}),
    prices: orNull(pricesSchema),
  })
  .superRefine((config, context) => {
    for (const path of contradictingRoles(config)) {
      const message = "the same model stands here with other settings than elsewhere in the file";
      context.addIssue({ code: "custom", path: [...path], message });
    }
  })
  .transform(({ optimizer, budget, model, rewriter, metric, prices, ...config }) => {
    const models = [model, rewriter, metric?.judge ?? null].filter((each) => each !== null);
    return {
      ...config,
      metric: metric?.metric ?? null,
      model: model.name,
      rewriter: rewriter?.name ?? null,
      endpoints: endpointsOf(models),
      prices: prices === null ? null : pricesByAddress(prices, models),
      optimizer: { ...optimizer, budget },
    };
  });
