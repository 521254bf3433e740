import { type Candidate, candidateKey } from "../../core/candidate.ts";
import type { Example } from "../../core/example.ts";
import { createRandom, deriveSeed } from "../../core/random.ts";
import { normalDeviate } from "../../statistics/normal.ts";

/** What a few calls told of a task's losses under two prompts. */
export interface LossScale {
  readonly start: Candidate;
  /** Mean cross-entropy of an answer under the start prompt, nats. */
  readonly startNats: number;
  /** How much examples differ under it: standard deviation of the logarithm. */
  readonly startSpread: number;
  /** The start prompt with demonstrations; null where none may be shown. */
  readonly shown: {
    readonly count: number;
    readonly nats: number;
    readonly spread: number;
  } | null;
}

interface Effect {
  readonly mean: number;
  readonly spread: number;
}

/**
 * What changes do to the logarithm of the loss, without and with demonstrations: what is shown
 * drowns out how it is said. Means and standard deviations over single changes in fifteen recorded
 * searches with SmolLM2-135M, each against its parent on the same examples: sst2, antonyms, sum,
 * sentiment, singular_to_plural, first_word_letter and ticket-router with seeds 1 to 6, three of them
 * twice. That a rewriter does harm is so of a small one: others were not recorded.
 */
const EFFECTS = {
  bare: {
    edit: { mean: -0.12, spread: 0.22 },
    rewrite: { mean: 0.28, spread: 0.2 },
    layout: { mean: -0.4, spread: 0.35 },
  },
  shown: {
    edit: { mean: 0.02, spread: 0.08 },
    rewrite: { mean: 0.42, spread: 0.3 },
    layout: { mean: -0.15, spread: 0.3 },
  },
} as const;

/** How far two changes together are from the sum of what each does; without demonstrations: docs/results/combinations.jsonl. */
const COMBINATION_SPREAD = { bare: 0.25, shown: 0.12 } as const;

/** What a supposed rewrite ends with, by which it is known. */
export const REWRITE_MARK = "(rewritten)";

/** Of the gain that eight demonstrations bring, one alone brings this share; each doubling as much again. From ticket-router with seeds 2, 3 and 5. */
const FIRST_DEMONSTRATION = 0.45;
/** How much sets of demonstrations differ, one of a single demonstration; larger ones differ less. */
const SELECTION_SPREAD = 0.27;

/** How much a wording, a layout or a set of demonstrations suits one example and not another: from the same searches. */
const EXAMPLE_SPREAD = { wording: 0.1, layout: 0.3, demonstrations: 0.25 } as const;

/** Losses of candidates as a search might find them; one seed, one landscape. */
export interface Landscape {
  /** Cross-entropy of an example's known answer under a candidate, nats. */
  readonly nats: (candidate: Candidate, example: Pick<Example, "id">) => number;
}

/** Supposes how likely every prompt makes every answer, on the scale that was measured. */
export function landscape(seed: number, scale: LossScale): Landscape {
  const normal = normals(seed);
  const levels = new WeakMap<Candidate, number>();
  const level = (candidate: Candidate): number => {
    const known = levels.get(candidate) ?? candidateEffect(candidate, scale, normal);
    levels.set(candidate, known);
    return known;
  };
  return {
    nats: (candidate, { id }) => {
      const isBare = candidate.demonstrations.length === 0;
      const spread = isBare ? scale.startSpread : (scale.shown?.spread ?? scale.startSpread);
      let deviation = spread * normal(isBare ? "bare" : "shown", "", id);
      let variance = spread ** 2;
      for (const [aspect, text] of aspectsOf(candidate)) {
        deviation += EXAMPLE_SPREAD[aspect] * normal(aspect, text, id);
        variance += EXAMPLE_SPREAD[aspect] ** 2;
      }
      // The mean over examples is the candidate's level, however much they differ.
      const change = level(candidate) - level(scale.start);
      return scale.startNats * Math.exp(change + deviation - variance / 2);
    },
  };
}

/** A number of the standard normal distribution for each purpose, text and example. */
type Normal = (purpose: string, text: string, exampleId?: string) => number;

/** Long texts are read once, however many examples there are. */
function normals(seed: number): Normal {
  const seeds = new Map<string, number>();
  return (purpose, text, exampleId = "") => {
    const key = `${purpose} ${text}`;
    const own = seeds.get(key) ?? deriveSeed(seed, purpose, text);
    seeds.set(key, own);
    return normalDeviate(createRandom(own, exampleId).float());
  };
}

/** Logarithm of a candidate's loss, up to a constant. */
function candidateEffect(candidate: Candidate, scale: LossScale, normal: Normal): number {
  const count = candidate.demonstrations.length;
  const effects = count === 0 ? EFFECTS.bare : EFFECTS.shown;
  const changed = ({ mean, spread }: Effect, text: string, before: string): number =>
    text === before ? 0 : mean + spread * normal("change", text);
  const { start } = scale;
  const { instruction } = candidate;
  const wording = instruction.includes(REWRITE_MARK) ? effects.rewrite : effects.edit;
  const single = [
    changed(wording, instruction, start.instruction),
    changed(effects.layout, JSON.stringify(candidate.layout), JSON.stringify(start.layout)),
    demonstrationEffect(candidate, scale, normal),
  ];
  const together =
    single.filter((effect) => effect !== 0).length < 2
      ? 0
      : COMBINATION_SPREAD[count === 0 ? "bare" : "shown"] *
        normal("combination", candidateKey(candidate));
  return single.reduce((sum, effect) => sum + effect, together);
}

function demonstrationEffect(
  { demonstrations }: Candidate,
  { start, shown, startNats }: LossScale,
  normal: Normal,
): number {
  const count = demonstrations.length;
  if (count === 0 || shown === null) return 0;
  const measured = shareOfGain(shown.count) - shareOfGain(start.demonstrations.length);
  const gain = Math.log(shown.nats / startNats) / measured;
  const selection =
    SELECTION_SPREAD * count ** -0.4 * normal("demonstrations", idsOf(demonstrations));
  return gain * shareOfGain(count) + selection;
}

/** 1 for eight demonstrations, 0 for none. */
function shareOfGain(count: number): number {
  if (count === 0) return 0;
  return FIRST_DEMONSTRATION + (1 - FIRST_DEMONSTRATION) * (Math.log2(count) / 3);
}

function aspectsOf(
  candidate: Candidate,
): readonly (readonly [keyof typeof EXAMPLE_SPREAD, string])[] {
  return [
    ["wording", candidate.instruction],
    ["layout", JSON.stringify(candidate.layout)],
    ["demonstrations", idsOf(candidate.demonstrations)],
  ];
}

function idsOf(demonstrations: Candidate["demonstrations"]): string {
  return demonstrations.map(({ id }) => id).join();
}
