import { type ModelApiName, modelPlaceName, parseModelPlace } from "../../core/endpoint.ts";
import { modelError } from "../../core/errors.ts";
import { probeEndpoint } from "../../project/probe-endpoint.ts";
import type { CliContext } from "../context.ts";
import { collected, printChecks } from "../terminal/checks-table.ts";

/** Flags of `pmpo probe`. */
interface ProbeFlags {
  readonly endpoint: string;
  readonly api?: ModelApiName;
  readonly stepwise?: true;
  /** Name of an environment variable. */
  readonly key?: string;
  readonly json?: true;
}

/** `pmpo probe`: fails where the server cannot score. */
export async function runProbe(flags: ProbeFlags, context: CliContext): Promise<void> {
  const { environment, signal, clock } = context;
  const address = modelPlaceName(parseModelPlace(flags.endpoint));
  const choice = {
    address,
    api: flags.api ?? null,
    stepwise: flags.stepwise === true,
    key: flags.key ?? null,
  };
  const checks = await collected(probeEndpoint(choice, { environment, signal, clock }));
  const failed = printChecks(checks, flags, context);
  if (failed !== null) throw modelError("PROBE_FAILED", `${address} cannot score: ${failed}`);
}
