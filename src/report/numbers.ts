import type { LossSummary } from "../core/loss.ts";

/** A number in nats, three digits. */
export function nats(value: number): string {
  const digits = Math.abs(value).toFixed(3);
  return value < 0 && Number(digits) > 0 ? `−${digits}` : digits;
}

/** A loss with what it is made of, where the answers form a closed set. */
export function lossText({ loss, format, decision }: LossSummary): string {
  return format === null || decision === null
    ? nats(loss)
    : `${nats(loss)} (format ${nats(format)}, decision ${nats(decision)})`;
}

/** A signed difference in nats; what rounds to nothing is `+0.000`. */
export function signedNats(difference: number): string {
  const text = nats(difference);
  return text.startsWith("−") ? text : `+${text}`;
}

/** A share as a percentage with one digit; a dash where there is none. */
export function percent(share: number | null): string {
  return share === null ? "–" : `${(100 * share).toFixed(1)} %`;
}

/** A p-value, three digits. */
export function pValueText(pValue: number): string {
  return pValue < 0.001 ? "< 0.001" : pValue.toFixed(3);
}

/** A difference of shares in percentage points, signed. */
export function points(difference: number): string {
  const size = Math.abs(100 * difference).toFixed(1);
  return `${difference < 0 && Number(size) !== 0 ? "−" : "+"}${size}`;
}

/** A whole number with thousands apart. */
export function grouped(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** A count with its noun: `1 iteration`, `2 iterations`. */
export function counted(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

/** A span of time as people say it: `48 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** An amount of money: two digits behind the point, and below one three that say something. */
export function moneyText(amount: number, currency: string): string {
  const digits = amount >= 1 || amount === 0 ? amount.toFixed(2) : amount.toPrecision(3);
  return `${currency} ${Number(digits).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 20 })}`;
}
