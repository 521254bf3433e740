import type { Candidate } from "../core/candidate.ts";
import type { ExampleLoss } from "../core/loss.ts";
import { createRandom } from "../core/random.ts";
import type { PairedDifference } from "../core/run-event.ts";
import type { ScoredCandidate } from "../core/run-state.ts";
import { pairedBootstrap } from "../statistics/interval.ts";
import { isWhole, overlap, shortened, type Shortening, type ShorteningEdit } from "./shortening.ts";
import type { Trials } from "./trials.ts";

/** How a prompt is made shorter. */
export interface Compression {
  /** Kinds of edits, from coarse to fine; each kind is gone through once. */
  readonly shortenings: readonly Shortening[];
  readonly trials: Trials;
  /** What a call under a prompt costs, in tokens. */
  readonly promptTokens: (candidate: Candidate) => Promise<number>;
  /** The mean loss may rise by so much, and the interval of its rise has to lie below. Nats. */
  readonly within: number;
  readonly seed: number;
}

/** A prompt on the way, against the original. */
export interface ShorterPrompt {
  readonly scored: ScoredCandidate;
  readonly promptTokens: number;
  /** Of the training loss, with its 95 % interval (paired bootstrap, BCa); above 0 is worse. Nats. */
  readonly loss: PairedDifference;
}

/** An edit that was kept. */
export interface CompressionStep {
  readonly edit: ShorteningEdit;
  /** The prompt that the edit's places stand in. */
  readonly edited: Candidate;
  readonly result: ShorterPrompt;
}

/** What compressing came to. */
export interface Compressed {
  readonly original: ShorterPrompt;
  readonly best: ShorterPrompt;
  readonly steps: readonly CompressionStep[];
  /** Every prompt that was scored, the original first. */
  readonly tried: readonly ShorterPrompt[];
  readonly stopped: "no-shorter" | "token-budget";
}

/**
 * Makes a prompt shorter for as long as the upper end of the interval of the rise in training loss,
 * against the original, stays within the bound. Of each kind, all edits are scored alone; then,
 * whichever saves most tokens for the loss it costs first, each is kept that stays within the bound
 * together with those before.
 */
export async function compressPrompt(
  compression: Compression,
  scored: ScoredCandidate,
): Promise<Compressed> {
  const run = new CompressionRun(compression, scored);
  const original = await run.against(scored);
  const steps: CompressionStep[] = [];
  for (const shortening of compression.shortenings) {
    if (compression.trials.isSpent()) break;
    const current = steps.at(-1)?.result ?? original;
    const edits = await shortening(current.scored.candidate);
    steps.push(...(await run.keepWithinBound(edits, current)));
  }
  return {
    original,
    best: steps.at(-1)?.result ?? original,
    steps,
    tried: await Promise.all(compression.trials.scored.map((each) => run.against(each))),
    stopped: compression.trials.isSpent() ? "token-budget" : "no-shorter",
  };
}

class CompressionRun {
  readonly #compression: Compression;
  readonly #original: ScoredCandidate;
  readonly #measured = new Map<ScoredCandidate, ShorterPrompt>();

  constructor(compression: Compression, original: ScoredCandidate) {
    this.#compression = compression;
    this.#original = original;
  }

  /** Keeps edit after edit, those first that save most for what they cost. */
  async keepWithinBound(
    edits: readonly ShorteningEdit[],
    base: ShorterPrompt,
  ): Promise<readonly CompressionStep[]> {
    const steps: CompressionStep[] = [];
    const edited = base.scored.candidate;
    for (const edit of await this.#ranked(edits, base)) {
      const kept = steps.map((step) => step.edit);
      if (kept.some((other) => overlap(other, edit))) continue;
      const current = steps.at(-1)?.result ?? base;
      const result = await this.#try(edited, kept, edit, current);
      if (result === null || !this.#isWithin(result)) continue;
      if (result.promptTokens < current.promptTokens) steps.push({ edit, edited, result });
    }
    return steps;
  }

  async against(scored: ScoredCandidate): Promise<ShorterPrompt> {
    const known = this.#measured.get(scored);
    if (known !== undefined) return known;
    const differences = scored.losses.map(
      ({ loss }, index) => loss - (this.#original.losses[index] as ExampleLoss).loss,
    );
    // The same resamples for every prompt, so that prompts differ by their losses alone.
    const random = createRandom(this.#compression.seed, "compress");
    const { mean, interval } = pairedBootstrap(differences, { random: () => random.float() });
    const promptTokens = await this.#compression.promptTokens(scored.candidate);
    const measured = { scored, promptTokens, loss: { difference: mean, interval } };
    this.#measured.set(scored, measured);
    return measured;
  }

  /** The edits that may be kept alone, in the order in which they are. */
  async #ranked(
    edits: readonly ShorteningEdit[],
    base: ShorterPrompt,
  ): Promise<readonly ShorteningEdit[]> {
    const rated = [];
    for (const edit of edits) {
      const result = await this.#try(base.scored.candidate, [], edit, base);
      if (result === null || !this.#isWithin(result)) continue;
      const saved = base.promptTokens - result.promptTokens;
      const rise = result.loss.difference - base.loss.difference;
      if (saved > 0) rated.push({ edit, saved, tokensPerNat: rise > 0 ? saved / rise : Infinity });
    }
    return rated
      .sort((a, b) =>
        a.tokensPerNat === b.tokensPerNat ? b.saved - a.saved : b.tokensPerNat - a.tokensPerNat,
      )
      .map(({ edit }) => edit);
  }

  /** Null where the budget is used up, or where the prompt says nothing any more or cannot be scored. */
  async #try(
    edited: Candidate,
    kept: readonly ShorteningEdit[],
    edit: ShorteningEdit,
    parent: ShorterPrompt,
  ): Promise<ShorterPrompt | null> {
    const { trials } = this.#compression;
    const candidate = shortened(edited, [...kept, edit]);
    if (trials.isSpent() || !isWhole(candidate, this.#original.candidate)) return null;
    const scored = await trials.score(candidate, edit.operator, parent.scored);
    return scored === null ? null : this.against(scored);
  }

  #isWithin({ loss }: ShorterPrompt): boolean {
    return loss.interval[1] <= this.#compression.within;
  }
}
