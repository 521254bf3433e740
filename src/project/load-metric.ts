import { pathToFileURL } from "node:url";
import { messageOf, usageError } from "../core/errors.ts";
import type { Grader, Metric } from "../core/metric.ts";
import { judgeGrader } from "../evaluation/judge-metric.ts";
import { builtInGrader, checkedGrader } from "../evaluation/metrics.ts";
import { fileSha256 } from "../models/weights-hash.ts";

/** The grader of a metric; a module of the user's own is loaded. */
export async function loadGrader(metric: Metric): Promise<Grader> {
  if (metric.kind === "judge") return judgeGrader(metric);
  if (metric.kind !== "module") return builtInGrader(metric);
  const { path, exportName } = metric;
  const loaded = await importModule(path);
  const grade = loaded[exportName];
  if (typeof grade !== "function") {
    const names = Object.keys(loaded);
    throw usageError(
      "METRIC_NOT_A_FUNCTION",
      `${path}: no function "${exportName}" is exported`,
      names.length === 0 ? "The module exports nothing." : `It exports ${names.join(", ")}.`,
    );
  }
  return checkedGrader(
    (answer, example) => grade(answer, example) as unknown,
    `The metric of ${path}`,
  );
}

/** The sha256 of a module that grades answers, without what it imports; null where none does. */
export async function metricSha256(metric: Metric): Promise<string | null> {
  return metric.kind === "module" ? fileSha256(metric.path) : null;
}

async function importModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw usageError(
      "METRIC_UNREADABLE",
      `${path}: the metric cannot be loaded (${messageOf(error)})`,
    );
  }
}
