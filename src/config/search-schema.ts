import { z } from "zod";
import type { Budget, PromptLength, Racing, SearchSettings, SearchSpace } from "../core/task.ts";
import { orNull, wholeNumber } from "./schema-parts.ts";

const MAXIMUM_DEMONSTRATIONS = 8;

type DemonstrationCount = SearchSpace["demonstrations"];

const demonstrationsSchema: z.ZodType<DemonstrationCount> = z
  .union([
    z.boolean().transform((on) => ({ minimum: 0, maximum: on ? MAXIMUM_DEMONSTRATIONS : 0 })),
    wholeNumber(0).transform((count) => ({ minimum: count, maximum: count })),
    z
      .string()
      .regex(/^\d{1,4}\.\.\d{1,4}$/, 'expected a range such as "0..8"')
      .transform((range) => {
        const [minimum = 0, maximum = 0] = range.split("..").map(Number);
        return { minimum, maximum };
      }),
    z
      .strictObject({
        min: wholeNumber(0).default(0),
        max: wholeNumber(0).default(MAXIMUM_DEMONSTRATIONS),
      })
      .transform(({ min, max }) => ({ minimum: min, maximum: max })),
  ])
  .refine(({ minimum, maximum }) => minimum <= maximum, "the minimum is above the maximum")
  .describe("How many examples a prompt may show: true (0..8), false, a number, or a range 0..8.");

/** Which aspects of the prompt the search may change. */
export const searchSchema: z.ZodType<SearchSpace> = z
  .strictObject({
    instruction: z.boolean().default(true).describe("Whether the wording may change."),
    layout: z.boolean().default(true).describe("Whether the places of the parts may change."),
    demonstrations: demonstrationsSchema.prefault(true),
  })
  .describe("What the search may change; what is switched off keeps the start prompt's value.");

/** What the length of a prompt costs. */
export const lengthSchema: z.ZodType<PromptLength> = z
  .strictObject({
    penalty: z
      .number()
      .min(0)
      .default(0)
      .describe("Added to the loss for each token of the prompt, nats."),
    maximumTokens: orNull(wholeNumber(1)).describe(
      "A prompt with more tokens, demonstrations and input included, is refused; no limit by default.",
    ),
  })
  .describe("What the length of a prompt costs: a price, a limit, or both.");

/** Limits on the whole run. */
export const budgetSchema: z.ZodType<Budget> = z
  .strictObject({
    tokens: orNull(wholeNumber(1)).describe("Tokens of all requests; no limit by default."),
    seconds: orNull(z.number().gt(0)).describe(
      "No iteration begins after so many seconds of work; no limit by default.",
    ),
  })
  .describe("Limits after which the run stops with the best prompt so far.");

const RACING: Racing = { error: 0.1, smallestGain: 0.03, firstBlock: 6 };

const racingSchema: z.ZodType<Racing | null> = z
  .union([
    z.boolean().transform((on) => (on ? RACING : null)),
    z.strictObject({
      error: z
        .number()
        .gt(0)
        .lt(1)
        .default(RACING.error)
        .describe(
          "Chance, at most, that a given prompt makes a candidate drop that betters it by the smallest gain.",
        ),
      smallestGain: z
        .number()
        .min(0)
        .lt(1)
        .default(RACING.smallestGain)
        .describe(
          "The gain worth waiting for, as a share of the loss of the prompt to beat; 0: every one.",
        ),
      firstBlock: wholeNumber(1)
        .default(RACING.firstBlock)
        .describe("Examples scored before anything is decided."),
    }),
  ])
  .describe("Whether candidates that cannot win are dropped before all examples are scored.");

/** The numbers of the search, without the budget, which stands apart in the file. */
export const optimizerSchema: z.ZodType<Omit<SearchSettings, "budget">> = z
  .strictObject({
    maxIterations: wholeNumber(0).default(20).describe("Iterations, at most."),
    hardCases: wholeNumber(1).default(3).describe("Hardest examples shown to the rewriter."),
    rewritesPerHardCase: wholeNumber(1).default(4).describe("Rewrites asked for each of them."),
    maxParts: wholeNumber(1).default(5).describe("Parts of the prompt masked in turn, at most."),
    patience: wholeNumber(1)
      .default(5)
      .describe("Iterations without a lower loss after which the search stops."),
    rewriterForm: z
      .enum(["auto", "chat-large", "chat-small", "completion"])
      .default("auto")
      .describe("How the rewriter is asked; auto goes by the size of the model."),
    temperature: z.number().min(0).default(1).describe("Of the rewriter; 0 is greedy."),
    topP: z.number().gt(0).max(1).default(0.95).describe("Of the rewriter."),
    maxInstructionCharacters: wholeNumber(1)
      .default(4000)
      .describe("A longer instruction is refused."),
    quotes: z
      .enum(["refuse", "allow"])
      .default("refuse")
      .describe(
        "Whether a prompt may quote a training example (six words of its input, four of its answer, or a shorter input with its answer behind it).",
      ),
    racing: racingSchema.prefault(true),
    edits: z
      .boolean()
      .default(true)
      .describe("Whether edits that need no model are tried beside the rewriter's."),
    seed: wholeNumber(0).default(0).describe("Of everything that is drawn."),
  })
  .transform(({ temperature, topP, ...settings }) => ({
    ...settings,
    rewriterSampling: { temperature, topP },
  }))
  .describe("The numbers of the search.");
