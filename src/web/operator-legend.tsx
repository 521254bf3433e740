import type { JSX } from "preact";
import type { Choice } from "./choice.ts";
import { colourClass } from "./operator-colour.ts";
import { useIsLive } from "./use-is-live.ts";

/** The colours of the operators. Pressing one makes its candidates stand out. */
export function OperatorLegend({
  operators,
  highlighted,
}: Pick<Choice, "highlighted"> & { readonly operators: readonly string[] }): JSX.Element {
  const isLive = useIsLive();
  return (
    <div class="legend" role="group" aria-label="Operators">
      {operators.map((operator) =>
        isLive ? (
          <button
            key={operator}
            type="button"
            class={colourClass(operator)}
            aria-pressed={highlighted.value === operator}
            onClick={() => {
              highlighted.value = highlighted.value === operator ? null : operator;
            }}
          >
            <Swatch />
            {operator}
          </button>
        ) : (
          <span key={operator} class={`entry ${colourClass(operator)}`}>
            <Swatch />
            {operator}
          </span>
        ),
      )}
      <span class="quiet">hollow: dropped by racing</span>
    </div>
  );
}

function Swatch(): JSX.Element {
  return (
    <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
      <circle cx="5" cy="5" r="4.5" />
    </svg>
  );
}
