import { expect, test } from "vitest";
import { EXACT } from "../core/metric.ts";
import { ACCURACY } from "../core/objective.ts";
import { answerReading, pairsAsChoices } from "./preference-pairs.ts";

const PAIR = { id: "1", inputs: { input: "x" }, target: "good", rejected: ["bad", "worse"] };
const OPEN = { answers: null, options: null, metric: null, objective: null };

test("pairs are told apart, unless options, a metric or graded answers are asked for", () => {
  expect(answerReading(OPEN, [PAIR])).toEqual({ answers: "chosen", paired: true });
  expect(answerReading({ ...OPEN, metric: EXACT }, [PAIR]).answers).toBe("generated");
  expect(answerReading({ ...OPEN, objective: ACCURACY }, [PAIR]).answers).toBe("generated");
  expect(answerReading({ ...OPEN, answers: "generated" }, [PAIR]).answers).toBe("generated");
  const listed = { ...OPEN, options: ["good", "bad"] };
  expect(answerReading(listed, [PAIR])).toEqual({ answers: "generated", paired: false });
  const { rejected: _, ...bare } = PAIR;
  expect(answerReading(OPEN, [PAIR, bare])).toEqual({ answers: "generated", paired: false });
});

test("a pair's options are its rejected answers and then the right ones", () => {
  const accepting = { ...PAIR, accept: ["fine"] };
  const [choice] = pairsAsChoices([accepting], { answers: "chosen", paired: true });
  expect(choice?.options).toEqual(["bad", "worse", "good", "fine"]);
  const written = { answers: "generated", paired: true } as const;
  expect(pairsAsChoices([accepting], written)).toEqual([accepting]);
});
