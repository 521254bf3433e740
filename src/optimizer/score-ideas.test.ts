import { beforeEach, describe, expect, test } from "vitest";
import type { Candidate } from "../core/candidate.ts";
import { contextOverflow } from "../core/errors.ts";
import type { Example } from "../core/example.ts";
import { EXACT } from "../core/metric.ts";
import { type LanguageModel, NO_USAGE } from "../core/model.ts";
import { CROSS_ENTROPY, NO_MATERIAL, type LikelihoodObjective } from "../core/objective.ts";
import type { ExampleLoss } from "../core/loss.ts";
import type { RunEvent } from "../core/run-event.ts";
import { EMPTY_RUN, reduceRun, type RunState } from "../core/run-state.ts";
import type { Racing } from "../core/task.ts";
import { writerOf } from "../core/text-model.ts";
import { likelihoodEvaluator } from "../evaluation/likelihood-evaluator.ts";
import { builtInGrader } from "../evaluation/metrics.ts";
import type { Search } from "./optimize.ts";
import { scoreIdeas } from "./score-ideas.ts";

const EXAMPLES: readonly Example[] = Array.from({ length: 40 }, (_, index) => ({
  id: `e${index}`,
  inputs: { input: String(index) },
  target: "y",
}));

/** A model whose loss is the number in the instruction and a thousandth of the input; some inputs are too long for "long". */
const MODEL: LanguageModel = {
  identity: { name: "", weights: "", format: "", engine: "", template: "" },
  capabilities: {
    score: true,
    generate: false,
    chat: true,
    prefixSharing: true,
    contextTokens: 1000,
    parameters: 1,
  },
  encode: (requests) =>
    Promise.resolve(
      requests.map(({ prompt }) => ({
        context: Int32Array.from(
          prompt.kind === "chat" ? (prompt.messages[0]?.content ?? "") : prompt.text,
          (character) => character.codePointAt(0) ?? 0,
        ),
        target: Int32Array.of(1),
      })),
    ),
  tokenTexts: () => Promise.resolve([]),
  score: async (requests, options) => {
    options?.onUsage?.({ ...NO_USAGE, calls: 1, requestedTokens: requests.length });
    const results = requests.map(({ id, context }) => {
      const [instruction = "", input = ""] = String.fromCodePoint(...context).split("\n\n");
      if (instruction.includes("long") && Number(input) % 10 === 0 && requests.length > 8) {
        throw contextOverflow(id, 1000, 1, 1000);
      }
      const loss = Number(/\d+(\.\d+)?/.exec(instruction)?.[0]) + Number(input) / 1000;
      return { logProbs: Float64Array.of(-loss) };
    });
    return Promise.resolve(results);
  },
  generate: () => Promise.resolve([]),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

const prompt = (instruction: string): Candidate => ({
  instruction,
  layout: { kind: "user" },
  demonstrations: [],
});

let events: RunEvent[] = [];
let state: RunState = EMPTY_RUN;

beforeEach(() => {
  events = [];
  state = EMPTY_RUN;
});

/** A search whose start prompt has a loss of five nats. */
async function searchWith(
  racing: Racing | null,
  objective: LikelihoodObjective = CROSS_ENTROPY,
): Promise<Search> {
  const record = (event: RunEvent): void => {
    events.push(event);
    state = reduceRun(state, event);
  };
  const measured = {
    objective,
    grade: builtInGrader(EXACT),
    options: null,
    overflow: "error",
    length: { penalty: 0, maximumTokens: null },
  } as const;
  const evaluator = likelihoodEvaluator(MODEL, measured, { maxTokens: 1, plainEnd: "line" });
  const search: Search = {
    task: {
      ...measured,
      name: "t",
      description: "",
      start: prompt("5"),
      data: { train: EXAMPLES, demonstrations: [], validation: [] },
      fieldNames: { inputs: ["input"], target: "target" },
      answers: "generated",
      metric: EXACT,
      search: { instruction: true, layout: true, demonstrations: { minimum: 0, maximum: 0 } },
    },
    settings: {
      seed: 0,
      maxIterations: 1,
      hardCases: 1,
      rewritesPerHardCase: 1,
      maxParts: 1,
      patience: 1,
      rewriterForm: "auto",
      rewriterSampling: { temperature: 0, topP: 1 },
      maxInstructionCharacters: 100,
      quotes: "refuse",
      racing,
      edits: true,
      budget: { tokens: null, seconds: null },
    },
    evaluator,
    takesPlainText: true,
    rewriter: writerOf(MODEL),
    obstacle: () => Promise.resolve(null),
    proposers: [],
    recorder: {
      get state() {
        return state;
      },
      log: {
        events,
        emit: (event) => event,
        isRepeating: () => false,
        replayFrom: () => undefined,
        elapsedSeconds: () => 0,
        recordedSeconds: () => 0,
      },
      record,
    },
  };
  const losses = await evaluator.score(search.task.start, EXAMPLES, NO_MATERIAL, {});
  record({
    type: "candidate-scored",
    candidateId: "c0",
    parentId: null,
    operator: "start",
    iteration: 0,
    candidate: search.task.start,
    losses,
    usage: NO_USAGE,
  });
  return search;
}

async function outcomes(
  search: Search,
  instructions: readonly string[],
): Promise<readonly string[]> {
  const [incumbent] = state.candidates;
  if (incumbent === undefined) throw new Error("No start");
  const ideas = instructions.map((each) => ({ operator: "edit", candidate: prompt(each) }));
  await scoreIdeas(search, ideas, incumbent, 1);
  return events.slice(1).map((event) => {
    if (event.type === "candidate-scored") return `${event.candidate.instruction}: scored`;
    if (event.type === "candidate-dropped") {
      return `${event.candidate.instruction}: dropped after ${event.losses.length} by ${event.beatenBy}`;
    }
    return event.type === "candidate-refused" ? `${event.candidate.instruction}: refused` : "?";
  });
}

const RACING: Racing = { error: 0.05, smallestGain: 0, firstBlock: 8 };

describe("a race", () => {
  test("is run by the most promising first, against whoever leads, and drops who cannot win", async () => {
    const search = await searchWith(RACING);
    expect(await outcomes(search, ["9", "2.2", "8", "1.9"])).toEqual([
      "1.9: scored",
      "2.2: dropped after 24 by c1",
      "8: dropped after 8 by c1",
      "9: dropped after 8 by c1",
    ]);
  });

  test("scores survivors on all examples, in the order of the data", async () => {
    await outcomes(await searchWith(RACING), ["2"]);
    const [, scored] = state.candidates;
    expect(scored?.losses.map(({ exampleId }) => exampleId)).toEqual(EXAMPLES.map(({ id }) => id));
    expect(scored?.losses[7]?.loss).toBeCloseTo(2.007, 9);
  });

  test("counts what a candidate cost that is refused in a later block", async () => {
    const search = await searchWith(RACING);
    const before = state.usage.requestedTokens;
    expect(await outcomes(search, ["3 long"])).toEqual(["3 long: refused"]);
    expect(state.usage.requestedTokens - before).toBe(8 + 4 + 5 + 7 + 16);
    expect(state.refusedKeys).toHaveLength(1);
  });
});

test("among grades, one that could not be taken drops none that could", async () => {
  const search = await searchWith({ ...RACING, error: 0.1 });
  /** Which examples each prompt answers wrongly: the first mends eleven and breaks six, the second mends three. */
  const isWrong: Readonly<Record<string, (place: number) => boolean>> = {
    "5": (place) => place < 20,
    "mends and breaks": (place) => place >= 11 && place < 26,
    "mends alone": (place) => place >= 3 && place < 20,
  };
  const grade = (instruction: string, { id }: Example): ExampleLoss => {
    const place = EXAMPLES.findIndex((example) => example.id === id);
    const score = isWrong[instruction]?.(place) === true ? 0 : 1;
    return { exampleId: id, loss: 1 - score, promptTokens: 1, answer: { text: "", score } };
  };
  events = [];
  state = EMPTY_RUN;
  search.recorder.record({
    type: "candidate-scored",
    candidateId: "c0",
    parentId: null,
    operator: "start",
    iteration: 0,
    candidate: search.task.start,
    losses: EXAMPLES.map((example) => grade("5", example)),
    usage: NO_USAGE,
  });
  const graded: Search = {
    ...search,
    task: { ...search.task, objective: { kind: "accuracy" } },
    evaluator: {
      ...search.evaluator,
      score: async ({ instruction }, examples) =>
        examples.map((example) => grade(instruction, example)),
    },
  };
  const found = await outcomes(graded, ["mends and breaks", "mends alone"]);
  expect(found.filter((each) => each.includes("by c1"))).toEqual([]);
  expect(found).toContain("mends alone: scored");
});

describe("everything is scored", () => {
  test("without racing, in the order of the ideas", async () => {
    const search = await searchWith(null);
    expect(await outcomes(search, ["9", "2"])).toEqual(["9: scored", "2: scored"]);
  });

  test("where losses may lie below zero, which no bound could hold", async () => {
    const objective: LikelihoodObjective = {
      kind: "cross-entropy",
      per: "token",
      references: "sum",
    };
    const search = await searchWith(RACING, objective);
    expect(await outcomes(search, ["9", "2"])).toEqual(["9: scored", "2: scored"]);
  });
});
