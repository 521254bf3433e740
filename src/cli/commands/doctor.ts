import { isEndpointAddress, type ModelApiName } from "../../core/endpoint.ts";
import { modelError } from "../../core/errors.ts";
import { DEFAULT_MODEL } from "../../models/catalogue.ts";
import { diagnose } from "../../project/diagnose.ts";
import type { CliContext } from "../context.ts";
import { collected, printChecks } from "../terminal/checks-table.ts";
import { runProbe } from "./probe.ts";

/** `pmpo doctor`: fails where the engine, or the server that the model is at, cannot work. */
export async function runDoctor(
  options: {
    readonly model?: string;
    readonly api?: ModelApiName;
    readonly key?: string;
    readonly json?: true;
  },
  context: CliContext,
): Promise<void> {
  const model = options.model ?? DEFAULT_MODEL;
  if (isEndpointAddress(model)) {
    await runProbe({ ...options, endpoint: model }, context);
    return;
  }
  const { environment, signal, clock } = context;
  const services = { environment, signal, clock, nodeVersion: process.versions.node };
  const checks = await collected(diagnose(model, services));
  const failed = printChecks(checks, options, context);
  if (failed !== null) throw modelError("DOCTOR_FAILED", `pmpo cannot work here: ${failed}`);
}
