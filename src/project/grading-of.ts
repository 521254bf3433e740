import { z } from "zod";
import type { Grading } from "../core/metric.ts";
import type { RunManifest } from "../store/manifest.ts";

const configSchema = z.object({
  metric: z.looseObject({ kind: z.string(), path: z.unknown().optional() }).nullish(),
});

/** How the answers of a run were graded: by the metric, the module's content, and the model that judged. */
export function gradingOf(manifest: RunManifest): Grading {
  const metric = configSchema.safeParse(manifest.config).data?.metric ?? null;
  // A module is known by its content, wherever it lies.
  const { path: _path, ...settings } = metric ?? { kind: "of the data" };
  const judge =
    settings.kind === "judge" ? (manifest.judgeIdentity ?? manifest.modelIdentity).weights : null;
  return {
    name: settings.kind,
    key: JSON.stringify([settings, manifest.metricSha256, judge]),
  };
}
