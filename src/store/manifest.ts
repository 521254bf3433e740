import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { dataError, PmpoError } from "../core/errors.ts";
import type { ModelIdentity } from "../core/model.ts";
import { writeFileAtomic } from "./atomic-file.ts";

/** Raised when a change would make an older pmpo misread the folder. */
const MANIFEST_VERSION = 1;

export const MANIFEST_FILE = "manifest.json";

/** Plain data, as JSON can hold it. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | JsonValue[]
  | { [key: string]: JsonValue };

/** A data file as it was when the run began. */
export interface DataHash {
  readonly file: string;
  readonly sha256: string;
  readonly rows: number;
}

/** What a run needs to be continued or repeated, written once when it begins. */
export interface RunManifest {
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly pmpoVersion: string;
  /** The resolved configuration, enough to resume. Holds no secrets. */
  readonly config: JsonValue;
  readonly seeds: Readonly<Record<string, number>>;
  readonly modelIdentity: ModelIdentity;
  /** Null where the model itself proposes the rewrites. */
  readonly rewriterIdentity: ModelIdentity | null;
  /** Null where no judge grades answers, or the model itself does. */
  readonly judgeIdentity: ModelIdentity | null;
  /** Of the module that grades answers; null where none does. What it imports is not hashed. */
  readonly metricSha256: string | null;
  readonly dataHashes: readonly DataHash[];
}

/** What the caller knows of a manifest. */
export type NewRunManifest = Omit<RunManifest, "version" | "createdAt">;

/** The models that a run began with. */
export function recordedModels({
  modelIdentity,
  rewriterIdentity,
  judgeIdentity,
}: RunManifest): readonly ModelIdentity[] {
  return [modelIdentity, rewriterIdentity, judgeIdentity].filter((each) => each !== null);
}

const identitySchema: z.ZodType<ModelIdentity> = z.object({
  name: z.string(),
  weights: z.string(),
  format: z.string(),
  engine: z.string(),
  template: z.string(),
});

const manifestSchema: z.ZodType<RunManifest> = z.object({
  version: z.literal(MANIFEST_VERSION),
  createdAt: z.iso.datetime(),
  pmpoVersion: z.string(),
  config: z.json(),
  seeds: z.record(z.string(), z.number()),
  modelIdentity: identitySchema,
  rewriterIdentity: identitySchema.nullable().default(null),
  judgeIdentity: identitySchema.nullable().default(null),
  metricSha256: z.string().nullable().default(null),
  dataHashes: z.array(
    z.object({ file: z.string(), sha256: z.string(), rows: z.int().nonnegative() }),
  ),
});

/** Writes a run's manifest, as a whole or not at all, and returns what a reader will see. */
export function writeManifest(
  runFolder: string,
  manifest: NewRunManifest,
  createdAt: Date,
): RunManifest {
  const complete: RunManifest = {
    version: MANIFEST_VERSION,
    createdAt: createdAt.toISOString(),
    ...manifest,
  };
  const text = `${JSON.stringify(complete, null, 2)}\n`;
  const written = manifestSchema.safeParse(JSON.parse(text));
  if (!written.success) {
    throw new PmpoError("bug", "RUN_MANIFEST_INVALID", describeIssue(written.error));
  }
  writeFileAtomic(join(runFolder, MANIFEST_FILE), text);
  return written.data;
}

/** Reads and checks a run's manifest. */
export function readManifest(runFolder: string): RunManifest {
  const path = join(runFolder, MANIFEST_FILE);
  const value = readJson(path);
  const versioned = z.object({ version: z.number() }).safeParse(value);
  if (versioned.success && versioned.data.version > MANIFEST_VERSION) {
    throw dataError(
      "RUN_TOO_NEW",
      `${path} was written by a newer pmpo (format ${versioned.data.version}; this one reads ${MANIFEST_VERSION})`,
      "Update pmpo.",
    );
  }
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw damaged(path, describeIssue(parsed.error));
}

function readJson(path: string): unknown {
  const text = readFileSync(path, "utf8");
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(path, "it is not JSON");
  }
}

function describeIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return "it is no manifest";
  return issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`;
}

function damaged(path: string, what: string): PmpoError {
  return dataError(
    "RUN_MANIFEST_DAMAGED",
    `${path} cannot be used: ${what}`,
    "Restore the file from a copy, or start a new run.",
  );
}
