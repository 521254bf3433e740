import type { Command } from "@commander-js/extra-typings";
import type { CliContext } from "./context.ts";
import { countingNumber, portNumber } from "./flag-values.ts";
import { keyEnvOption, modelOption, withEngine } from "./options.ts";

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
