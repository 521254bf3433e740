import { EXACT } from "../../core/metric.ts";
import { CROSS_ENTROPY } from "../../core/objective.ts";
import { describe, expect, test } from "vitest";
import type { TextModel } from "../../core/text-model.ts";
import type { Candidate } from "../../core/candidate.ts";
import type { Example } from "../../core/example.ts";
import { summariseLosses } from "../../core/loss.ts";
import { lossOf } from "../../core/loss.test-support.ts";
import type { ProposalContext, Proposer } from "../../core/proposal.ts";
import { createRandom } from "../../core/random.ts";
import type { PartEffect } from "../../core/run-event.ts";
import type { ScoredCandidate } from "../../core/run-state.ts";
import { builtInGrader } from "../../evaluation/metrics.ts";
import { answerForm, formSentences, nameAnswers } from "./answers.ts";
import { changeDemonstrations } from "./demonstrations.ts";
import { changeLayout } from "./layout.ts";
import { deletePart, reorderParts } from "./parts.ts";
import { phrases } from "./phrases.ts";

const example = (id: string, target: string): Example => ({
  id,
  inputs: { review: `text ${id}` },
  target,
});
const START: Candidate = {
  instruction: "Read the review. Be fair.",
  layout: { kind: "system" },
  demonstrations: [],
};
const POOL = ["p1", "p2", "p3", "p4", "p5", "p6"].map((id, index) =>
  example(id, index % 2 === 0 ? "positive" : "negative"),
);

const scored = (candidate: Candidate, loss: number, id = "c0"): ScoredCandidate => {
  const losses = [lossOf(loss)];
  return {
    id,
    parentId: null,
    operator: "start",
    iteration: 0,
    candidate,
    losses,
    summary: summariseLosses(losses),
  };
};

const part = (text: string, deltaLoss: number): PartEffect => {
  const start = START.instruction.indexOf(text);
  return { text, start, end: start + text.length, deltaLoss, standardError: 0.01 };
};

const context = (changes: Partial<ProposalContext> = {}): ProposalContext => ({
  task: {
    name: "reviews",
    description: "sentiment of reviews",
    start: START,
    data: {
      train: [example("1", "positive"), example("2", "negative")],
      demonstrations: POOL,
      validation: [],
    },
    fieldNames: { inputs: ["review"], target: "sentiment" },
    objective: CROSS_ENTROPY,
    answers: "generated",
    metric: EXACT,
    grade: builtInGrader(EXACT),
    options: ["negative", "positive"],
    search: { instruction: true, layout: true, demonstrations: { minimum: 0, maximum: 4 } },
    overflow: "error",
    length: { penalty: 0, maximumTokens: null },
  },
  settings: {
    seed: 0,
    maxIterations: 1,
    hardCases: 3,
    rewritesPerHardCase: 4,
    maxParts: 5,
    patience: 5,
    rewriterForm: "auto",
    rewriterSampling: { temperature: 1, topP: 1 },
    maxInstructionCharacters: 1000,
    quotes: "refuse",
    racing: null,
    edits: true,
    budget: { tokens: null, seconds: null },
  },
  iteration: 1,
  incumbent: scored(START, 2),
  scored: [scored(START, 2)],
  dropped: [],
  isUsable: () => true,
  parts: [part("Read the review.", 0.5), part("Be fair.", -0.5)],
  hardCases: [],
  rewriter: {} as TextModel,
  random: createRandom(1, "edits"),
  ...changes,
});

const ideas = async (
  proposer: Proposer,
  count: number,
  of = context(),
): Promise<readonly Candidate[]> => (await proposer.propose(count, of, {})).candidates;

