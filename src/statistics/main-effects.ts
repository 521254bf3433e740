/** A combination that was tried against a baseline: the features in which they differ, and how much the outcome changed. */
export interface Trial {
  readonly contrasts: Contrasts;
  readonly change: number;
}

/** +1 for a feature that a combination has and the baseline lacks, −1 the other way round. */
export type Contrasts = ReadonlyMap<string, 1 | -1>;

/** By how much each feature changes the outcome, on its own. */
export type MainEffects = ReadonlyMap<string, number>;

/** Trials' worth of "no effect at all" that every feature is held against. */
const SHRINKAGE = 0.3;
const SWEEPS = 30;

/** The features in which a combination differs from the baseline. */
export function contrastsOf(
  features: ReadonlySet<string>,
  baseline: ReadonlySet<string>,
): Contrasts {
  const gained = [...features].filter((name) => !baseline.has(name));
  const lost = [...baseline].filter((name) => !features.has(name));
  return new Map([
    ...gained.map((name): [string, 1] => [name, 1]),
    ...lost.map((name): [string, -1] => [name, -1]),
  ]);
}

/**
 * Ridge regression of change = Σ effects of the contrasts, by cyclic coordinate descent. What a
 * single trial shows of several features together is shared among them.
 */
export function fitMainEffects(trials: readonly Trial[]): MainEffects {
  const residuals = trials.map(({ change }) => change);
  const effects = new Map<string, number>();
  const holders = trialsByFeature(trials);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const [feature, held] of holders) {
      const before = effects.get(feature) ?? 0;
      const unexplained = held.reduce(
        (sum, { trial, sign }) => sum + sign * (residuals[trial] as number) + before,
        0,
      );
      const after = unexplained / (held.length + SHRINKAGE);
      for (const { trial, sign } of held) {
        residuals[trial] = (residuals[trial] as number) + sign * (before - after);
      }
      effects.set(feature, after);
    }
  }
  return effects;
}

/** What the effects add up to; a feature that was never tried counts for nothing. */
export function predictedChange(effects: MainEffects, contrasts: Contrasts): number {
  let sum = 0;
  for (const [feature, sign] of contrasts) sum += sign * (effects.get(feature) ?? 0);
  return sum;
}

interface Held {
  /** Its place in the list. */
  readonly trial: number;
  readonly sign: 1 | -1;
}

function trialsByFeature(trials: readonly Trial[]): ReadonlyMap<string, readonly Held[]> {
  const holders = new Map<string, Held[]>();
  trials.forEach(({ contrasts }, trial) => {
    for (const [feature, sign] of contrasts) {
      const held = holders.get(feature);
      if (held === undefined) holders.set(feature, [{ trial, sign }]);
      else held.push({ trial, sign });
    }
  });
  return holders;
}
