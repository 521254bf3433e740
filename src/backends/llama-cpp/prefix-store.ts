import type { TokenIds } from "../../core/model.ts";
import { commonPrefix } from "./plan.ts";

/** What the cache held after a prefix was evaluated, outside the cache. */
interface StoredPrefix {
  readonly tokens: TokenIds;
  readonly state: Uint8Array;
}

/**
 * Evaluated prefixes, to be restored instead of evaluated again. Those unused for longest are
 * dropped when there are more bytes than allowed: a prefix costs time in proportion to its bytes.
 */
export class PrefixStore {
  readonly #maxBytes: number;
  /** The one used last comes last. */
  #prefixes: StoredPrefix[] = [];

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The stored prefix that has most leading tokens in common with the wanted one, or null where none has any. */
  closest(wanted: TokenIds): StoredPrefix | null {
    let best: StoredPrefix | null = null;
    for (const prefix of this.#prefixes) {
      const common = commonPrefix(prefix.tokens, wanted);
      if (common > (best === null ? 0 : commonPrefix(best.tokens, wanted))) best = prefix;
    }
    if (best !== null) this.#moveToEnd(best);
    return best;
  }

  /** Keeps a prefix; those that it extends are no longer needed. */
  keep(tokens: TokenIds, state: Uint8Array): void {
    if (state.length > this.#maxBytes) return;
    this.#prefixes = this.#prefixes.filter(
      (prefix) => commonPrefix(prefix.tokens, tokens) < prefix.tokens.length,
    );
    this.#prefixes.push({ tokens, state });
    while (this.#bytes() > this.#maxBytes) this.#prefixes.shift();
  }

  #moveToEnd(used: StoredPrefix): void {
    this.#prefixes = [...this.#prefixes.filter((prefix) => prefix !== used), used];
  }

  #bytes(): number {
    return this.#prefixes.reduce((sum, { state }) => sum + state.length, 0);
  }
}
