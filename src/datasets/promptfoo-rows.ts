import type { Example } from "../core/example.ts";
import type { BuiltInMetric } from "../core/metric.ts";
import { type Row, rowError } from "./row.ts";

/** Assertions that name a known good answer, and the metric that compares alike. */
const METRICS: Readonly<Record<string, BuiltInMetric>> = {
  equals: { kind: "exact", normalise: false },
  contains: { kind: "contains" },
  icontains: { kind: "contains" },
};

/** A test case of a promptfoo file: its variables are the inputs, what it asserts the answer. */
export function readPromptfooRow(row: Row): Example {
  const inputs = readVariables(row);
  const { value } = assertionOf(row);
  return { id: String(row.number), inputs, target: textOf(row, "assert", value) };
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

/** A check that every test has the variables of the first it saw: a prompt names them all. */
export function sameVariables(): (row: Row) => void {
  let first: string | undefined;
  return (row) => {
    const names = variablesOf(row).toSorted().join(", ");
    first ??= names;
    if (names === first) return;
    throw rowError(
      row,
      "DATA_VARIABLES_DIFFER",
      `the test has the variables ${names}, the first one ${first}`,
      "Give every test the same variables.",
    );
  };
}

/** The names of a test's variables, in the file's order. */
export function variablesOf({ values }: Row): readonly string[] {
  return Object.keys(values["vars"] ?? {});
}

/** The metric that fits the tests: the one that all of them assert, else the more forgiving. */
export function promptfooMetric(rows: readonly Row[]): BuiltInMetric {
  const metrics = rows.map((row) => METRICS[assertionOf(row).type] as BuiltInMetric);
  return metrics.find(({ kind }) => kind === "contains") ?? (metrics[0] as BuiltInMetric);
}

function assertionOf(row: Row): { readonly type: string; readonly value: unknown } {
  const { assert } = row.values;
  const assertions = Array.isArray(assert) ? assert : [];
  for (const each of assertions as readonly unknown[]) {
    if (!isMapping(each)) continue;
    const { type, value } = each;
    if (typeof type === "string" && Object.hasOwn(METRICS, type)) return { type, value };
  }
  throw rowError(
    row,
    "DATA_ASSERTION_MISSING",
    `the test asserts no known answer (${Object.keys(METRICS).join(", ")})`,
    "Assertions of other kinds do not say what the answer is.",
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

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
