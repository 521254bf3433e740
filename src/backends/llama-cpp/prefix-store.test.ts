import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PrefixStore } from "./prefix-store.ts";
import { PIECE_TOKENS } from "./trunk.ts";

/** One piece for each letter; all begin with the same few tokens, as prompts do. */
const tokens = (letters: string): Int32Array =>
  Int32Array.from(
    Array.from(letters).flatMap((letter) => [
      ...Array<number>(5).fill(0),
      ...Array<number>(PIECE_TOKENS - 5).fill(letter.charCodeAt(0)),
    ]),
  );
const state = (bytes: number): Uint8Array => new Uint8Array(bytes);
/** How many pieces of a trunk the store brings. */
const found = (store: PrefixStore, letters: string): number =>
  (store.closest(tokens(letters))?.length ?? 0) / PIECE_TOKENS;

describe("the prefix store", () => {
  test("brings as many pieces as a stored trunk has in common with the wanted one", () => {
    const store = new PrefixStore(100);
    for (const letters of ["abc", "abde", "x"]) store.keep(tokens(letters), state(10));
    expect(found(store, "abdx")).toBe(3);
    expect(found(store, "ab")).toBe(2);
    expect(found(store, "xyz")).toBe(1);
    expect(found(store, "q")).toBe(0);
  });

  test("drops what was unused for longest when there is no room", () => {
    const store = new PrefixStore(25);
    store.keep(tokens("a"), state(10));
    store.keep(tokens("b"), state(10));
    expect(found(store, "a")).toBe(1);
    store.keep(tokens("c"), state(10));
    expect(found(store, "b")).toBe(0);
    expect(found(store, "a")).toBe(1);
    expect(found(store, "c")).toBe(1);
  });

  test("a beginning that is no whole piece is no use of a trunk", () => {
    const store = new PrefixStore(30);
    for (const letter of "abc") store.keep(tokens(letter), state(10));
    for (const letter of "bcbc") found(store, letter);
    // Each new one has five tokens in common with all of them.
    for (const letter of "defg") {
      expect(found(store, letter)).toBe(0);
      store.keep(tokens(letter), state(10));
      expect([found(store, "b"), found(store, "c")]).toEqual([1, 1]);
    }
    expect(found(store, "a")).toBe(0);
  });

  test("what was wanted often long ago goes in the end", () => {
    const store = new PrefixStore(30);
    store.keep(tokens("a"), state(10));
    for (let time = 0; time < 5; time++) found(store, "a");
    for (const letter of "bcdefghijklmnop") {
      store.keep(tokens(letter), state(10));
      found(store, letter);
    }
    expect(found(store, "a")).toBe(0);
  });

  test("keeps the longer one of two prefixes that extend each other", () => {
    const store = new PrefixStore(25);
    store.keep(tokens("ab"), state(10));
    store.keep(tokens("z"), state(10));
    store.keep(tokens("abcd"), state(15));
    expect(found(store, "abcd")).toBe(4);
    expect(found(store, "z")).toBe(1);
  });

  test("keeps nothing that is larger than all its room", () => {
    const store = new PrefixStore(25);
    store.keep(tokens("z"), state(10));
    store.keep(tokens("a"), state(26));
    expect(found(store, "a")).toBe(0);
    expect(found(store, "z")).toBe(1);
  });

  test("never holds more bytes than allowed, and always what was kept last", () => {
    const kept = fc.record({
      letters: fc.stringMatching(/^[a-d]{1,4}$/),
      bytes: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(fc.array(kept, { maxLength: 30 }), (all) => {
        const store = new PrefixStore(40);
        const sizes = new Map<Uint8Array, number>();
        for (const { letters, bytes } of all) {
          const own = state(bytes);
          sizes.set(own, bytes);
          store.keep(tokens(letters), own);
          expect(found(store, letters)).toBe(letters.length);
        }
        const held = new Set<Uint8Array>();
        for (const { letters } of all) {
          const prefix = store.closest(tokens(letters));
          if (prefix !== null) held.add(prefix.state);
        }
        expect([...held].reduce((sum, own) => sum + (sizes.get(own) ?? 0), 0)).toBeLessThanOrEqual(
          40,
        );
      }),
    );
  });
});
