import type { z } from "zod";

type Schema = z.core.JSONSchema.JSONSchema;
type Path = readonly PropertyKey[];

/** The keys that a JSON Schema knows at a path of the document. */
export function keysAt(schema: Schema, path: Path): readonly string[] {
  return schemasAt(schema, path).flatMap(({ properties = {} }) => Object.keys(properties));
}

/** The paths of a schema, one level below the top, that end in that key: `optimizer.seed`. */
export function sectionsWith(schema: Schema, key: string): readonly string[] {
  return keysAt(schema, [])
    .filter((section) => keysAt(schema, [section]).includes(key))
    .map((section) => `${section}.${key}`);
}

/** All alternatives of the schema for what stands at that path. */
function schemasAt(schema: Schema, path: Path): readonly Schema[] {
  const alternatives = alternativesOf(schema);
  const [step, ...rest] = path;
  if (step === undefined) return alternatives;
  return alternatives.flatMap(({ properties = {}, additionalProperties, items }) => {
    const next =
      typeof step === "number" ? items : (properties[String(step)] ?? additionalProperties);
    return typeof next === "object" && !Array.isArray(next) ? schemasAt(next, rest) : [];
  });
}

function alternativesOf(schema: Schema): readonly Schema[] {
  const { anyOf } = schema;
  return anyOf === undefined
    ? [schema]
    : anyOf.flatMap((option) => (typeof option === "object" ? alternativesOf(option) : []));
}
