import { describe, expect, test } from "vitest";
import { PrefixStore } from "./prefix-store.ts";

const tokens = (text: string): Int32Array => Int32Array.from(Buffer.from(text));
const state = (bytes: number): Uint8Array => new Uint8Array(bytes);
const found = (store: PrefixStore, wanted: string): string | null => {
  const prefix = store.closest(tokens(wanted));
  return prefix === null ? null : Buffer.from(prefix.tokens).toString();
};

describe("the prefix store", () => {
  test("finds the prefix with most leading tokens in common", () => {
    const store = new PrefixStore(100);
    for (const text of ["abc", "abde", "x"]) store.keep(tokens(text), state(10));
    expect(found(store, "abdx")).toBe("abde");
    expect(found(store, "xyz")).toBe("x");
    expect(found(store, "q")).toBeNull();
  });

  test("drops what was unused for longest when there is no room", () => {
    const store = new PrefixStore(25);
    store.keep(tokens("a"), state(10));
    store.keep(tokens("b"), state(10));
    expect(found(store, "a")).toBe("a");
    store.keep(tokens("c"), state(10));
    expect(found(store, "b")).toBeNull();
    expect(found(store, "a")).toBe("a");
    expect(found(store, "c")).toBe("c");
  });

  test("keeps the longer one of two prefixes that extend each other", () => {
    const store = new PrefixStore(25);
    store.keep(tokens("ab"), state(10));
    store.keep(tokens("z"), state(10));
    store.keep(tokens("abcd"), state(15));
    expect(found(store, "ab")).toBe("abcd");
    expect(found(store, "z")).toBe("z");
  });

  test("keeps nothing that is larger than all its room", () => {
    const store = new PrefixStore(25);
    store.keep(tokens("z"), state(10));
    store.keep(tokens("a"), state(26));
    expect(found(store, "a")).toBeNull();
    expect(found(store, "z")).toBe("z");
  });
});
