import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ScoreRequest } from "../../../core/model.ts";
import { createPieceEncoder } from "../../encoding/encode-pieces.ts";
import { characterWriting, tokenizeCharacters } from "../characters/vocabulary.ts";
import { estimateAnswer } from "./estimate.ts";
import type { ListedToken, NextTokens } from "./next-token.ts";

const encode = createPieceEncoder(characterWriting("text"), tokenizeCharacters);

async function requestFor(target: string): Promise<ScoreRequest> {
  const prompt = { kind: "text", text: "Say:" } as const;
  const [encoded] = await encode([{ prompt, target, scoreEnd: false }]);
  if (encoded === undefined) throw new Error("nothing was encoded");
  return { id: "answer", ...encoded };
}

const LETTERS = ["a", "b", "é", "東"];
const BYTES = [...new Set([" ", ...LETTERS].flatMap((letter) => [...Buffer.from(letter)]))];

const word = fc
  .tuple(fc.boolean(), fc.array(fc.constantFrom(...LETTERS), { minLength: 1, maxLength: 4 }))
  .map(([hasSpace, letters]) => `${hasSpace ? " " : ""}${letters.join("")}`);

/** Words and parts of words, and every byte: a tokenizer that takes the longest it knows. */
const vocabulary = fc
  .uniqueArray(word, { maxLength: 25 })
  .map((words) => [
    ...BYTES.map((byte) => Buffer.of(byte)),
    ...words.map((each) => Buffer.from(each)).filter(({ length }) => length > 1),
  ]);

/** A model whose opinion of each token depends on all that stands before it. */
function distribution(
  tokens: readonly Buffer[],
  seed: number,
  before: Buffer,
): readonly ListedToken[] {
  const weights = tokens.map((bytes) => {
    const hash = [...before, 0, ...bytes].reduce(
      (sum, byte) => Math.imul(sum ^ byte, 0x01000193) >>> 0,
      seed,
    );
    return Math.exp(((hash >>> 8) % 1000) / 100);
  });
  const total = weights.reduce((sum, each) => sum + each, 0);
  return tokens
    .map((bytes, index) => ({
      text: bytes.toString("utf8"),
      bytes,
      logProb: Math.log((weights[index] as number) / total),
    }))
    .toSorted((a, b) => b.logProb - a.logProb);
}

/** The log-probability of an answer as its tokenizer cuts it. */
function truth(tokens: readonly Buffer[], seed: number, prompt: string, answer: string): number {
  let [before, rest] = [Buffer.from(prompt), Buffer.from(answer)];
  let logProb = 0;
  while (rest.length > 0) {
    const own = tokens
      .filter((bytes) => rest.subarray(0, bytes.length).equals(bytes))
      .reduce((best, bytes) => (bytes.length > best.length ? bytes : best));
    const row = distribution(tokens, seed, before).find(({ bytes }) => bytes === own);
    logProb += row?.logProb ?? Number.NaN;
    before = Buffer.concat([before, own]);
    rest = rest.subarray(own.length);
  }
  return logProb;
}

test("an estimate is never below the truth, and is the truth where all is listed in whole characters", async () => {
  const answers = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(""));
  await fc.assert(
    fc.asyncProperty(
      vocabulary,
      answers,
      fc.nat(1e6),
      fc.integer({ min: 1, max: 40 }),
      async (tokens, answer, seed, count) => {
        const ask = (prompt: { readonly text?: string }, begun: string): Promise<NextTokens> => {
          const before = Buffer.from(`${prompt.text ?? ""}${begun}`);
          return Promise.resolve(distribution(tokens, seed, before).slice(0, count));
        };
        const { logProbs, estimate } = await estimateAnswer(await requestFor(answer), ask as never);
        const total = logProbs.reduce((sum, each) => sum + each, 0);
        const own = truth(tokens, seed, "Say:", answer);
        expect(total).toBeGreaterThanOrEqual(own - 1e-9);
        if (count >= tokens.length && estimate?.bounded === 0) expect(total).toBeCloseTo(own, 9);
        expect(estimate?.bounded).toBeLessThanOrEqual(estimate?.tokens ?? 0);
      },
    ),
    { numRuns: 400 },
  );
});

test("a word whose own token is missing is not made less likely by shorter ones that are listed", async () => {
  const token = (text: string, logProb: number): ListedToken => ({
    text,
    bytes: Buffer.from(text),
    logProb,
  });
  const lists: Readonly<Record<string, NextTokens>> = {
    "": [token(" good", -1), token(" ", -3), token(" fine", -5)],
    " ": [token("good", -1), token("negative", -6.8)],
  };
  const scored = await estimateAnswer(await requestFor(" negative"), (_prompt, begun) =>
    Promise.resolve(lists[begun] ?? []),
  );
  expect(scored.estimate).toEqual({ tokens: 1, bounded: 1 });
  expect(scored.logProbs[0]).toBe(-5);
});
