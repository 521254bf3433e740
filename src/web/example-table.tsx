import type { JSX } from "preact";
import type { ExampleRow, ExampleSide } from "../report/example-rows.ts";
import { nats } from "../report/numbers.ts";
import type { RowOrder } from "./example-order.ts";
import { LiveButton } from "./live-button.tsx";
import { TintedAnswer } from "./tinted-answer.tsx";
import { useIsLive } from "./use-is-live.ts";
import { useLossUnit } from "./use-loss-unit.ts";
import { FIRST_ROW_INDEX, VirtualRows } from "./virtual-rows.tsx";

const COLUMNS = ["input", "target", "start", "best", "change"] as const;
type Column = (typeof COLUMNS)[number];

const NAMES: Readonly<Record<Column, string>> = {
  input: "Example",
  target: "Known answer",
  start: "Start",
  best: "Best",
  change: "Change",
};

const TOKENS_IN_CELL = 40;

interface ExampleTableProps {
  readonly label?: string;
  /** What stands on both sides, where it is not the start prompt and the best one. */
  readonly names?: { readonly start: string; readonly best: string };
  readonly rows: readonly ExampleRow[];
  readonly isLong: boolean;
  readonly order: RowOrder;
  readonly onOrder: (order: RowOrder) => void;
  readonly onOpen: (row: ExampleRow) => void;
}

/** The rows as a table whose heads sort it. */
export function ExampleTable({
  rows,
  isLong,
  order,
  onOrder,
  onOpen,
  names,
  label = "All examples",
}: ExampleTableProps): JSX.Element {
  const isLive = useIsLive();
  return (
    <VirtualRows
      label={label}
      columns={COLUMNS.length}
      rows={rows}
      isLong={isLong}
      head={
        <tr>
          {COLUMNS.map((column) => (
            <SortHead
              key={column}
              isLive={isLive}
              column={column}
              name={{ ...NAMES, ...names }[column]}
              order={order}
              onOrder={onOrder}
            />
          ))}
        </tr>
      }
      row={(row, index) => (
        <Row key={row.id} isLive={isLive} row={row} index={index} onOpen={onOpen} />
      )}
    />
  );
}

function SortHead({
  isLive,
  column,
  name,
  order,
  onOrder,
}: Pick<ExampleTableProps, "order" | "onOrder"> & {
  readonly isLive: boolean;
  readonly column: Column;
  readonly name: string;
}): JSX.Element {
  const isSorted = order.key === column;
  const direction = order.isDescending ? "descending" : "ascending";
  return (
    <th scope="col" class={`column-${column}`} aria-sort={isSorted ? direction : "none"}>
      <LiveButton
        isLive={isLive}
        onClick={() =>
          onOrder({ key: column, isDescending: isSorted ? !order.isDescending : true })
        }
      >
        {name}
        <span aria-hidden="true">{isSorted ? (order.isDescending ? " ↓" : " ↑") : ""}</span>
      </LiveButton>
    </th>
  );
}

function Row({
  isLive,
  row,
  index,
  onOpen,
}: {
  readonly isLive: boolean;
  readonly row: ExampleRow;
  readonly index: number;
  readonly onOpen: (row: ExampleRow) => void;
}): JSX.Element {
  const unit = useLossUnit();
  const change = row.best.loss - row.start.loss;
  return (
    <tr aria-rowindex={FIRST_ROW_INDEX + index}>
      <td class="column-input">
        <LiveButton isLive={isLive} class="clamp" onClick={() => onOpen(row)}>
          {row.isSuspect ? <span class="badge bad">label?</span> : null}
          {row.input}
        </LiveButton>
      </td>
      <td class="column-target">
        <span class="clamp">
          <TintedAnswer {...shortened(row)} />
        </span>
      </td>
      <SideCell side={row.start} column="start" />
      <SideCell side={row.best} column="best" />
      <td class={`column-change number ${directionOf(change)}`}>{unit.change(change)}</td>
    </tr>
  );
}

/** A known answer of which no more is tinted than a cell can show; on paper it stands whole. */
function shortened(row: ExampleRow): Pick<ExampleRow, "target" | "tokens"> {
  const { target, tokens } = row;
  if (tokens === undefined || tokens.length <= TOKENS_IN_CELL) return row;
  const rest = tokens.slice(TOKENS_IN_CELL).map(({ text }) => text ?? "");
  const untinted = { text: rest.join(""), start: 0, best: 0 };
  return { target, tokens: [...tokens.slice(0, TOKENS_IN_CELL), untinted] };
}

/** Nothing where the digits shown say that nothing changed. */
function directionOf(change: number): "gain" | "loss" | "" {
  if (Number(nats(Math.abs(change))) === 0) return "";
  return change < 0 ? "gain" : "loss";
}

/** The answer with a mark, and the loss with what it is made of. */
function SideCell({
  side,
  column,
}: {
  readonly side: ExampleSide;
  readonly column: Column;
}): JSX.Element {
  const unit = useLossUnit();
  return (
    <td class={`column-${column}`}>
      <span class="answer">
        <Mark score={side.score} />
        {side.answer}
      </span>
      <span class="quiet number">
        {unit.text(side.loss)}
        <span class="loss-parts">{shortPartsOf(side)}</span>
      </span>
    </td>
  );
}

/** Right, wrong, or in between. */
export function Mark({ score }: { readonly score: number | null }): JSX.Element | null {
  if (score === null) return null;
  if (score === 1)
    return (
      <span class="mark right" role="img" aria-label="right">
        ✓{" "}
      </span>
    );
  if (score === 0)
    return (
      <span class="mark wrong" role="img" aria-label="wrong">
        ✗{" "}
      </span>
    );
  return <span class="mark">{score.toFixed(2)} </span>;
}

/** As `partsOf`, for a cell whose table says what they are. */
function shortPartsOf({ format, decision }: ExampleSide): string {
  return format === null || decision === null ? "" : ` = ${nats(format)} + ${nats(decision)}`;
}

/** The two parts of a loss, where the answers form a closed set. */
export function partsOf({ format, decision }: ExampleSide): string {
  return format === null || decision === null
    ? ""
    : `format ${nats(format)} + decision ${nats(decision)}`;
}
