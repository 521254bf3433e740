import { expect, test } from "vitest";
import type { Candidate } from "../core/candidate.ts";
import type { ExampleLoss } from "../core/loss.ts";
import { lossOf } from "../core/loss.test-support.ts";
import { NO_USAGE, type Usage } from "../core/model.ts";
import type { RunEvent, TestResult } from "../core/run-event.ts";
import { runReport, type RunReport } from "./run-report.ts";

const EXAMPLES = ["a", "b"].map((id) => ({ id, inputs: { input: `in ${id}` }, target: "yes" }));

function prompt(instruction: string): Candidate {
  return { instruction, layout: { kind: "system" }, demonstrations: [] };
}

function losses(...each: readonly number[]): readonly ExampleLoss[] {
  return each.map((loss, index) => lossOf(loss, EXAMPLES[index]?.id ?? ""));
}

function tokens(evaluatedTokens: number): Usage {
  return { ...NO_USAGE, evaluatedTokens };
}

const SEARCH: readonly RunEvent[] = [
  {
    type: "run-started",
    taskName: "task",
    model: "model",
    objective: { kind: "cross-entropy", per: "answer", references: "target" },
    objectiveReason: "because",
    trainIds: ["a", "b"],
    demonstrationIds: [],
    validationIds: [],
    testIds: ["t"],
    examples: EXAMPLES,
  },
  {
    type: "candidate-scored",
    candidateId: "c0",
    parentId: null,
    operator: "start",
    iteration: 0,
    candidate: prompt("Say."),
    losses: losses(4, 2),
    usage: tokens(10),
  },
  {
    type: "proposals-made",
    iteration: 1,
    operator: "rewrite",
    usable: 2,
    refused: {},
    usage: tokens(100),
  },
  {
    type: "candidate-scored",
    candidateId: "c1",
    parentId: "c0",
    operator: "rewrite",
    iteration: 1,
    candidate: prompt("Say yes."),
    losses: losses(2, 1),
    usage: tokens(200),
  },
  {
    type: "candidate-dropped",
    candidateId: "c2",
    parentId: "c0",
    operator: "rewrite",
    iteration: 1,
    candidate: prompt("Say no."),
    losses: losses(5),
    beatenBy: "c1",
    logEvidence: 3,
    usage: tokens(200),
  },
  { type: "iteration-ended", iteration: 1, acceptedId: "c1", incumbentId: "c1", loss: 1.5 },
  { type: "search-ended", reason: "iterations", bestId: "c1" },
];

function tested(candidateId: string, score: number, loss: number): TestResult {
  const answers = [
    { exampleId: "t", text: `answer of ${candidateId}`, score, loss: lossOf(loss, "t") },
  ];
  return {
    candidateId,
    answers,
    accuracy: score,
    choiceAccuracy: null,
    choice: null,
    meanLoss: loss,
    positionBias: null,
    shortenedIds: [],
  };
}

const VERDICT: RunEvent = {
  type: "verdict-reached",
  examples: [{ id: "t", inputs: { question: "Q?", context: "C" }, target: "yes" }],
  start: tested("c0", 0, 3),
  best: tested("c1", 1, 1),
  measure: "accuracy",
  accuracy: { difference: 1, interval: [0.5, 1] },
  pValue: 0.01,
  minimumDetectable: 0.5,
  loss: { difference: -2, interval: [-3, -1] },
  choice: null,
  finding: "better",
  text: "Better.",
  usage: tokens(50),
};

function report(events: readonly RunEvent[]): RunReport {
  const eventSeconds = events.map((_, index) => index * 2);
  return runReport({
    projectFlag: "",
    id: "run",
    events,
    eventSeconds,
    seconds: eventSeconds.at(-1) ?? 0,
    estimate: null,
    signal: null,
    prices: null,
  });
}

test("a dropped candidate's loss is foretold from its incumbent's, not from the examples it saw", () => {
  const dropped = report(SEARCH).candidates.find(({ id }) => id === "c2");
  // On example a it lost 5 against 4; on both, the start prompt has a mean of 3.
  expect(dropped).toMatchObject({ loss: 4, droppedAfter: 1, isAccepted: false });
});

test("incumbents are measured against the start, example by example", () => {
  const { incumbents } = report(SEARCH);
  expect(incumbents.map(({ id, iteration }) => [id, iteration])).toEqual([
    ["c0", 0],
    ["c1", 1],
  ]);
  expect(incumbents[0]?.fromStart).toEqual({ difference: 0, interval: [0, 0] });
  expect(incumbents[1]?.fromStart.difference).toBe(-1.5);
  const [low, high] = incumbents[1]?.fromStart.interval ?? [0, 0];
  expect(low).toBeLessThan(-1.5);
  expect(high).toBeGreaterThan(-1.5);
});

test("an operator's gain is set against the tokens for having and scoring its ideas", () => {
  const [rewrite] = report(SEARCH).operators;
  expect(rewrite).toMatchObject({
    operator: "rewrite",
    tried: 2,
    accepted: 1,
    gain: 1.5,
    tokens: 500,
  });
  expect(rewrite?.gainPerThousandTokens).toBeCloseTo(3, 12);
});

