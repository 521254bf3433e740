import type { ErrorKind } from "../../core/errors.ts";
import type {
  GenerateRequest,
  Generation,
  ScoreRequest,
  TokenIds,
  TokenLogProbs,
} from "../../core/model.ts";
import type { RankedScoreRequest, WriteRequest } from "../../core/local-model.ts";
import type { GenerateResult } from "./generate.ts";
import type { NativeModelOptions } from "./native-context.ts";
import type { NativeModelFacts } from "./native-model.ts";
import type { ConvertFormat } from "./quantise.ts";
import type { RankedResult, WriteProgress } from "./ranked.ts";

/** Cells of the memory in which a cancelled call is noted; far more than calls are ever waiting. */
export const CANCEL_SLOTS = 1024;

/** The cell in which the cancellation of a call is noted, by its id. */
export function cancelSlot(id: number): number {
  return id % CANCEL_SLOTS;
}

/** What the worker can be asked; each call is answered by one reply of the same id. */
export interface WorkerCalls {
  readonly load: { readonly arguments: NativeModelOptions; readonly result: LoadedFacts };
  /** Measures which of these thread counts is the fastest, and takes it. */
  readonly chooseThreads: {
    readonly arguments: readonly [usual: number, ...others: number[]];
    readonly result: number;
  };
  /** Nothing in the texts is read as a control token. */
  readonly tokenize: {
    readonly arguments: readonly string[];
    readonly result: readonly TokenIds[];
  };
  /** Names of control tokens are read as those. */
  readonly tokenizeWithControls: {
    readonly arguments: readonly string[];
    readonly result: readonly TokenIds[];
  };
  readonly tokenBytes: { readonly arguments: TokenIds; readonly result: readonly Uint8Array[] };
  readonly tokenTexts: { readonly arguments: TokenIds; readonly result: readonly string[] };
  readonly score: {
    readonly arguments: readonly ScoreRequest[];
    readonly result: {
      readonly results: readonly TokenLogProbs[];
      readonly evaluatedTokens: number;
    };
  };
  readonly scoreRanked: {
    readonly arguments: readonly RankedScoreRequest[];
    readonly result: RankedResult;
  };
  /** Tells of every token before it answers. */
  readonly write: { readonly arguments: readonly WriteRequest[]; readonly result: GenerateResult };
  readonly generate: {
    readonly arguments: readonly GenerateRequest[];
    readonly result: {
      readonly results: readonly Generation[];
      readonly evaluatedTokens: number;
      readonly generatedTokens: number;
    };
  };
  readonly convert: {
    readonly arguments: {
      readonly source: string;
      readonly target: string;
      readonly format: ConvertFormat;
    };
    readonly result: null;
  };
  readonly dispose: { readonly arguments: null; readonly result: null };
}

export type LoadedFacts = NativeModelFacts & {
  readonly libraryVersion: string;
  /** Null when a short sequence scored with and without sharing gave the same numbers. */
  readonly sharingObstacle: string | null;
  /** Tokens of evaluated prefixes that are kept for later calls. */
  readonly prefixMemoryTokens: number;
};

export type CallName = keyof WorkerCalls;

export interface WorkerRequest<Name extends CallName = CallName> {
  readonly id: number;
  readonly name: Name;
  readonly arguments: WorkerCalls[Name]["arguments"];
}

/** An error as plain data: classes do not survive the way between threads. */
export interface PlainError {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export type WorkerReply =
  | { readonly id: number; readonly result: WorkerCalls[CallName]["result"] }
  | { readonly id: number; readonly error: PlainError }
  /** What a call has to tell before its answer. */
  | { readonly id: number; readonly progress: WriteProgress };
