import { z } from "zod";
import { EXACT, FINAL_NUMBER, JUDGE, type Metric } from "../core/metric.ts";
import { modelSchema, type WrittenModel } from "./model-schema.ts";
import { orNull, someText } from "./schema-parts.ts";

/** A metric, and its judge as the task file names it; null: none of its own. */
export interface WrittenMetric {
  readonly metric: Metric;
  readonly judge: WrittenModel | null;
}

const NAMED: Readonly<Record<string, Metric>> = {
  exact: EXACT,
  "final-number": FINAL_NUMBER,
  letter: { kind: "letter" },
  contains: { kind: "contains" },
  f1: { kind: "f1" },
  "rouge-l": { kind: "rouge-l" },
  judge: JUDGE,
};

const metricMapping: z.ZodType<WrittenMetric> = z
  .strictObject({
    exact: z
      .strictObject({
        normalise: z
          .boolean()
          .default(true)
          .describe(
            "Whether case, blanks, outer quotation marks and a final full stop are ignored.",
          ),
      })
      .optional(),
    finalNumber: z
      .strictObject({ tolerance: z.number().min(0).default(0).describe("Difference allowed.") })
      .optional(),
    regex: someText.optional().describe("What it finds, or its first group, is the answer."),
    flags: z
      .string()
      .regex(/^[imsu]*$/, "expected letters out of i, m, s, u")
      .optional()
      .describe("Of the regular expression."),
    jsonField: someText.optional().describe("Field of the JSON in the answer; dots lead inside."),
    judge: z
      .strictObject({
        model: orNull(modelSchema).describe("The judge; by default the model that answers."),
        question: orNull(someText).describe(
          "Asked about answer and reference, to be answered Yes or No; by default whether they say the same.",
        ),
      })
      .optional(),
    module: someText.optional().describe("A module with a function (answer, example) => score."),
    export: someText.optional().describe("Name of that function; by default `default`."),
  })
  .superRefine((mapping, context) => {
    const kinds = KINDS.filter((kind) => mapping[kind] !== undefined);
    if (kinds.length !== 1) {
      context.addIssue({ code: "custom", message: `name exactly one of ${KINDS.join(", ")}` });
    }
    const { regex, flags, module: path, export: name } = mapping;
    if (regex !== undefined && !isPattern(regex, flags)) {
      context.addIssue({ code: "custom", path: ["regex"], message: "not a regular expression" });
    }
    if (flags !== undefined && regex === undefined) {
      context.addIssue({ code: "custom", path: ["flags"], message: "flags belong to a regex" });
    }
    if (name !== undefined && path === undefined) {
      context.addIssue({ code: "custom", path: ["export"], message: "export belongs to a module" });
    }
  })
  .transform((mapping): WrittenMetric => {
    const { judge } = mapping;
    if (judge === undefined) return { metric: metricOf(mapping), judge: null };
    const { model, question } = judge;
    return { metric: { kind: "judge", model: model?.name ?? null, question }, judge: model };
  });

/** The keys of a metric that asks no judge. */
interface MetricMapping {
  readonly exact?: { readonly normalise: boolean } | undefined;
  readonly finalNumber?: { readonly tolerance: number } | undefined;
  readonly regex?: string | undefined;
  readonly flags?: string | undefined;
  readonly jsonField?: string | undefined;
  readonly module?: string | undefined;
  readonly export?: string | undefined;
}

function metricOf(mapping: MetricMapping): Metric {
  const { exact, finalNumber, regex, flags = "", jsonField, module: path } = mapping;
  if (exact !== undefined) return { kind: "exact", ...exact };
  if (finalNumber !== undefined) return { kind: "final-number", ...finalNumber };
  if (regex !== undefined) return { kind: "regex", pattern: regex, flags };
  if (jsonField !== undefined) return { kind: "json-field", field: jsonField };
  return { kind: "module", path: path ?? "", exportName: mapping.export ?? "default" };
}

const KINDS = ["exact", "finalNumber", "regex", "jsonField", "judge", "module"] as const;

/** How a generated answer is compared with the known good one. */
export const metricSchema: z.ZodType<WrittenMetric> = z
  .union([
    z
      .enum(["exact", "final-number", "letter", "contains", "f1", "rouge-l", "judge"])
      .transform((name): WrittenMetric => ({ metric: NAMED[name] ?? EXACT, judge: null })),
    metricMapping,
  ])
  .describe(
    "How a generated answer is compared with the known good one: exact, final-number, letter (of a multiple choice), contains, f1, rouge-l, judge (a model compares the two), or a mapping with regex, jsonField, judge, module.",
  );

function isPattern(text: string, flags: string | undefined): boolean {
  try {
    return new RegExp(text, flags) instanceof RegExp;
  } catch {
    return false;
  }
}
