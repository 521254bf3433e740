import { interruptedError, messageOf, PmpoError } from "../core/errors.ts";
import type { RunReadyMessage } from "../ui/run-process.ts";
import { type Paint, paintFor } from "./terminal/style.ts";

/** Where a stream of text goes, as far as commands care. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** The outside world as a command sees it. */
export interface CliContext {
  readonly workingFolder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  readonly version: string;
  /** Tells the program that started this one, if it asked for it, which run is worked on. */
  readonly tellRun: (runId: string) => void;
  readonly paint: Paint;
  readonly paintErrors: Paint;
}

/** The context of this process. A second Ctrl-C ends it at once. */
export function processContext(version: string): CliContext {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT_CODES.interrupted);
    controller.abort(interruptedError());
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  // Who started this process with a channel to it wants it to end with itself, however that ends.
  process.once("disconnect", interrupt);
  process.channel?.unref();
  // Whoever reads the output may stop reading: `pmpo show | head`.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
  return {
    workingFolder: process.cwd(),
    environment: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: Date.now,
    signal: controller.signal,
    version,
    tellRun: (runId) => {
      if (process.connected) process.send?.({ type: "run-ready", runId } satisfies RunReadyMessage);
    },
    paint: paintFor(process.stdout, process.env),
    paintErrors: paintFor(process.stderr, process.env),
  };
}

/** What the process ends with, by who can act on the failure. */
export const EXIT_CODES = { bug: 1, usage: 2, model: 3, data: 4, interrupted: 130 } as const;

/** Tells a failure to the user and answers the exit code. Only a bug shows a stack. */
export function reportFailure(error: unknown, { stderr, paintErrors }: CliContext): number {
  if (!(error instanceof PmpoError) || error.kind === "bug") {
    const stack = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
    stderr.write(`${paintErrors("red", "This is a bug in pmpo:")} ${stack}\n`);
    return EXIT_CODES.bug;
  }
  if (error.kind === "interrupted") {
    stderr.write(`${paintErrors("yellow", "Interrupted.")}${hintText(error)}\n`);
    return EXIT_CODES.interrupted;
  }
  stderr.write(`${paintErrors("red", "error:")} ${error.message}${hintText(error)}\n`);
  return EXIT_CODES[error.kind];
}

function hintText({ hint }: PmpoError): string {
  return hint === undefined ? "" : `\n  ${hint}`;
}
