import * as fc from "fast-check";
import { expect, test } from "vitest";
import { FairQueue, type Waiting } from "./fair-queue.ts";

const item = fc.record({
  client: fc.constantFrom("a", "b", "c"),
  kind: fc.constantFrom("score", "write"),
  tokens: fc.integer({ min: 1, max: 100 }),
});

const ONE = (): { items: number; tokens: number } => ({ items: 1, tokens: 1 });

/** Everything that comes out, batch by batch. */
function emptied(
  items: readonly Waiting[],
  limits: { readonly items: number; readonly tokens: number },
): readonly (readonly Waiting[])[] {
  const queue = new FairQueue<Waiting>();
  for (const each of items) queue.add(each);
  const batches: (readonly Waiting[])[] = [];
  for (;;) {
    const batch = queue.takeBatch(() => limits);
    if (batch.length === 0) break;
    batches.push(batch);
  }
  expect([queue.length, queue.tokens]).toEqual([0, 0]);
  return batches;
}

test("everything comes out once, in batches of one kind within the limits", () => {
  fc.assert(
    fc.property(fc.array(item), fc.integer({ min: 1, max: 5 }), (items, most) => {
      const batches = emptied(items, { items: most, tokens: 120 });
      expect(new Set(batches.flat())).toEqual(new Set(items));
      expect(batches.flat()).toHaveLength(items.length);
      for (const batch of batches) {
        const tokens = batch.reduce((sum, each) => sum + each.tokens, 0);
        expect(new Set(batch.map(({ kind }) => kind)).size).toBe(1);
        expect(batch.length).toBeLessThanOrEqual(most);
        expect(batch.length === 1 || tokens <= 120).toBe(true);
      }
    }),
  );
});

test("a client's own work of one kind stays in its order", () => {
  fc.assert(
    fc.property(fc.array(item), (items) => {
      const out = emptied(items, { items: 3, tokens: 150 }).flat();
      for (const client of ["a", "b", "c"]) {
        for (const kind of ["score", "write"]) {
          const own = (all: readonly Waiting[]): readonly Waiting[] =>
            all.filter((each) => each.client === client && each.kind === kind);
          expect(own(out)).toEqual(own(items));
        }
      }
    }),
  );
});

test("of two clients that wait, none is ahead by more than one item", () => {
  const tokens = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1 });
  fc.assert(
    fc.property(tokens, tokens, (ofA, ofB) => {
      const queue = new FairQueue<Waiting>();
      for (const each of ofA) queue.add({ client: "a", kind: "score", tokens: each });
      for (const each of ofB) queue.add({ client: "b", kind: "score", tokens: each });
      const left = { a: ofA.length, b: ofB.length };
      const served = { a: 0, b: 0 };
      while (left.a > 0 && left.b > 0) {
        const [next] = queue.takeBatch(ONE) as [Waiting];
        served[next.client as "a" | "b"] += next.tokens;
        left[next.client as "a" | "b"]--;
        expect(Math.abs(served.a - served.b)).toBeLessThanOrEqual(Math.max(...ofA, ...ofB));
      }
    }),
  );
});

test("who comes late does not have to make up for what others were given before", () => {
  const queue = new FairQueue<Waiting>();
  const add = (client: string, count: number): void => {
    for (let index = 0; index < count; index++) queue.add({ client, kind: "score", tokens: 10 });
  };
  add("early", 20);
  for (let index = 0; index < 10; index++) queue.takeBatch(ONE);
  add("late", 4);
  const next = Array.from({ length: 8 }, () => queue.takeBatch(ONE)[0]?.client);
  expect(next.filter((client) => client === "late")).toHaveLength(4);
  expect(next.slice(0, 4).filter((client) => client === "early")).toHaveLength(2);
});

test("what is removed never comes out", () => {
  const queue = new FairQueue<Waiting>();
  const [gone, stays] = [1, 2].map((tokens) => ({ client: "a", kind: "score", tokens }));
  if (gone === undefined || stays === undefined) throw new Error("two items");
  queue.add(gone);
  queue.add(stays);
  expect(queue.remove(gone)).toBe(true);
  expect(queue.remove(gone)).toBe(false);
  expect(queue.takeBatch(() => ({ items: 9, tokens: 9 }))).toEqual([stays]);
});

test("whoever asks one thing at a time is served no more often than whoever waits", () => {
  const queue = new FairQueue<Waiting>();
  const ask = (client: string): void => queue.add({ client, kind: "write", tokens: 100 });
  for (const client of ["patient", "patient", "patient", "busy", "eager"]) ask(client);
  const turns = Array.from({ length: 9 }, () => {
    const [next] = queue.takeBatch(ONE) as [Waiting];
    if (next.client !== "patient") ask(next.client);
    return next.client;
  });
  expect(turns.filter((client) => client === "patient")).toHaveLength(3);
});
