import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { duration } from "../../report/numbers.ts";

/** Shorter pauses say nothing. */
const LONG_SECONDS = 5;

/** How long nothing has come of a run that is at work: it tells of a step only when that is done. */
export function SinceLast({ events }: { readonly events: number }): JSX.Element | null {
  const seconds = useSignal(0);
  useEffect(() => {
    const begun = performance.now();
    seconds.value = 0;
    const timer = setInterval(() => {
      seconds.value = (performance.now() - begun) / 1000;
    }, 1000);
    return () => clearInterval(timer);
  }, [events]);
  return seconds.value < LONG_SECONDS ? null : (
    <span class="quiet">in this step for {duration(seconds.value)}</span>
  );
}
