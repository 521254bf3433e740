import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { GenerateRequest, ModelIdentity, ScoreRequest } from "../core/model.ts";
import { generateCallKey, scoreCallKey } from "./call-key.ts";

const text = fc.string({ unit: "binary" });
const identity: fc.Arbitrary<ModelIdentity> = fc.record({
  name: text,
  weights: text,
  format: text,
  engine: text,
  template: text,
});
const tokens = fc.int32Array({ maxLength: 6 });
const number = fc.double({ noNaN: true });
const scoreRequest: fc.Arbitrary<ScoreRequest> = fc.record({
  id: text,
  context: tokens,
  target: tokens,
});
const generateRequest: fc.Arbitrary<GenerateRequest> = fc.record({
  id: text,
  context: tokens,
  maxTokens: fc.nat(),
  sampling: fc.record({ temperature: number, topP: number, topK: number, minP: number }),
  seed: fc.nat(),
  stop: fc.array(text, { maxLength: 3 }),
});

/** All that the key may depend on, as text that is equal exactly when the values are. */
function meaning(
  model: ModelIdentity,
  requests: readonly (ScoreRequest | GenerateRequest)[],
): string {
  const { weights, format, engine, template } = model;
  const parts = requests.map((request) => {
    const { id: _, ...rest } = request;
    return Object.entries(rest)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, value]) => (value instanceof Int32Array ? [...value] : value));
  });
  return JSON.stringify([weights, format, engine, template, parts], (_, value: unknown) =>
    typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))
      ? `${Object.is(value, -0) ? "-0" : value}`
      : value,
  );
}

test("the key of a call is the same on every machine and in every session", () => {
  const model = { name: "n", weights: "w", format: "f", engine: "e", template: "t" };
  expect(
    scoreCallKey(model, [{ id: "", context: Int32Array.of(1), target: Int32Array.of(2) }]),
  ).toBe("b3cefe3a0103fa7924e8b613f2b5b734e3707cd7335268e8401c61fa7e03e900");
});

test("the order in which an identity's fields were written does not matter", () => {
  const model = { name: "n", weights: "w", format: "f", engine: "e", template: "t" };
  const other = { template: "t", engine: "e", format: "f", weights: "w", name: "n" };
  expect(scoreCallKey(model, [])).toBe(scoreCallKey(other, []));
});

test("a part of a longer array of tokens counts as what it shows", () => {
  const model = { name: "n", weights: "w", format: "f", engine: "e", template: "t" };
  const whole = Int32Array.of(9, 1, 2, 9);
  const target = Int32Array.of(3);
  expect(scoreCallKey(model, [{ id: "", context: whole.subarray(1, 3), target }])).toBe(
    scoreCallKey(model, [{ id: "", context: Int32Array.of(1, 2), target }]),
  );
});

// Small alphabets make neighbours that differ by one shifted boundary likely.
const narrow = {
  text: fc.string({ unit: fc.constantFrom("a", "\ud800", "\udfff"), maxLength: 2 }),
  tokens: fc.array(fc.constantFrom(0, 1), { maxLength: 2 }).map((list) => Int32Array.from(list)),
};
const narrowIdentity = fc.record({
  name: narrow.text,
  weights: narrow.text,
  format: fc.constant(""),
  engine: fc.constant(""),
  template: narrow.text,
});

test("scoring calls have one key exactly when nothing that matters differs", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(identity, narrowIdentity).chain((one) => fc.tuple(one, one)),
      fc.array(fc.record({ id: text, context: narrow.tokens, target: narrow.tokens }), {
        maxLength: 2,
      }),
      fc.array(fc.record({ id: text, context: narrow.tokens, target: narrow.tokens }), {
        maxLength: 2,
      }),
      ([model, otherModel], requests, otherRequests) => {
        for (const [a, b] of [
          [model, model],
          [model, otherModel],
        ] as const) {
          expect(scoreCallKey(a, requests) === scoreCallKey(b, otherRequests)).toBe(
            meaning(a, requests) === meaning(b, otherRequests),
          );
        }
      },
    ),
  );
});

test("changing one field of a scoring request changes the key, but for its name", () => {
  fc.assert(
    fc.property(identity, scoreRequest, scoreRequest, (model, request, other) => {
      const key = scoreCallKey(model, [request]);
      expect(scoreCallKey(model, [{ ...request, id: other.id }])).toBe(key);
      for (const changed of [
        { ...request, context: other.context },
        { ...request, target: other.target },
      ]) {
        expect(scoreCallKey(model, [changed]) === key).toBe(
          meaning(model, [changed]) === meaning(model, [request]),
        );
      }
    }),
  );
});

test("changing one field of a generation request changes the key, but for its name", () => {
  fc.assert(
    fc.property(identity, generateRequest, generateRequest, (model, request, other) => {
      const key = generateCallKey(model, [request]);
      expect(generateCallKey(model, [{ ...request, id: other.id }])).toBe(key);
      const { temperature, topP, topK, minP } = other.sampling;
      for (const changed of [
        { ...request, context: other.context },
        { ...request, maxTokens: other.maxTokens },
        { ...request, seed: other.seed },
        { ...request, stop: other.stop },
        { ...request, stop: [...request.stop, ""] },
        { ...request, sampling: { ...request.sampling, temperature } },
        { ...request, sampling: { ...request.sampling, topP } },
        { ...request, sampling: { ...request.sampling, topK } },
        { ...request, sampling: { ...request.sampling, minP } },
      ]) {
        expect(generateCallKey(model, [changed]) === key).toBe(
          meaning(model, [changed]) === meaning(model, [request]),
        );
      }
    }),
  );
});
