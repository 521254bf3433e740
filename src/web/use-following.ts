import { type Signal, useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

/** A choice that goes with the newest value for as long as nothing else is picked. */
export function useFollowing<T>(newest: T): Signal<T> {
  const choice = useSignal(newest);
  const followed = useRef(newest);
  useLayoutEffect(() => {
    if (choice.value === followed.current) choice.value = newest;
    followed.current = newest;
  }, [newest]);
  return choice;
}
