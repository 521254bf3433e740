import type { TrialListener } from "../../optimizer/trials.ts";
import { counted, nats } from "../../report/numbers.ts";
import type { CliContext } from "../context.ts";

/** Where no line can move, how long nothing may be said. */
const PLAIN_INTERVAL_MS = 20_000;

/** Shows what is tried: one moving line on a terminal, a line now and then elsewhere. */
export function trialReporter({ stderr, clock }: Pick<CliContext, "stderr" | "clock">): {
  readonly onTrial: TrialListener;
  /** Takes the moving line away. */
  readonly clear: () => void;
} {
  let lastShown = clock();
  const isMoving = stderr.isTTY === true;
  return {
    onTrial: (last, count) => {
      const now = clock();
      if (!isMoving && now - lastShown < PLAIN_INTERVAL_MS) return;
      lastShown = now;
      const line = `${counted(count, "prompt")} scored; the last (${last.operator}) has a training loss of ${nats(last.summary.loss)} nats`;
      stderr.write(isMoving ? `\r\u001B[K${line}` : `${line}\n`);
    },
    clear: () => {
      if (isMoving) stderr.write("\r\u001B[K");
    },
  };
}
