import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { ExampleRow } from "../report/example-rows.ts";
import { counted } from "../report/numbers.ts";
import type { RunReport } from "../report/run-report.ts";
import { ExampleDialog } from "./example-dialog.tsx";
import { arrange, filterFor, passes, type RowFilter, type RowOrder } from "./example-order.ts";
import { ExampleTable } from "./example-table.tsx";
import { Section } from "./section.tsx";
import { TintLegend } from "./tinted-answer.tsx";
import { useFollowing } from "./use-following.ts";
import { useIsLive } from "./use-is-live.ts";
import { useLossUnit } from "./use-loss-unit.ts";
import { ROWS_IN_FULL } from "./virtual-rows.tsx";

const FILTERS: readonly (readonly [RowFilter, string])[] = [
  ["all", "all"],
  ["became-right", "became right"],
  ["became-wrong", "became wrong"],
  ["still-wrong", "still wrong"],
  ["suspects", "label to check"],
];

/** Every example under the start prompt and the best one. */
export function ExamplesSection({ report }: { readonly report: RunReport }): JSX.Element {
  const { test, training } = report.examples;
  const isTest = useFollowing(test.length > 0);
  const order = useSignal<RowOrder>({ key: "best", isDescending: true });
  const filter = useSignal<RowFilter>("all");
  const search = useSignal("");
  const opened = useSignal<ExampleRow | null>(null);
  const rows = isTest.value ? test : training;
  const unit = useLossUnit();
  const isLive = useIsLive();
  const hasParts = rows.some(({ best }) => best.format !== null);
  const shown = useMemo(
    () => arrange(rows, order.value, filter.value, search.value),
    [rows, order.value, filter.value, search.value],
  );
  return (
    <Section
      id="examples"
      title="Examples"
      lead={`The hardest under the best prompt first. ${unit.name === "accuracy" ? "Each answer is the model's own, with its grade" : `Losses are in nats: lower is likelier${hasParts ? "; each is format + decision, saying any of the answers and picking the right one" : ""}`}. ${marksText(unit.name, isTest.value, report)}An example opens with all of its text.`}
    >
      <div class="controls scripted">
        {test.length === 0 ? null : (
          <DataSwitch
            isTest={isTest.value}
            report={report}
            onSwitch={(to) => {
              isTest.value = to;
              filter.value = filterFor(to ? test : training, filter.value);
            }}
          />
        )}
        <input
          type="search"
          placeholder="Search"
          aria-label="Search examples"
          value={search.value}
          onInput={(event) => (search.value = event.currentTarget.value)}
        />
        <FilterChips rows={rows} filter={filter.value} onFilter={(to) => (filter.value = to)} />
      </div>
      {rows.some(({ tokens }) => tokens !== undefined) ? <TintLegend /> : null}
      <ExampleTable
        rows={shown}
        isLong={rows.length > ROWS_IN_FULL}
        order={order.value}
        onOrder={(to) => (order.value = to)}
        onOpen={(row) => (opened.value = row)}
      />
      <p class="quiet" role="status">
        {counted(shown.length, "example")}
      </p>
      {rows.length > ROWS_IN_FULL ? (
        <noscript>
          <p class="quiet">{`The first ${ROWS_IN_FULL}; the others are shown with JavaScript.`}</p>
        </noscript>
      ) : null}
      {isLive || test.length === 0 ? null : (
        <noscript>
          <h3>Training examples</h3>
          <p class="quiet">
            {marksText(unit.name, false, report)}
            {training.length > ROWS_IN_FULL
              ? `The first ${ROWS_IN_FULL}; the others are shown with JavaScript.`
              : ""}
          </p>
          <ExampleTable
            label="Training examples"
            rows={arrange(training, order.value, "all", "")}
            isLong={training.length > ROWS_IN_FULL}
            order={order.value}
            onOrder={() => {}}
            onOpen={() => {}}
          />
        </noscript>
      )}
      <ExampleDialog row={opened.value} onClose={() => (opened.value = null)} />
    </Section>
  );
}

/** What ✓ and ✗ say: of held-out examples the model wrote the answers, of training ones it is the likeliest option. */
function marksText(
  unit: "loss" | "accuracy",
  isTest: boolean,
  { summary: { verdict }, examples: { training } }: RunReport,
): string {
  if (unit === "accuracy") return "";
  const isWritten = isTest && verdict?.measure === "accuracy";
  if (isWritten) return "✓ and ✗ grade what the model wrote. ";
  return training.some(({ best }) => best.score !== null)
    ? "✓ and ✗ say whether the known answer is the likeliest of the options, whatever the model would write. "
    : "";
}

function DataSwitch({
  isTest,
  report,
  onSwitch,
}: {
  readonly isTest: boolean;
  readonly report: RunReport;
  readonly onSwitch: (isTest: boolean) => void;
}): JSX.Element {
  const { test, training } = report.examples;
  return (
    <div class="switch" role="group" aria-label="Which examples">
      <button type="button" aria-pressed={isTest} onClick={() => onSwitch(true)}>
        held out <span>{test.length}</span>
      </button>
      <button type="button" aria-pressed={!isTest} onClick={() => onSwitch(false)}>
        training <span>{training.length}</span>
      </button>
    </div>
  );
}

/** One chip for each kind of row that there is. */
function FilterChips({
  rows,
  filter,
  onFilter,
}: {
  readonly rows: readonly ExampleRow[];
  readonly filter: RowFilter;
  readonly onFilter: (filter: RowFilter) => void;
}): JSX.Element {
  const counts = useMemo(
    () => FILTERS.map(([each]) => rows.filter((row) => passes(row, each)).length),
    [rows],
  );
  return (
    <div class="switch" role="group" aria-label="Which rows">
      {FILTERS.map(([each, name], index) =>
        (counts[index] ?? 0) === 0 && each !== filter ? null : (
          <button
            key={each}
            type="button"
            aria-pressed={filter === each}
            onClick={() => onFilter(each)}
          >
            {name} <span>{counts[index]}</span>
          </button>
        ),
      )}
    </div>
  );
}
