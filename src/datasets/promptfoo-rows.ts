import type { Example } from "../core/example.ts";
import type { BuiltInMetric } from "../core/metric.ts";
import { type Row, rowError } from "./row.ts";

/** Assertions that name known good answers, and the metric that compares alike. */
const METRICS: Readonly<Record<string, BuiltInMetric>> = {
  equals: { kind: "exact", normalise: false },
  contains: { kind: "contains" },
  icontains: { kind: "contains" },
  "contains-any": { kind: "contains" },
  "icontains-any": { kind: "contains" },
};

/** An assertion that names a known good answer, or several of which each is right. */
export interface AnswerAssertion {
  readonly type: string;
  readonly value: unknown;
}

export function isAnswer(assertion: unknown): assertion is AnswerAssertion {
  if (!isMapping(assertion)) return false;
  const { type } = assertion;
  return typeof type === "string" && Object.hasOwn(METRICS, type);
}

/** A test case of a promptfoo file: its variables are the inputs, what it asserts the answer. */
export function readPromptfooRow(row: Row): Example {
  const inputs = readVariables(row);
  const [target = "", ...accept] = answersOf(assertionOf(row)).map((answer) =>
    textOf(row, "assert", answer),
  );
  return {
    id: row.variation === undefined ? `${row.number}` : `${row.number}.${row.variation}`,
    inputs,
    target,
    ...(accept.length === 0 ? {} : { accept }),
  };
}

/** All that are right; of a list in one text, the parts between commas outside double quotes. */
function answersOf({ type, value }: AnswerAssertion): readonly unknown[] {
  if (!type.endsWith("-any")) return [value];
  if (typeof value !== "string") return Array.isArray(value) ? value : [value];
  const parts = value.match(/\s*"[^"]*"\s*|[^,]+/g) ?? [value];
  return parts.map((part) => part.trim().replace(/^"(.*)"$/, "$1"));
}

/** The variables of a test, which must have some. */
export function readVariables(row: Row): Readonly<Record<string, string>> {
  const { vars } = row.values;
  if (!isMapping(vars) || Object.keys(vars).length === 0) {
    throw rowError(row, "DATA_FIELD_MISSING", 'the test has no "vars"');
  }
  const inputs = Object.entries(vars).map(([name, value]) => [name, textOf(row, name, value)]);
  return Object.fromEntries(inputs) as Record<string, string>;
}

/** The variables of tests that are seen one after another, which all must have the same. */
export interface CommonVariables {
  /** Refuses a test whose variables are not those of the first. */
  readonly check: (row: Row) => void;
  /** Of the first test, in the file's order. */
  readonly names: () => readonly string[];
}

/** Watches over tests: a prompt names all variables, so every test has to have them. */
export function commonVariables(): CommonVariables {
  let first: readonly string[] | undefined;
  const listed = (names: readonly string[]): string => names.toSorted().join(", ");
  return {
    check: (row) => {
      const names = Object.keys(row.values["vars"] ?? {});
      first ??= names;
      if (listed(names) === listed(first)) return;
      throw rowError(
        row,
        "DATA_VARIABLES_DIFFER",
        `the test has the variables ${listed(names)}, the first one ${listed(first)}`,
        "Give every test the same variables.",
      );
    },
    names: () => first ?? [],
  };
}

/** The metric that fits what a test asserts. */
export function assertedMetric(row: Row): BuiltInMetric {
  return METRICS[assertionOf(row).type] as BuiltInMetric;
}

/** A test can be graded against one assertion; one that every right answer has to pass beside it would be lost. */
function assertionOf(row: Row): AnswerAssertion {
  const { assert } = row.values;
  const [first, ...others] = (Array.isArray(assert) ? assert : []).filter(isAnswer);
  if (first === undefined) {
    throw rowError(
      row,
      "DATA_ASSERTION_MISSING",
      `the test asserts no known answer (${Object.keys(METRICS).join(", ")})`,
      "Assertions of other kinds do not say what the answer is.",
    );
  }
  const another = others.find(({ value }) => JSON.stringify(value) !== JSON.stringify(first.value));
  if (another === undefined) return first;
  throw rowError(
    row,
    "DATA_ASSERTIONS_SEVERAL",
    `the test asserts two answers, ${JSON.stringify(first.value)} (${first.type}) and ${JSON.stringify(another.value)} (${another.type})`,
    "Leave one of them, or write contains-any where each of them is right alone.",
  );
}

function textOf(row: Row, name: string, value: unknown): string {
  if (typeof value === "string") {
    if (!value.startsWith("file://")) return value;
    throw rowError(row, "DATA_FIELD_TYPE", `"${name}" names a file; write its text instead`);
  }
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw rowError(row, "DATA_FIELD_TYPE", `"${name}" is no text`);
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
