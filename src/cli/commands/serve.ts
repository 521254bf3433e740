import { once } from "node:events";
import { messageOf } from "../../core/errors.ts";
import { DEFAULT_MODEL } from "../../models/catalogue.ts";
import { type ServedModel, serveModel } from "../../project/serve-model.ts";
import type { CliContext } from "../context.ts";
import { modelAccess } from "../model-access.ts";
import type { EngineFlags } from "../options.ts";

/** Flags of `pmpo serve`. */
export interface ServeFlags extends EngineFlags {
  readonly model?: string;
  readonly servedName?: string;
  readonly host: string;
  readonly port: number;
  /** Name of an environment variable. */
  readonly keyEnv?: string;
  readonly maxWaiting: number;
  readonly maxBody: number;
}

/** `pmpo serve`: until a signal; then no new work is taken and what was taken is ended. */
export async function runServe(flags: ServeFlags, context: CliContext): Promise<void> {
  const { signal, stderr, version, clock } = context;
  const onFailure = (error: unknown): void => {
    stderr.write(`${messageOf(error)}\n`);
  };
  const access = { ...modelAccess(context), version, clock, onFailure };
  const server = await serveModel(choiceOf(flags), access);
  announce(server, flags, context);
  try {
    if (!signal.aborted) await Promise.race([once(signal, "abort"), server.lost]);
    stderr.write("Shutting down: requests that were taken are ended …\n");
  } finally {
    await server.close();
  }
}

function choiceOf(flags: ServeFlags): Parameters<typeof serveModel>[0] {
  return {
    name: flags.model ?? DEFAULT_MODEL,
    servedName: flags.servedName ?? null,
    endpoints: {},
    threads: flags.threads ?? null,
    gpu: flags.gpu ?? "auto",
    contextTokens: flags.contextTokens ?? null,
    host: flags.host,
    port: flags.port,
    keyVariable: flags.keyEnv ?? null,
    maximumWaiting: flags.maxWaiting,
    maximumBodyBytes: flags.maxBody,
  };
}

function announce(
  { url, name }: ServedModel,
  { json, keyEnv }: ServeFlags,
  { stdout, paint }: CliContext,
): void {
  if (json === true) {
    stdout.write(`${JSON.stringify({ url, model: name })}\n`);
    return;
  }
  const key = keyEnv === undefined ? "" : `; clients send the key in ${keyEnv}`;
  stdout.write(`${paint("bold", name)} at ${url}/v1${key}\n`);
}
