import type { Usage } from "./model.ts";

/** Smallest, middle and largest of the simulated searches. */
export interface Range {
  readonly least: number;
  readonly expected: number;
  readonly most: number;
}

/** What is paid, in the currency of the price table. */
export interface MoneyEstimate {
  readonly currency: string;
  /** For the scored model, whoever rewrites (also where that is the same model), and the judge; null where none is asked. */
  readonly model: Range;
  readonly rewriter: Range;
  readonly judge: Range | null;
  /** What the beginning has cost already; 0 where its calls were kept from before. */
  readonly begun: number;
  /** For the hours of the machine. */
  readonly machine: Range;
  readonly total: Range;
  /** Models that the price table does not name, whose tokens count as free. */
  readonly unpriced: readonly string[];
  /** Names in the price table that no model of the task has. */
  readonly unused: readonly string[];
}

/** What a run will cost, which finds the calls of its beginning done. */
export interface RunEstimate {
  readonly model: string;
  readonly simulations: number;
  /** What was done for the estimate, and is kept: no tokens are evaluated where it was done before. */
  readonly begun: Pick<Usage, "requestedTokens" | "evaluatedTokens" | "generatedTokens"> & {
    readonly iterations: number;
  };
  /** Of the start prompt on all training examples, were nothing kept: exact; null where reasonings are sampled for it, it is estimated token by token, or a server shares prefixes in its own way. */
  readonly start: Pick<Usage, "requestedTokens" | "evaluatedTokens"> | null;
  readonly iterations: Range;
  readonly candidates: Range;
  /** Tokens of all requests, each counted whole, the beginning's too: what a server without shared prefixes evaluates. */
  readonly requestedTokens: Range;
  /** Tokens that the embedded engine has yet to evaluate, shared beginnings once. */
  readonly evaluatedTokens: Range;
  /** Part of both. */
  readonly generatedTokens: Range;
  /** At the speed of calls that were just timed. */
  readonly seconds: Range;
  /** Null where the configuration names no prices. */
  readonly money: MoneyEstimate | null;
}
