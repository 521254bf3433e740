import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from "d3-scale";

export type Scale = ScaleContinuousNumeric<number, number>;

/** Losses that differ by more than this factor are told apart on a logarithmic scale only. */
const WIDE = 6;

/**
 * A scale of losses: logarithmic where they are positive and far apart. It reaches to the ends of
 * intervals too, as far as it can show them: a logarithmic one knows no values of 0 and below.
 */
export function lossScale(
  losses: readonly number[],
  range: readonly [number, number],
  ends: readonly number[] = [],
): Scale {
  const [lowest, highest] = extent(losses);
  if (!(lowest > 0 && highest / lowest > WIDE)) return linearScale([...losses, ...ends], range);
  const [low, high] = extent([...losses, ...ends.filter((end) => end > 0)]);
  return scaleLog()
    .domain([low / 1.15, high * 1.15])
    .range(range)
    .clamp(true);
}

/** A linear scale with round ends. */
export function linearScale(values: readonly number[], range: readonly [number, number]): Scale {
  const [low, high] = extent(values);
  const room = (high - low || 1) * 0.05;
  return scaleLinear()
    .domain([low - room, high + room])
    .range(range)
    .nice()
    .clamp(true);
}

/** The next larger value of three digits: a domain that ends there need not grow with every step. */
export function roomFor(steps: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(steps)) - 2);
  return Math.ceil(steps / unit) * unit;
}

/** A few round values of a scale; a logarithmic one has more than can be written. */
export function fewTicks(scale: Scale, count: number): readonly number[] {
  const ticks = scale.ticks(count);
  if (ticks.length <= count + 2) return ticks;
  const round = ticks.filter((tick) => /^[125]/.test(tick.toExponential()));
  return round.length <= count + 2
    ? round
    : round.filter((tick) => tick.toExponential().startsWith("1"));
}

/** A tick as a reader wants it: no digits that say nothing. */
export function tickText(value: number): string {
  return String(Number(value.toPrecision(6))).replace("-", "−");
}

function extent(values: readonly number[]): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low > high ? [0, 1] : [low, high];
}
