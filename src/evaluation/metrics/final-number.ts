import { RESULT_MARK } from "../../core/metric.ts";

/** A minus counts only where it is no dash between numbers. */
const NUMBER = /(?<![\d.])[-−]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:e[-+]?\d+)?/gi;

/** The number after the last `####`, or else the last number of the text; null without one. */
export function finalNumber(answer: string): number | null {
  const marked = answer.lastIndexOf(RESULT_MARK);
  const numbers = answer.slice(marked < 0 ? 0 : marked).match(NUMBER);
  const last = marked < 0 ? numbers?.at(-1) : numbers?.[0];
  return last === undefined ? null : Number(last.replaceAll(",", "").replace("−", "-"));
}