describe("edits of the instruction", () => {
  test("delete-part takes out what hurts and keeps what helps", async () => {
    expect((await ideas(deletePart, 5)).map(({ instruction }) => instruction)).toEqual([
      "Read the review.",
    ]);
  });

  test("reorder-parts exchanges parts", async () => {
    expect((await ideas(reorderParts, 5))[0]?.instruction).toBe("Be fair. Read the review.");
  });

  test("name-answers names every legal answer, and needs a closed set", async () => {
    for (const { instruction } of await ideas(nameAnswers, 4)) {
      expect(instruction).toMatch(
        /^Read the review\. Be fair\. .*(negative.*positive|positive.*negative)/,
      );
    }
    const { task } = context();
    expect(nameAnswers.applies({ ...task, options: null })).toBe(false);
  });

  test("what the prompt says already is not said again in another order", async () => {
    const instruction = "Choose one of: positive, negative. Write only your choice.";
    const incumbent = scored({ ...START, instruction }, 2);
    const found = await ideas(nameAnswers, 9, context({ incumbent }));
    expect(found).toHaveLength(3);
    for (const each of found) expect(each.instruction.split("Choose one of").length).toBe(2);
  });

  test.each([
    ["Message: {{review}}\nTeam:", /^[^\n]+\nMessage: \{\{review\}\}\nTeam:$/],
    ["Sort it.\n\nMessage: {{review}}\nTeam:", /^Sort it\. [^\n]+\n\nMessage: .*\nTeam:$/],
    ["Sort it: {{review}}", /^[^\n]+\nSort it: \{\{review\}\}$/],
  ])("in %j the cue stays at the end", async (instruction, pattern) => {
    const incumbent = scored({ ...START, instruction, layout: { kind: "template" } }, 2);
    const found = await ideas(nameAnswers, 4, context({ incumbent }));
    expect(found).toHaveLength(4);
    for (const each of found) expect(each.instruction).toMatch(pattern);
  });

  test("answer-form says only what all training answers have in common", () => {
    expect(formSentences([example("1", "12"), example("2", "-3.5")])).toContain(
      "Answer with a number only.",
    );
    expect(formSentences([example("1", "yes"), example("2", "no")])).toContain(
      "Write the answer in lower case.",
    );
    expect(formSentences([example("1", "Yes"), example("2", "no way")])).not.toContain(
      "Answer with one word.",
    );
    expect(formSentences([example("1", "(A)"), example("2", "(B)")])).toContain(
      "Answer with the letter of the right option only.",
    );
  });

  test("answer-form and phrases leave layout and demonstrations alone", async () => {
    for (const proposer of [answerForm, phrases]) {
      const made = await ideas(proposer, 3);
      expect(made.length).toBeGreaterThan(0);
      for (const candidate of made) {
        expect(candidate).toMatchObject({ layout: START.layout, demonstrations: [] });
        expect(candidate.instruction).not.toBe(START.instruction);
      }
    }
  });
});

describe("layout", () => {
  test("offers chat layouts and plain text under the data's own names", async () => {
    const layouts = (await ideas(changeLayout, 20)).map(({ layout }) => layout);
    expect(layouts).toContainEqual({ kind: "user-last" });
    expect(layouts).toContainEqual({ kind: "plain", inputName: "Review", targetName: "Sentiment" });
  });

  test("a prompt with variables has fixed its own", () => {
    const { task } = context();
    expect(
      changeLayout.applies({ ...task, start: { ...START, layout: { kind: "template" } } }),
    ).toBe(false);
  });
});

describe("demonstrations", () => {
  test("come from the examples set aside, each once, within the allowed number", async () => {
    const ids = new Set(POOL.map(({ id }) => id));
    const shown = POOL.slice(0, 2).map(({ id, inputs, target }) => ({ id, inputs, target }));
    const incumbent = scored({ ...START, demonstrations: shown }, 1);
    for (const of of [context(), context({ incumbent })]) {
      const made = await ideas(changeDemonstrations, 30, of);
      expect(made.length).toBeGreaterThan(5);
      for (const { demonstrations } of made) {
        expect(demonstrations.length).toBeLessThanOrEqual(4);
        expect(demonstrations.every(({ id }) => ids.has(id))).toBe(true);
        expect(new Set(demonstrations.map(({ id }) => id)).size).toBe(demonstrations.length);
      }
    }
  });

  test("exchange two places, among other steps, and are the same for the same seed", async () => {
    const shown = POOL.slice(0, 3).map(({ id, inputs, target }) => ({ id, inputs, target }));
    const incumbent = scored({ ...START, demonstrations: shown }, 1);
    const orders = async (): Promise<readonly string[]> =>
      (await ideas(changeDemonstrations, 60, context({ incumbent }))).map(({ demonstrations }) =>
        demonstrations.map(({ id }) => id).join(),
      );
    const made = await orders();
    expect(made).toContain("p2,p1,p3");
    expect(made).toContain("p1,p3,p2");
    expect(await orders()).toEqual(made);
  });

  test("that are added are rather like the hard cases", async () => {
    const hard = { id: "h", inputs: { review: "text p6" }, target: "negative" };
    const shown = POOL.slice(0, 1).map(({ id, inputs, target }) => ({ id, inputs, target }));
    const incumbent = scored({ ...START, demonstrations: shown }, 1);
    const random = createRandom(3, "edits");
    const of = context({ incumbent, hardCases: [hard], random });
    const added = (await ideas(changeDemonstrations, 400, of)).flatMap(({ demonstrations }) =>
      demonstrations.length === 2 && demonstrations[0]?.id === "p1" ? [demonstrations[1]?.id] : [],
    );
    const count = (id: string): number => added.filter((each) => each === id).length;
    expect(count("p6")).toBeGreaterThan(2 * count("p3"));
    expect(count("p3")).toBeGreaterThan(0);
  });

  test("a pinned number of none switches the operator off", () => {
    const { task } = context();
    const search = { ...task.search, demonstrations: { minimum: 0, maximum: 0 } };
    expect(changeDemonstrations.applies({ ...task, search })).toBe(false);
  });
});
