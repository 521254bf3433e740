import type { Check } from "../../project/check.ts";
import type { CliContext } from "../context.ts";
import { renderTable } from "./table.ts";

const STATUS_COLOURS = { ok: "green", warning: "yellow", failed: "red" } as const;

/** All checks, once the last is done. */
export async function collected(checks: AsyncIterable<Check>): Promise<readonly Check[]> {
  const all: Check[] = [];
  for await (const check of checks) all.push(check);
  return all;
}

/** Prints checks as a table or as JSON. Answers the names of those that failed, or null. */
export function printChecks(
  checks: readonly Check[],
  { json }: { readonly json?: true },
  { stdout, paint }: CliContext,
): string | null {
  const failed = checks.filter(({ status }) => status === "failed");
  stdout.write(
    json === true
      ? `${JSON.stringify({ works: failed.length === 0, checks })}\n`
      : `${checksTable(checks, paint)}\n`,
  );
  return failed.length === 0 ? null : failed.map(({ name }) => name).join(", ");
}

function checksTable(checks: readonly Check[], paint: CliContext["paint"]): string {
  return renderTable(
    [{ head: "check" }, { head: "status" }, { head: "" }],
    checks.flatMap(({ name, status, detail, hint }) => [
      [name, paint(STATUS_COLOURS[status], status), detail],
      ...(hint === null ? [] : [["", "", paint("dim", hint)]]),
    ]),
  );
}
