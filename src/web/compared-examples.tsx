import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { RunComparison } from "../report/compare-runs.ts";
import type { ExampleRow } from "../report/example-rows.ts";
import { counted } from "../report/numbers.ts";
import { ExampleDialog } from "./example-dialog.tsx";
import { arrange, type RowOrder } from "./example-order.ts";
import { ExampleTable } from "./example-table.tsx";
import { Section } from "./section.tsx";
import { ROWS_IN_FULL } from "./virtual-rows.tsx";

const NAMES = { start: "First", best: "Second" };

/** Every example under both, the largest difference first. */
export function ComparedExamples({
  comparison: { rows },
}: {
  readonly comparison: RunComparison;
}): JSX.Element {
  const order = useSignal<RowOrder>({ key: "size", isDescending: true });
  const search = useSignal("");
  const opened = useSignal<ExampleRow | null>(null);
  const shown = useMemo(
    () => arrange(rows, order.value, "all", search.value),
    [rows, order.value, search.value],
  );
  return (
    <Section
      id="examples"
      title="Examples"
      lead="Bits per byte of the known answer, the largest difference first. An example opens with all of its text."
    >
      <div class="controls scripted">
        <input
          type="search"
          placeholder="Search"
          aria-label="Search examples"
          value={search.value}
          onInput={(event) => (search.value = event.currentTarget.value)}
        />
      </div>
      <ExampleTable
        names={NAMES}
        rows={shown}
        isLong={rows.length > ROWS_IN_FULL}
        order={order.value}
        onOrder={(to) => (order.value = to)}
        onOpen={(row) => (opened.value = row)}
      />
      <p class="quiet" role="status">
        {counted(shown.length, "example")}
      </p>
      <ExampleDialog
        row={opened.value}
        names={NAMES}
        unit="bits per byte"
        onClose={() => (opened.value = null)}
      />
    </Section>
  );
}
