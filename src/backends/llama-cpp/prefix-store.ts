import type { TokenIds } from "../../core/model.ts";
import { commonPrefix } from "./plan.ts";
import { sharedTrunk } from "./trunk.ts";

/** What the cache held after a trunk was evaluated, outside the cache. */
interface StoredPrefix<State> {
  readonly tokens: TokenIds;
  readonly state: State;
  /** How much is lost with it: how often it was wanted, and how lately. */
  worth: number;
}

/** What a stored trunk brings of another one. */
export interface RestorablePrefix<State> {
  readonly state: State;
  /** The leading tokens of the wanted trunk that the state holds. At least one piece. */
  readonly length: number;
}

/**
 * Evaluated trunks, to be restored instead of evaluated again. What a trunk saves is in proportion
 * to the room that it takes, so those wanted least often are dropped first, where they are larger
 * together than allowed. Worth ages: it counts from that of the last one dropped (Greedy-Dual-Size with
 * frequency: Cherkasova 1998), so that what was wanted often long ago goes too.
 *
 * @typeParam State what is restored, and how large it is: bytes, where nothing else is said
 */
export class PrefixStore<State extends { readonly length: number } = Uint8Array> {
  readonly #room: number;
  #prefixes: readonly StoredPrefix<State>[] = [];
  #age = 0;

  /** @param room how large all states may be together */
  constructor(room: number) {
    this.#room = room;
  }

  /** The stored trunk that brings most of the wanted one, or null where none brings any. */
  closest(wanted: TokenIds): RestorablePrefix<State> | null {
    let best: StoredPrefix<State> | null = null;
    let length = 0;
    for (const prefix of this.#prefixes) {
      const shared = sharedTrunk(prefix.tokens, wanted);
      if (shared > length) [best, length] = [prefix, shared];
    }
    if (best === null) return null;
    best.worth = Math.max(best.worth, this.#age) + 1;
    return { state: best.state, length };
  }

  /** Keeps a trunk; those that it extends are no longer needed. */
  keep(tokens: TokenIds, state: State): void {
    if (state.length > this.#room) return;
    const others = this.#prefixes.filter(
      (prefix) => commonPrefix(prefix.tokens, tokens) < prefix.tokens.length,
    );
    this.#prefixes = [...others, { tokens, state, worth: this.#age + 1 }];
    while (this.#size() > this.#room) this.#dropLeast(tokens);
  }

  /** The one kept last stays: it is what is worked with. */
  #dropLeast(newest: TokenIds): void {
    const droppable = this.#prefixes.filter(({ tokens }) => tokens !== newest);
    const least = droppable.reduce((a, b) => (b.worth < a.worth ? b : a));
    this.#age = least.worth;
    this.#prefixes = this.#prefixes.filter((prefix) => prefix !== least);
  }

  #size(): number {
    return this.#prefixes.reduce((sum, { state }) => sum + state.length, 0);
  }
}
