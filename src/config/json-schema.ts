import { z } from "zod";
import { configSchema } from "./schema.ts";

/** The JSON Schema of pmpo.yaml, for editors. */
export function configJsonSchema(): z.core.JSONSchema.JSONSchema {
  const schema = z.toJSONSchema(configSchema, { io: "input", override: dropIntegerLimit });
  return { ...schema, title: "pmpo.yaml", description: "A task of pmpo: prompt, data, search." };
}

/** The published file: the JSON Schema as text. */
export function configJsonSchemaText(): string {
  return `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
}

/** The largest safe integer says nothing to the writer of a task file. */
function dropIntegerLimit({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}