test("phases add up to the whole run", () => {
  const { phases, summary } = report([...SEARCH, VERDICT]);
  expect(phases.map(({ phase }) => phase)).toEqual([
    "preparing",
    "proposing",
    "scoring",
    "verdict",
  ]);
  expect(phases.reduce((sum, { seconds }) => sum + seconds, 0)).toBe(summary.seconds);
  expect(phases.reduce((sum, { usage }) => sum + usage.evaluatedTokens, 0)).toBe(
    summary.usage.evaluatedTokens,
  );
});

test("before the verdict there are training examples only, and the next step is to go on", () => {
  const { examples, summary } = report(SEARCH);
  expect(examples.test).toEqual([]);
  expect(examples.training.map(({ id, start, best }) => [id, start.loss, best.loss])).toEqual([
    ["a", 4, 2],
    ["b", 2, 1],
  ]);
  expect(summary.headline).toMatchObject({
    tone: "open",
    next: expect.stringContaining("pmpo resume run"),
  });
});

test("after it, test examples come with both answers, and several inputs with their names", () => {
  const { examples, summary } = report([...SEARCH, VERDICT]);
  expect(examples.test).toEqual([
    {
      id: "t",
      input: "question: Q?\ncontext: C",
      target: "yes",
      start: { loss: 3, format: null, decision: null, answer: "answer of c0", score: 0 },
      best: { loss: 1, format: null, decision: null, answer: "answer of c1", score: 1 },
      isSuspect: false,
    },
  ]);
  expect(summary.headline.tone).toBe("good");
  expect(summary.headline.text).toContain("from 0.0 % to 100.0 % right on 1 held-out example");
});

test("where answers may be half right, the headline speaks of a mean score", () => {
  const half = {
    ...VERDICT.best,
    answers: VERDICT.best.answers.map((each) => ({ ...each, score: 0.5 })),
  };
  const { headline } = report([
    ...SEARCH,
    { ...VERDICT, best: { ...half, accuracy: 0.5 } },
  ]).summary;
  expect(headline.text).toContain("from 0.0 % to 50.0 % in mean score on 1 held-out example");
});

test("without proof, answers that are right more often ask for more examples, others for the signal", () => {
  const unproven = { ...VERDICT, finding: "no-evidence" } as const;
  const equal = { ...unproven, accuracy: { difference: 0, interval: [-1, 1] } } as const;
  expect(report([...SEARCH, unproven]).summary.headline.next).toMatch(
    /^Give more held-out examples/,
  );
  expect(report([...SEARCH, equal]).summary.headline.next).toMatch(
    /not right more often.*: pmpo signal run$/,
  );
});

test("where the verdict counts choices, examples show what was chosen", () => {
  const choice = {
    ...lossOf(1, "t"),
    choice: {
      format: 0.1,
      decision: 0.9,
      picked: "yes",
      correct: true,
      margin: 1,
      brier: 0,
      confidence: 1,
    },
  };
  const best = {
    ...VERDICT.best,
    answers: VERDICT.best.answers.map((each) => ({ ...each, loss: choice })),
  };
  const chosen = report([...SEARCH, { ...VERDICT, best, measure: "choice-accuracy" }]);
  expect(chosen.examples.test[0]?.best).toMatchObject({ answer: "yes", score: 1 });
});

test("a report survives JSON unchanged", () => {
  const whole = report([...SEARCH, VERDICT]);
  expect(JSON.parse(JSON.stringify(whole))).toEqual(whole);
});

test("held-out answers are shown with what became of their tokens, their end among them", () => {
  const withTokens = (result: TestResult, ...logProbs: readonly number[]): TestResult => ({
    ...result,
    answers: result.answers.map((answer) => ({
      ...answer,
      tokens: logProbs.map((logProb, index) => ({ text: ["yes", ""][index] ?? "", logProb })),
    })),
  });
  const start = withTokens(tested("c0", 0, 3), -2.0004, -1);
  const best = withTokens(tested("c1", 1, 1), -0.5, -0.25);
  const { examples } = report([...SEARCH, { ...VERDICT, start, best }]);
  expect(examples.test[0]?.tokens).toEqual([
    { text: "yes", start: -2, best: -0.5 },
    { text: null, start: -1, best: -0.25 },
  ]);
});

test("an answer of which a character is cut into several tokens is shown as it is", () => {
  const pieces = ["\uFFFD", "\uFFFD", ""].map((text) => ({ text, logProb: -1 }));
  const cut = (result: TestResult): TestResult => ({
    ...result,
    answers: result.answers.map((answer) => ({ ...answer, tokens: pieces })),
  });
  const { start, best } = { start: cut(tested("c0", 0, 3)), best: cut(tested("c1", 1, 1)) };
  const { examples } = report([...SEARCH, { ...VERDICT, start, best }]);
  expect(examples.test[0]).not.toHaveProperty("tokens");
});
