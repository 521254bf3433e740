import type { Command } from "@commander-js/extra-typings";
import type { CliContext } from "./context.ts";
import { countingNumber, portNumber } from "./flag-values.ts";
import {
  apiOption,
  endpointOption,
  jsonOption,
  keyEnvOption,
  keyOption,
  modelOption,
  stepwiseOption,
  withEngine,
} from "./options.ts";

const MAXIMUM_WAITING_TOKENS = 1_000_000;
const MAXIMUM_BODY_BYTES = 32 * 1024 * 1024;

/** `pmpo serve`. */
export function addServe(program: Command, context: CliContext): void {
  const command = program
    .command("serve")
    .description("serve a model over HTTP as OpenAI does, with scores of given tokens")
    .addOption(modelOption())
    .option("--served-name <name>", "the model's name for clients (default: its own)")
    .option("--port <number>", "where to listen; 0: any port that is free", portNumber, 8080)
    .option(
      "--host <address>",
      "address to listen at; any but this machine's own needs a key",
      "127.0.0.1",
    )
    .addOption(keyEnvOption())
    .option(
      "--max-waiting <tokens>",
      "tokens of waiting requests beyond which clients are told to come back",
      countingNumber,
      MAXIMUM_WAITING_TOKENS,
    )
    .option("--max-body <bytes>", "largest request", countingNumber, MAXIMUM_BODY_BYTES);
  withEngine(command).action(async (flags) => {
    const { runServe } = await import("./commands/serve.ts");
    await runServe(flags, context);
  });
}

/** `pmpo probe`. */
export function addProbe(program: Command, context: CliContext): void {
  program
    .command("probe")
    .description("find out what a model server really does, and whether it can score")
    .addOption(endpointOption().makeOptionMandatory())
    .addOption(apiOption())
    .addOption(stepwiseOption())
    .addOption(keyOption())
    .addOption(jsonOption())
    .action(async (options) => {
      const { runProbe } = await import("./commands/probe.ts");
      await runProbe(options, context);
    });
}
