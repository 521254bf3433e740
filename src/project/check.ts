import { messageOf, PmpoError } from "../core/errors.ts";
import type { EncodedRequest, LanguageModel } from "../core/model.ts";

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  /** `failed`: the engine cannot work; `warning`: something else cannot. */
  readonly status: "ok" | "warning" | "failed";
  readonly detail: string;
  readonly hint: string | null;
}

export function ok(name: string, detail: string): Check {
  return { name, status: "ok", detail, hint: null };
}

export function warning(name: string, detail: string, hint: string | null): Check {
  return { name, status: "warning", detail, hint };
}

/** What a look answers, or why it fails. */
export async function checked(name: string, look: () => string | Promise<string>): Promise<Check> {
  try {
    return ok(name, await look());
  } catch (error) {
    if (error instanceof PmpoError && error.kind === "interrupted") throw error;
    const hint = error instanceof PmpoError ? (error.hint ?? null) : null;
    return { name, status: "failed", detail: messageOf(error), hint };
  }
}

const SPEED_CHECK_MS = 1000;
/** Of eight words, each a token as a rule. */
const SPEED_CHECK_REPEATS = 60;

/** What a check that takes time needs from outside. */
export interface CheckServices {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly signal?: AbortSignal;
}

/** Prefill as it is when prompts are scored: full batches, nothing shared. */
export async function speedDetail(
  model: LanguageModel,
  { clock, signal }: CheckServices,
): Promise<string> {
  const most = Math.min(SPEED_CHECK_REPEATS, model.capabilities.contextTokens >> 5);
  // A short text first: some servers need seconds for that.
  let repeats = 1;
  let evaluated = 0;
  let elapsedMs = 0;
  for (let round = Math.floor(clock()); elapsedMs < SPEED_CHECK_MS; round++) {
    // A number that never comes again stands first: no cache holds the beginning.
    const text = `${round} ${"one two three four five six seven eight ".repeat(repeats)}`;
    repeats = Math.min(most, 2 * repeats);
    const [encoded] = await model.encode([
      { prompt: { kind: "text", text }, target: "nine", scoreEnd: false },
    ]);
    const startedAt = clock();
    await model.score([{ id: "speed", ...(encoded as EncodedRequest) }], {
      ...(signal === undefined ? {} : { signal }),
      onUsage: ({ evaluatedTokens }) => {
        evaluated += evaluatedTokens;
      },
    });
    elapsedMs += Math.max(1, clock() - startedAt);
  }
  return `${Math.round((1000 * evaluated) / elapsedMs)} tokens/s of prompts`;
}

/** Whether opening a model gave one, and no error. */
export function isModel(opened: unknown): opened is LanguageModel {
  return typeof opened === "object" && opened !== null && "capabilities" in opened;
}
