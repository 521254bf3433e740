import type { JSX } from "preact";

/** Why something did not work, and what to do. */
export function Problem({
  refused,
}: {
  readonly refused: { readonly message: string; readonly hint: string | null } | null;
}): JSX.Element {
  return (
    <div role="alert">
      {refused === null ? null : (
        <p class="problem">
          <strong>{refused.message}</strong> {refused.hint}
        </p>
      )}
    </div>
  );
}
