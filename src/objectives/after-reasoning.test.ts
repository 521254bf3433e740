import * as fc from "fast-check";
import { expect, test } from "vitest";
import { AFTER_REASONING, type AnswerScore, type ExampleScores } from "../core/objective.ts";
import { lossAfterReasonings } from "./after-reasoning.ts";
import { canBeNegative, exampleLoss } from "./objective.ts";

const answer = (text: string, logProb: number): AnswerScore => ({
  text,
  logProb,
  tokens: 2,
  bytes: text.length,
});

const scoresOf = (logProbs: readonly number[]): ExampleScores => {
  const options = logProbs.map((logProb, index) => answer(`option ${index}`, logProb));
  const [target = answer("", 0)] = options;
  return {
    target,
    accepted: [],
    right: new Set([target.text]),
    options,
    negatives: [],
    contentFree: new Map(),
    reference: new Map(),
  };
};

const logProb = fc.double({ min: -50, max: -1e-3, noNaN: true });
const samples = fc
  .integer({ min: 2, max: 5 })
  .chain((options) => {
    const row = fc.array(logProb, { minLength: options, maxLength: options });
    return fc.tuple(row, fc.array(row, { maxLength: 5 }));
  })
  .map(([first, others]) => [scoresOf(first), ...others.map(scoresOf)] as const);

test("the loss is the mean over the reasonings, and never below that of the mean probability", () => {
  fc.assert(
    fc.property(samples, (own) => {
      const logProbs = own.map(({ target }) => target.logProb);
      const { loss } = lossAfterReasonings(own);
      expect(loss).toBeCloseTo(-logProbs.reduce((sum, each) => sum + each, 0) / own.length, 9);
      const meanProbability =
        logProbs.reduce((sum, each) => sum + Math.exp(each), 0) / logProbs.length;
      expect(loss).toBeGreaterThanOrEqual(-Math.log(meanProbability) - 1e-9);
    }),
  );
  expect(canBeNegative(AFTER_REASONING)).toBe(false);
});

test("format and decision add up to the cross-entropy, and the pick is the likeliest option", () => {
  fc.assert(
    fc.property(samples, (own) => {
      const { crossEntropy, choice } = lossAfterReasonings(own);
      expect((choice?.format ?? 0) + (choice?.decision ?? 0)).toBeCloseTo(crossEntropy, 9);
      const totals = (own[0].options ?? []).map(({ text }, option) => ({
        text,
        total: own.reduce((sum, each) => sum + Math.exp(each.options?.[option]?.logProb ?? 0), 0),
      }));
      const picked = totals.find(({ text }) => text === choice?.picked);
      const likeliest = Math.max(...totals.map(({ total }) => total));
      expect(picked?.total).toBeCloseTo(likeliest, 12);
      expect(choice?.correct).toBe(choice?.picked === own[0].target.text);
    }),
  );
});

test("behind one reasoning, or several equal ones, nothing but the answer counts", () => {
  fc.assert(
    fc.property(samples, fc.integer({ min: 1, max: 4 }), ([first], count) => {
      const alone = exampleLoss(AFTER_REASONING, first);
      const repeated = lossAfterReasonings([first, ...Array.from({ length: count }, () => first)]);
      expect(repeated.loss).toBeCloseTo(alone.loss, 9);
      expect(repeated.choice?.brier).toBeCloseTo(alone.choice?.brier ?? 0, 9);
      expect(lossAfterReasonings([first])).toEqual({
        ...alone,
        choice: {
          ...alone.choice,
          brier: expect.closeTo(alone.choice?.brier ?? 0, 9) as number,
          confidence: expect.closeTo(alone.choice?.confidence ?? 0, 9) as number,
          margin: expect.closeTo(alone.choice?.margin ?? 0, 9) as number,
        },
      });
    }),
  );
});

test("open answers have no choice", () => {
  const open = { ...scoresOf([-2]), options: null };
  const other = { ...scoresOf([-4]), options: null };
  expect(lossAfterReasonings([open, other])).toEqual({
    loss: 3,
    crossEntropy: 3,
    targetTokens: 2,
    targetBytes: 8,
  });
});
