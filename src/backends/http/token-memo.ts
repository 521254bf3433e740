import type { TokenIds } from "../../core/model.ts";

/** Ids that are kept: 64 MB. */
const MAXIMUM_TOKENS = 16_000_000;

/** Remembers the ids of texts, so that a server is asked once; what is oldest goes first. */
export class TokenMemo {
  readonly #tokens = new Map<string, TokenIds>();
  #count = 0;

  get(key: string): TokenIds | undefined {
    return this.#tokens.get(key);
  }

  set(key: string, tokens: TokenIds): void {
    this.#count += tokens.length - (this.#tokens.get(key)?.length ?? 0);
    this.#tokens.set(key, tokens);
    for (const [oldest, { length }] of this.#tokens) {
      if (this.#count <= MAXIMUM_TOKENS) return;
      this.#tokens.delete(oldest);
      this.#count -= length;
    }
  }
}
