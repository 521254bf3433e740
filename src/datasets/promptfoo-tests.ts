import { fillTemplate, templateVariables } from "../core/candidate.ts";
import { dataError } from "../core/errors.ts";
import { isAnswer, isMapping } from "./promptfoo-rows.ts";
import { type Row, rowError, textOf } from "./row.ts";
import type { YamlFile } from "./yaml-rows.ts";

type Mapping = Readonly<Record<string, unknown>>;

/**
 * The tests of a promptfoo configuration as promptfoo runs them: with what `defaultTest` adds, once
 * for each combination of variables that are lists, and with variables filled into what they assert;
 * a set of assertions counts as its members. A variable that only assertions name is an answer,
 * and no input.
 */
export function promptfooTests(yaml: YamlFile, file: string): readonly Row[] {
  const tests = yaml.value("tests");
  if (typeof tests === "string") {
    throw dataError(
      "DATA_TESTS_ELSEWHERE",
      `${file}: its tests are in ${tests}`,
      "Give that file as the data, and say under `fields` which columns are inputs and target.",
    );
  }
  const defaults = defaultTest(yaml, file);
  const prompted = promptVariables(yaml.value("prompts"));
  const completed = yaml.rows("tests").flatMap((row) => {
    const variables = { ...mapping(defaults["vars"]), ...mapping(row.values["vars"]) };
    const assertions = [...list(defaults["assert"]), ...list(row.values["assert"])].flatMap(
      members,
    );
    const options = { ...mapping(defaults["options"]), ...mapping(row.values["options"]) };
    // Words and numbers of YAML come as they are written.
    const all = options["disableVarExpansion"] === "true" ? [variables] : combinations(variables);
    return all.map((each, index) => ({
      row: all.length === 1 ? row : { ...row, variation: index + 1 },
      variables: each,
      assertions,
    }));
  });
  const named = new Set(completed.flatMap(({ assertions }) => assertions.flatMap(namedIn)));
  return completed.map(({ row, variables, assertions }) => {
    const inputs = Object.entries(variables).filter(
      ([name]) => prompted.has(name) || !named.has(name),
    );
    return {
      ...row,
      values: {
        ...row.values,
        // Where nothing else is left, the answer is to repeat the input.
        vars: inputs.length === 0 ? variables : Object.fromEntries(inputs),
        assert: assertions.map((assertion) => filled(assertion, variables, row)),
      },
    };
  });
}

function defaultTest(yaml: YamlFile, file: string): Mapping {
  const value = yaml.value("defaultTest");
  if (typeof value !== "string") return mapping(value);
  throw dataError(
    "DATA_TESTS_ELSEWHERE",
    `${file}: its defaultTest is in ${value}`,
    "Write its variables and assertions into the configuration.",
  );
}

/** Names of variables in prompts that stand in the configuration itself. */
function promptVariables(prompts: unknown): ReadonlySet<string> {
  const texts = (Array.isArray(prompts) ? prompts : [prompts]).map((prompt) =>
    typeof prompt === "string" ? prompt : JSON.stringify(prompt ?? ""),
  );
  return new Set(texts.flatMap(templateVariables));
}

/** Variables with one value each, for every choice from those that are lists. */
function combinations(variables: Mapping): readonly Mapping[] {
  return Object.entries(variables).reduce<readonly Mapping[]>(
    (all, [name, value]) => {
      const isChoice = Array.isArray(value) && typeof value[0] === "string";
      const values: readonly unknown[] = isChoice ? value : [value];
      return all.flatMap((each) => values.map((one) => ({ ...each, [name]: one })));
    },
    [{}],
  );
}

/** What an assertion asserts, or those of a set: all of them have to hold. */
function members(assertion: unknown): readonly unknown[] {
  return isMapping(assertion) && assertion["type"] === "assert-set"
    ? list(assertion["assert"]).flatMap(members)
    : [assertion];
}

function namedIn(assertion: unknown): readonly string[] {
  return isAnswer(assertion) ? textsIn(assertion.value).flatMap(templateVariables) : [];
}

function filled(assertion: unknown, variables: Mapping, row: Row): unknown {
  if (!isAnswer(assertion)) return assertion;
  const { value } = assertion;
  const fill = (text: unknown): unknown =>
    typeof text === "string" ? filledText(text, variables, row) : text;
  return { ...assertion, value: Array.isArray(value) ? value.map(fill) : fill(value) };
}

function filledText(template: string, variables: Mapping, row: Row): string {
  const names = templateVariables(template);
  const rest = fillTemplate(template, Object.fromEntries(names.map((name) => [name, ""])));
  if (/\{\{|\{%/.test(rest)) {
    throw rowError(
      row,
      "DATA_TEMPLATE_UNKNOWN",
      `an assertion holds more than names of variables: ${template}`,
      "Write the answer itself, or a variable that holds it: {{name}}.",
    );
  }
  const values = names.map((name) => {
    if (Object.hasOwn(variables, name)) return [name, textOf(row, `"${name}"`, variables[name])];
    throw rowError(
      row,
      "DATA_VARIABLE_UNKNOWN",
      `an assertion names {{${name}}}, but the test has the variables ${Object.keys(variables).join(", ")}`,
    );
  });
  return fillTemplate(template, Object.fromEntries(values) as Record<string, string>);
}

function textsIn(value: unknown): readonly string[] {
  return list(value).filter((text) => typeof text === "string");
}

function mapping(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
