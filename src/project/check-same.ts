import { dataError, modelError } from "../core/errors.ts";
import type { ModelIdentity } from "../core/model.ts";
import type { DataHash } from "../store/manifest.ts";
import type { BuiltTask } from "./build-task.ts";
import type { RunInputs } from "./moved-run.ts";

// A run goes on only with what it began with.

/** Refuses data that are not what a run began with. */
export function checkSameData(before: readonly DataHash[], now: readonly DataHash[]): void {
  for (const recorded of before) {
    const current = now.find(({ file }) => file === recorded.file);
    if (current?.sha256 === recorded.sha256) continue;
    throw dataError(
      "RUN_DATA_CHANGED",
      `${recorded.file}: the data changed since this run began`,
      "Put the old file back to go on with the run, or start a new run with `pmpo optimize`.",
    );
  }
}

/** Refuses another module to grade answers with than a run began with; runs of older versions do not say which that was. */
export function checkSameMetric(
  before: Pick<RunInputs, "metricSha256">,
  { task: { metric }, metricSha256 }: BuiltTask,
): void {
  if (before.metricSha256 === null || before.metricSha256 === metricSha256) return;
  throw dataError(
    "RUN_METRIC_CHANGED",
    `${metric.kind === "module" ? metric.path : "metric"}: the metric changed since this run began`,
    "Put the old file back to go on with the run, or start a new run with `pmpo optimize`.",
  );
}

/** The same weights computed in the same way; what they are called may change. */
export function checkSameModel(
  role: "model" | "rewriter" | "judge",
  recorded: ModelIdentity | null,
  now: ModelIdentity | null,
): void {
  const fields = ["weights", "format", "engine", "template"] as const;
  const changed = fields.find((field) => recorded?.[field] !== now?.[field]);
  if (changed === undefined) return;
  throw modelError(
    "RUN_MODEL_CHANGED",
    `The ${role} is not the one this run began with: its ${changed} was "${recorded?.[changed]}" and is "${now?.[changed]}"`,
    { hint: "Start a new run with `pmpo optimize`: losses of two models cannot be compared." },
  );
}
