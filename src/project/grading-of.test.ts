import { expect, test } from "vitest";
import type { RunManifest } from "../store/manifest.ts";
import { gradingOf } from "./grading-of.ts";

const IDENTITY = { name: "m", weights: "w", format: "q8_0", engine: "e", template: "t" };

function manifest(metric: object | null, changes: Partial<RunManifest> = {}): RunManifest {
  return {
    version: 1,
    createdAt: "2026-01-01T00:00:00Z",
    pmpoVersion: "0.1.0",
    config: { metric: metric as never },
    seeds: {},
    modelIdentity: IDENTITY,
    rewriterIdentity: null,
    judgeIdentity: null,
    metricSha256: null,
    dataHashes: [],
    ...changes,
  };
}

const key = (...of: Parameters<typeof manifest>): string => gradingOf(manifest(...of)).key;

test("metrics with other settings grade otherwise", () => {
  expect(gradingOf(manifest({ kind: "contains" })).name).toBe("contains");
  expect(key({ kind: "contains" })).toBe(key({ kind: "contains" }));
  expect(key({ kind: "contains" })).not.toBe(key(null));
  const exact = (normalise: boolean) => ({ kind: "exact", normalise });
  expect(key(exact(true))).not.toBe(key(exact(false)));
});

test("a module is the same wherever it lies, as long as its content is", () => {
  const module = (path: string) => ({ kind: "module", path, exportName: "default" });
  const content = { metricSha256: "1" };
  expect(key(module("/a.mjs"), content)).toBe(key(module("/b.mjs"), content));
  expect(key(module("/a.mjs"), content)).not.toBe(key(module("/a.mjs"), { metricSha256: "2" }));
});

test("judges are told apart by their weights; without one of its own the model judges", () => {
  const judge = { kind: "judge", model: null, question: null };
  const other = { modelIdentity: { ...IDENTITY, weights: "other" } };
  expect(key(judge)).not.toBe(key(judge, other));
  const named = { judgeIdentity: { ...IDENTITY, weights: "judge" } };
  expect(key(judge, named)).toBe(key(judge, { ...named, ...other }));
});
