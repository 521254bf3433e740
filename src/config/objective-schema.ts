import { z } from "zod";
import {
  ACCURACY,
  AFTER_REASONING,
  CROSS_ENTROPY,
  DECISION,
  PREFERENCE,
} from "../core/objective.ts";
import type { WrittenObjective } from "./config.ts";
import { OBJECTIVE_NAMES, type ObjectiveName } from "./objective-names.ts";
import { wholeNumber } from "./schema-parts.ts";

const weight = z.number().min(0);

const crossEntropySchema = z.strictObject({
  per: z
    .enum(["answer", "token", "byte"])
    .default("answer")
    .describe("Summed over the answer, or its mean per token or byte."),
  references: z
    .enum(["target", "best", "sum"])
    .default("target")
    .describe("Of several right answers: the target, the likeliest, or all together."),
});

const decisionSchema = z.strictObject({
  formatWeight: weight
    .default(DECISION.formatWeight)
    .describe("Weight of the loss of saying no legal answer at all."),
  priorCorrection: z
    .boolean()
    .default(false)
    .describe("Whether what an option is worth without an input is taken off."),
});

const contrastSchema = z.strictObject({
  negatives: z
    .enum(["others", "generated", "data"])
    .default("others")
    .describe("Wrong answers: targets of other examples, the model's own, or those in the data."),
  count: wholeNumber(1).default(4).describe("Wrong answers an example, at most."),
  crossEntropyWeight: weight.default(0).describe("Weight of the cross-entropy beside it."),
});

const mutualInformationSchema = z.strictObject({
  crossEntropyWeight: weight.default(0).describe("Weight of the cross-entropy beside it."),
});

const preferenceSchema = z
  .strictObject({
    form: z
      .enum(["logistic", "dpo", "simpo", "ipo"])
      .default(PREFERENCE.form)
      .describe(
        "The paper's logistic loss, DPO against the start prompt, SimPO per token, or IPO.",
      ),
    beta: z.number().positive().default(PREFERENCE.beta).describe("Sharpness of the preference."),
    margin: weight.default(PREFERENCE.margin).describe("SimPO's margin."),
  })
  .refine(({ form, margin }) => form === "simpo" || margin === 0, {
    path: ["margin"],
    message: "a margin belongs to form: simpo",
  });

const afterReasoningSchema = z
  .strictObject({
    samples: wholeNumber(1)
      .default(AFTER_REASONING.samples)
      .describe("Reasonings drawn for each example."),
    reasoningTokens: wholeNumber(1)
      .default(AFTER_REASONING.reasoningTokens)
      .describe("Length of a reasoning, at most."),
    temperature: z
      .number()
      .min(0)
      .default(AFTER_REASONING.temperature)
      .describe("At which reasonings are drawn; 0 takes the likeliest."),
    cue: z
      .string()
      .refine((cue) => cue.trim() !== "", "expected words that begin the answer, got blanks")
      .default(AFTER_REASONING.cue)
      .describe("Text that ends the reasoning and begins the answer."),
  })
  .refine(({ samples, temperature }) => samples === 1 || temperature > 0, {
    path: ["temperature"],
    message: "at 0 every reasoning is the same; write samples: 1 beside it",
  });

/** Objectives with nothing to say about them, by name. */
const NAMED: Readonly<Record<ObjectiveName, WrittenObjective>> = {
  "cross-entropy": CROSS_ENTROPY,
  decision: DECISION,
  contrast: { kind: "contrast", ...contrastSchema.parse({}) },
  "mutual-information": { kind: "mutual-information", ...mutualInformationSchema.parse({}) },
  preference: PREFERENCE,
  "answer-after-reasoning": { kind: "answer-after-reasoning", ...afterReasoningSchema.parse({}) },
  accuracy: ACCURACY,
};

/** The objective of that name, with nothing said about it. */
export function namedObjective(name: ObjectiveName): WrittenObjective {
  return NAMED[name];
}

const objectiveMapping: z.ZodType<WrittenObjective> = z
  .strictObject({
    crossEntropy: crossEntropySchema.optional(),
    decision: decisionSchema.optional(),
    contrast: contrastSchema.optional(),
    mutualInformation: mutualInformationSchema.optional(),
    preference: preferenceSchema.optional(),
    answerAfterReasoning: afterReasoningSchema.optional(),
  })
  .refine((mapping) => Object.keys(mapping).length === 1, "name exactly one objective")
  .transform((mapping): WrittenObjective => {
    const { crossEntropy, decision, contrast, mutualInformation, preference } = mapping;
    const { answerAfterReasoning } = mapping;
    if (decision !== undefined) return { kind: "decision", ...decision };
    if (contrast !== undefined) return { kind: "contrast", ...contrast };
    if (preference !== undefined) return { kind: "preference", ...preference };
    if (mutualInformation !== undefined) {
      return { kind: "mutual-information", ...mutualInformation };
    }
    if (answerAfterReasoning !== undefined) {
      return { kind: "answer-after-reasoning", ...answerAfterReasoning };
    }
    return { ...CROSS_ENTROPY, ...crossEntropy };
  });

/** What the search minimises. */
export const objectiveSchema: z.ZodType<WrittenObjective> = z
  .union([z.enum(OBJECTIVE_NAMES).transform(namedObjective), objectiveMapping])
  .describe(
    "What the search minimises: cross-entropy of the answer; decision (picking the right one of a closed set); contrast with wrong answers; mutual-information of input and answer; preference of chosen over rejected answers; answer-after-reasoning, the cross-entropy behind reasoning that the model writes first; accuracy of the answers that the model writes, for models without log-probabilities.",
  );
