// Writes schema/pmpo.schema.json from the built library: npm run build && node scripts/write-schema.mjs
import { mkdirSync, writeFileSync } from "node:fs";
import { configJsonSchemaText } from "../dist/config/json-schema.js";

const file = new URL("../schema/pmpo.schema.json", import.meta.url);
mkdirSync(new URL(".", file), { recursive: true });
writeFileSync(file, configJsonSchemaText());
