import { useEffect, useState } from "preact/hooks";

type Turn = () => void;

const waiting = new Set<Turn>();
let isComing = false;

/**
 * The value, taken over in a task of its own when all those that asked before have had theirs: parts
 * of a page that take a new report in turns leave it time to answer keys in between. A component's
 * turn comes after those of its children.
 */
export function useTurn<T>(value: T): T {
  const [taken, take] = useState(value);
  useEffect(() => {
    const turn = (): void => take(() => value);
    waiting.add(turn);
    comeSoon();
    return () => waiting.delete(turn);
  }, [value]);
  return taken;
}

function comeSoon(): void {
  if (isComing) return;
  isComing = true;
  setTimeout(() => {
    isComing = false;
    const [next] = waiting;
    if (next === undefined) return;
    waiting.delete(next);
    next();
    comeSoon();
  });
}
