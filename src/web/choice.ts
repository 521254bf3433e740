import type { Signal } from "@preact/signals";

/** What the reader looks at, the same in all charts. */
export interface Choice {
  /** A candidate's id. */
  readonly picked: Signal<string>;
  /** An operator whose candidates stand out. */
  readonly highlighted: Signal<string | null>;
}
