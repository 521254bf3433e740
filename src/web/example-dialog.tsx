import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ExampleRow, ExampleSide } from "../report/example-rows.ts";
import { Mark, partsOf } from "./example-table.tsx";
import { TintedAnswer, TokenTable } from "./tinted-answer.tsx";
import { useLossUnit } from "./use-loss-unit.ts";

/** All of one example, over the page. */
export function ExampleDialog({
  row,
  names = { start: "Start", best: "Best" },
  unit,
  onClose,
}: {
  readonly row: ExampleRow | null;
  readonly names?: { readonly start: string; readonly best: string };
  /** Of the losses, where they are not shown as the run's. */
  readonly unit?: string;
  readonly onClose: () => void;
}): JSX.Element {
  const ref = useRef<HTMLDialogElement>(null);
  const table = useRef<HTMLElement | null>(null);
  const shown = useLossUnit();
  useEffect(() => {
    if (row === null || ref.current?.open !== false) return;
    table.current = document.activeElement?.closest<HTMLElement>(".table-window") ?? null;
    ref.current.showModal();
  }, [row]);
  const close = (): void => {
    // The row that was opened may be gone by now, and the focus still here: its table takes it.
    const { activeElement } = document;
    if (activeElement === document.body || ref.current?.contains(activeElement) === true) {
      table.current?.focus({ preventScroll: true });
    }
    onClose();
  };
  return (
    <dialog ref={ref} aria-labelledby="example-title" onClose={close}>
      {row === null ? null : (
        <>
          <header class="panel-head">
            <h3 id="example-title">Example {row.id}</h3>
            <button type="button" onClick={() => ref.current?.close()}>
              Close
            </button>
          </header>
          {row.isSuspect ? (
            <p>It stays hard under nearly every prompt: its known answer may be wrong.</p>
          ) : null}
          <p class="prompt-text">{row.input}</p>
          <dl class="facts">
            <div>
              <dt>Known answer</dt>
              <dd class="prompt-text">
                <TintedAnswer {...row} />
              </dd>
            </div>
            <Side name={names.start} side={row.start} unit={unit} />
            <Side name={names.best} side={row.best} unit={unit} />
            <div>
              <dt>Change</dt>
              <dd>
                {shown.change(row.best.loss - row.start.loss)} {unit ?? shown.unit}
              </dd>
            </div>
          </dl>
          {row.tokens === undefined ? null : <TokenTable tokens={row.tokens} />}
        </>
      )}
    </dialog>
  );
}

function Side({
  name,
  side,
  unit,
}: {
  readonly name: string;
  readonly side: ExampleSide;
  readonly unit: string | undefined;
}): JSX.Element {
  const shown = useLossUnit();
  return (
    <div>
      <dt>{name}</dt>
      <dd class="prompt-text">
        <Mark score={side.score} />
        {side.answer ?? "–"}
      </dd>
      <dd class="quiet">
        {shown.text(side.loss)} {unit ?? (shown.name === "loss" ? shown.unit : "")} {partsOf(side)}
      </dd>
    </div>
  );
}
