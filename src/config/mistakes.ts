import type { z } from "zod";
import { configJsonSchema } from "./json-schema.ts";
import { keysAt, sectionsWith } from "./known-keys.ts";
import { didYouMean } from "../core/nearest-name.ts";

type Issue = z.core.$ZodIssue;

/** One thing that is wrong with a task file. */
export interface Mistake {
  /** From the top of the document to the value, or to the unknown key. */
  readonly path: readonly PropertyKey[];
  /** Whether the key itself is wrong, and not what stands under it. */
  readonly atKey: boolean;
  /** For people, without the path. */
  readonly text: string;
}

/** What zod found, in words for whoever wrote the file. */
export function mistakesOf(issues: readonly Issue[]): readonly Mistake[] {
  return issues.flatMap((issue) => mistakesIn(issue, []));
}

/** `prompt.messages[1].role` */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      return index === 0 ? String(step) : `.${String(step)}`;
    })
    .join("");
}

function mistakesIn(issue: Issue, parent: readonly PropertyKey[]): readonly Mistake[] {
  const path = [...parent, ...issue.path];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        atKey: true,
        text: unknownKey(key, path),
      }));
    case "invalid_union": {
      const fitting = issue.errors.filter((issues) => !issues.some(isOtherKind));
      const [alternative] = fitting;
      return alternative === undefined
        ? [
            {
              path,
              atKey: false,
              text: expectation(issue.errors.flat().filter(isAtTop), issue.input),
            },
          ]
        : alternative.flatMap((inner) => mistakesIn(inner, path));
    }
    case "invalid_type":
    case "invalid_value":
      return [{ path, atKey: false, text: expectation([issue], issue.input) }];
    case "too_small":
      return [{ path, atKey: false, text: tooSmall(issue) }];
    case "too_big":
      return [
        {
          path,
          atKey: false,
          text: `expected at most ${issue.maximum}, got ${describe(issue.input)}`,
        },
      ];
    case "invalid_key":
      return [{ path, atKey: true, text: "a name must not be empty" }];
    case "invalid_format":
    case "not_multiple_of":
    case "invalid_element":
    case "custom":
      return [{ path, atKey: false, text: issue.message }];
  }
}

function unknownKey(key: string, path: readonly PropertyKey[]): string {
  const schema = configJsonSchema();
  const suggestion = didYouMean(key, keysAt(schema, path));
  if (suggestion !== "") return `unknown key${suggestion}`;
  const [elsewhere] = sectionsWith(schema, key);
  if (elsewhere !== undefined) return `unknown key; did you mean "${elsewhere}"?`;
  return `unknown key; the keys here are ${keysAt(schema, path).join(", ")}`;
}

/** Whether the value is of another kind than this alternative of a union is about. */
function isOtherKind(issue: Issue): boolean {
  if (!isAtTop(issue)) return false;
  if (issue.code === "invalid_type")
    return issue.expected !== "int" || typeof issue.input !== "number";
  return (
    issue.code === "invalid_value" &&
    issue.values.every((value) => typeof value !== typeof issue.input)
  );
}

function isAtTop(issue: Issue): boolean {
  return issue.path.length === 0;
}

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
};

function expectation(issues: readonly Issue[], input: unknown): string {
  if (input === undefined) return "missing";
  const kinds = issues.flatMap((issue) => {
    if (issue.code === "invalid_type") return [KINDS[issue.expected] ?? issue.expected];
    return issue.code === "invalid_value" ? issue.values.map((value) => JSON.stringify(value)) : [];
  });
  const names = issues.flatMap((issue) =>
    issue.code === "invalid_value" ? issue.values.map(String) : [],
  );
  const suggestion = typeof input === "string" ? didYouMean(input, names) : "";
  return `expected ${anyOf([...new Set(kinds)])}, got ${describe(input)}${suggestion}`;
}

function tooSmall(issue: z.core.$ZodIssueTooSmall): string {
  if (issue.origin === "string") return "expected some text, got none";
  if (issue.origin === "array") {
    const length = Array.isArray(issue.input) ? issue.input.length : 0;
    return `expected at least ${issue.minimum} in the list, got ${length}`;
  }
  const bound = issue.inclusive === false ? "more than" : "at least";
  return `expected ${bound} ${issue.minimum}, got ${describe(issue.input)}`;
}

function anyOf(kinds: readonly string[]): string {
  return kinds.length < 2
    ? kinds.join()
    : `${kinds.slice(0, -1).join(", ")} or ${kinds.at(-1) ?? ""}`;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
