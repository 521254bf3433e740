import type { Prices } from "../core/prices.ts";
import type { ModelAccess } from "../project/open-model.ts";
import type { CliContext } from "./context.ts";
import { dataReporter } from "./terminal/data-notes.ts";
import { pullReporter } from "./terminal/pull-progress.ts";
import { stepwiseReporter } from "./terminal/stepwise-notes.ts";

/** What reading data and loading a model needs from outside; what there is to tell goes to stderr. */
export function modelAccess(
  { environment, signal, stderr }: CliContext,
  prices: Prices | null = null,
): Required<Omit<ModelAccess, "recorded">> {
  return {
    environment,
    signal,
    onPull: pullReporter(stderr),
    onData: dataReporter(stderr),
    onWait: (reason) => stderr.write(`${reason}\ntrying again …\n`),
    onEndpoint: (change) => stderr.write(`${change}\n`),
    onStepwise: stepwiseReporter(stderr, prices),
  };
}
