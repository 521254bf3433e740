import { type RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** Pixels that a chart is drawn for before its width is known, and on paper. */
const FIRST_WIDTH = 720;

/** The width of an element in CSS pixels, kept up to date. */
export function useWidth(): {
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly width: number;
} {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(FIRST_WIDTH);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined && entry.contentRect.width > 0)
        setWidth(Math.round(entry.contentRect.width));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}
