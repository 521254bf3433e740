import type { ComponentChildren, JSX, RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Up to so many rows are all in the page, and so they are without JavaScript and on paper. */
export const ROWS_IN_FULL = 400;

/** Rows drawn beyond the visible ones, so that scrolling shows no gap. */
const SPARE_ROWS = 8;
/** Before a row was measured, pixels. */
const LIKELY_HEIGHT = 57;
/** Of the first row below the head, which is row 1. */
export const FIRST_ROW_INDEX = 2;

interface VirtualRowsProps<T> {
  readonly label: string;
  readonly head: JSX.Element;
  readonly columns: number;
  readonly rows: readonly T[];
  /** Whether there are, or were before a search, more rows than are put into the page in full. */
  readonly isLong: boolean;
  /** A `tr` with its place in the table, `FIRST_ROW_INDEX + index`, as `aria-rowindex`. */
  readonly row: (item: T, index: number) => JSX.Element;
}

/** A table in a window of its own, of which only the visible rows exist where there are many. All rows are equally high. */
export function VirtualRows<T>(props: VirtualRowsProps<T>): JSX.Element {
  const { label, head, columns, rows, isLong, row } = props;
  const { ref, first, last, height } = useVisibleRows(rows.length, isLong);
  useKeptFocus(ref);
  return (
    <div class="table-window" ref={ref} tabIndex={0} role="region" aria-label={label}>
      <table class="data" aria-rowcount={rows.length + 1}>
        <thead>{head}</thead>
        <tbody>
          <Gap rows={first} height={height} columns={columns} />
          {rows.slice(first, last).map((item, index) => row(item, first + index))}
          <Gap rows={rows.length - last} height={height} columns={columns} />
        </tbody>
      </table>
    </div>
  );
}

/** Takes the place of rows that are not drawn. */
function Gap({
  rows,
  height,
  columns,
}: {
  readonly rows: number;
  readonly height: number;
  readonly columns: number;
}): ComponentChildren {
  if (rows <= 0) return null;
  return (
    <tr class="gap" aria-hidden="true">
      <td colSpan={columns} height={rows * height} />
    </tr>
  );
}

/** The focus in a row that goes moves to the window, where arrow keys scroll on. */
function useKeptFocus({ current: window }: RefObject<HTMLDivElement | null>): void {
  const hadFocus = window?.contains(document.activeElement) === true;
  useLayoutEffect(() => {
    if (hadFocus && !window.contains(document.activeElement)) window.focus({ preventScroll: true });
  });
}

interface VisibleRows {
  readonly first: number;
  readonly last: number;
  readonly height: number;
}

/** What is known of the window, in pixels; nothing is seen before it was measured. */
interface View {
  readonly top: number;
  readonly seen: number;
  readonly height: number;
}

function useVisibleRows(
  count: number,
  isLong: boolean,
): VisibleRows & { readonly ref: RefObject<HTMLDivElement | null> } {
  const ref = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<View>({ top: 0, seen: 0, height: LIKELY_HEIGHT });
  useEffect(() => {
    const element = ref.current;
    if (element === null || !isLong) return;
    const look = (): void => {
      // On paper the window is as high as its rows, and would grow with them.
      if (matchMedia("print").matches) return;
      setView(viewOf(element));
    };
    look();
    element.addEventListener("scroll", look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", look);
      observer.disconnect();
    };
  }, [count, isLong]);
  if (!isLong) return { ref, first: 0, last: count, height: view.height };
  return { ref, ...visibleRows(view, count) };
}

function viewOf(element: HTMLElement): View {
  const row = element.querySelector<HTMLElement>("tbody tr:not(.gap)");
  return {
    top: element.scrollTop,
    seen: element.clientHeight,
    height: row?.offsetHeight ?? LIKELY_HEIGHT,
  };
}

function visibleRows({ top, seen, height }: View, count: number): VisibleRows {
  if (seen === 0) return { first: 0, last: Math.min(count, ROWS_IN_FULL), height };
  // After a search the window may still be scrolled to where no row is left.
  const from = Math.min(Math.floor(top / height), Math.max(0, count - Math.ceil(seen / height)));
  return {
    first: Math.max(0, from - SPARE_ROWS),
    last: Math.min(count, from + Math.ceil(seen / height) + SPARE_ROWS),
    height,
  };
}
