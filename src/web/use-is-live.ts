import { useLayoutEffect, useState } from "preact/hooks";

/** False in the page as it was written, true once the script has taken over. */
export function useIsLive(): boolean {
  const [isLive, setIsLive] = useState(false);
  useLayoutEffect(() => setIsLive(true), []);
  return isLive;
}
