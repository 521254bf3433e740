import { type Candidate, candidateKey } from "../../core/candidate.ts";
import type { Example } from "../../core/example.ts";
import { meanOf } from "../../core/mean.ts";
import { createRandom, deriveSeed } from "../../core/random.ts";
import { normalDeviate } from "../../statistics/normal.ts";

/** What a few calls told of a task's losses. */
export interface LossScale {
  /** A prompt that was really scored; others are supposed by how they differ from it. */
  readonly anchor: Candidate;
  /** Cross-entropy of at least one known answer under it, nats, by example id. All above 0. */
  readonly anchorNats: ReadonlyMap<string, number>;
  /** How much examples differ, without and with demonstrations: standard deviation of the logarithm. */
  readonly spread: { readonly bare: number; readonly shown: number };
  /** What showing more demonstrations did; null where none may be shown. */
  readonly demonstrations: {
    readonly fewer: number;
    readonly more: number;
    /** Of the mean loss's logarithm. */
    readonly change: number;
  } | null;
}

interface Effect {
  readonly mean: number;
  readonly spread: number;
}

/**
 * What changes do to the logarithm of the loss, without and with demonstrations: what is shown
 * drowns out how it is said. Single changes in 26 recorded searches with SmolLM2-135M, each against
 * its parent on the same examples, as `benchmarks/estimate/fit.mjs` prints them: the median and the
 * spread of the middle half, as a few tasks answer with a whole nat. Other rewriters were not recorded.
 */
const EFFECTS = {
  bare: {
    edit: { mean: -0.14, spread: 0.27 },
    rewrite: { mean: 0.08, spread: 0.2 },
    layout: { mean: -0.41, spread: 0.49 },
  },
  shown: {
    edit: { mean: 0.02, spread: 0.045 },
    rewrite: { mean: 0.03, spread: 0.16 },
    layout: { mean: 0.09, spread: 0.25 },
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
const EXAMPLE_SPREAD = { wording: 0.09, layout: 0.43, demonstrations: 0.29 } as const;

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
    const known = levels.get(candidate) ?? changeOfLevel(candidate, scale, normal);
    levels.set(candidate, known);
    return known;
  };
  const meanNats = meanOf([...scale.anchorNats.values()]);
  /** Of an example under the anchor, or one like it where it was not scored so. */
  const baseNats = (regime: Regime, id: string): number => {
    const known = regime === regimeOf(scale.anchor) ? scale.anchorNats.get(id) : undefined;
    if (known !== undefined) return known;
    const spread = scale.spread[regime];
    return meanNats * Math.exp(spread * normal(regime, "", id) - spread ** 2 / 2);
  };
  return {
    // The mean over examples is the candidate's level, however much they differ.
    nats: (candidate, { id }) => {
      const anchored = new Map(aspectsOf(scale.anchor));
      let change = level(candidate);
      for (const [aspect, text] of aspectsOf(candidate)) {
        const before = anchored.get(aspect) ?? "";
        if (text === before) continue;
        const spread = EXAMPLE_SPREAD[aspect];
        change += spread * (normal(aspect, text, id) - normal(aspect, before, id)) - spread ** 2;
      }
      return baseNats(regimeOf(candidate), id) * Math.exp(change);
    },
  };
}

type Regime = keyof typeof EFFECTS;

function regimeOf({ demonstrations }: Candidate): Regime {
  return demonstrations.length === 0 ? "bare" : "shown";
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

/** How far the logarithm of a candidate's loss lies above the anchor's. */
function changeOfLevel(candidate: Candidate, scale: LossScale, normal: Normal): number {
  const { anchor } = scale;
  const regime = regimeOf(candidate);
  const effects = EFFECTS[regime];
  const changed = ({ mean, spread }: Effect, text: string, before: string): number =>
    text === before ? 0 : mean + spread * normal("change", text);
  const { instruction } = candidate;
  const wording = instruction.includes(REWRITE_MARK) ? effects.rewrite : effects.edit;
  const single = [
    changed(wording, instruction, anchor.instruction),
    changed(effects.layout, JSON.stringify(candidate.layout), JSON.stringify(anchor.layout)),
    demonstrationEffect(candidate, scale, normal) - demonstrationEffect(anchor, scale, normal),
  ];
  const together =
    single.filter((effect) => effect !== 0).length < 2
      ? 0
      : COMBINATION_SPREAD[regime] * normal("combination", candidateKey(candidate));
  return single.reduce((sum, effect) => sum + effect, together);
}

/** On the logarithm of the loss, against showing none. */
function demonstrationEffect(
  { demonstrations: shown }: Candidate,
  { demonstrations }: LossScale,
  normal: Normal,
): number {
  const count = shown.length;
  if (count === 0 || demonstrations === null) return 0;
  const { fewer, more, change } = demonstrations;
  const gain = change / (shareOfGain(more) - shareOfGain(fewer));
  const selection = SELECTION_SPREAD * count ** -0.4 * normal("demonstrations", idsOf(shown));
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
