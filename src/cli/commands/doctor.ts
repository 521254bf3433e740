import { modelError } from "../../core/errors.ts";
import { DEFAULT_MODEL } from "../../models/catalogue.ts";
import type { Check } from "../../project/check.ts";
import { diagnose } from "../../project/diagnose.ts";
import type { CliContext } from "../context.ts";
import { renderTable } from "../terminal/table.ts";

/** `pmpo doctor`: fails where the engine cannot work. */
export async function runDoctor(
  options: { readonly model?: string; readonly json?: true },
  context: CliContext,
): Promise<void> {
  const { environment, signal, clock, stdout } = context;
  const checks: Check[] = [];
  const services = { environment, signal, clock, nodeVersion: process.versions.node };
  for await (const check of diagnose(options.model ?? DEFAULT_MODEL, services)) checks.push(check);
  const failed = checks.filter(({ status }) => status === "failed");
  stdout.write(
    options.json === true
      ? `${JSON.stringify({ works: failed.length === 0, checks })}\n`
      : `${checksTable(checks, context.paint)}\n`,
  );
  if (failed.length > 0) {
    const names = failed.map(({ name }) => name).join(", ");
    throw modelError("DOCTOR_FAILED", `pmpo cannot work here: ${names}`);
  }
}

const STATUS_COLOURS = { ok: "green", warning: "yellow", failed: "red" } as const;

function checksTable(checks: readonly Check[], paint: CliContext["paint"]): string {
  return renderTable(
    [{ head: "check" }, { head: "status" }, { head: "" }],
    checks.flatMap(({ name, status, detail, hint }) => [
      [name, paint(STATUS_COLOURS[status], status), detail],
      ...(hint === null ? [] : [["", "", paint("dim", hint)]]),
    ]),
  );
}
