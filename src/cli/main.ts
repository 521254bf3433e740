#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { CommanderError } from "commander";
import { EXIT_CODES, processContext, reportFailure } from "./context.ts";
import { buildProgram } from "./program.ts";

const manifest = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { readonly version: string };
const context = processContext(manifest.version);

try {
  await buildProgram(context).parseAsync(process.argv);
} catch (error) {
  // Commander has printed its message, or the help that was asked for, already.
  process.exitCode =
    error instanceof CommanderError
      ? error.exitCode === 0
        ? 0
        : EXIT_CODES.usage
      : reportFailure(error, context);
}
