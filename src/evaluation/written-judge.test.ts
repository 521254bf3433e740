import { expect, test } from "vitest";
import type { Example } from "../core/example.ts";
import { JUDGE } from "../core/metric.ts";
import { NO_USAGE } from "../core/model.ts";
import type { TextModel, TextRequest } from "../core/text-model.ts";
import type { TestResult } from "../core/run-event.ts";
import { judgeGrader } from "./judge-metric.ts";
import { preferAnswers } from "./prefer-answers.ts";

const EXAMPLE: Example = { id: "7", inputs: { input: "How many?" }, target: "12" };

/** A judge that only writes what it is made to; null: the question is too long for it. */
function writer(reply: (request: TextRequest) => string | null): TextModel {
  return {
    identity: { name: "judge", weights: "", format: "", engine: "", template: "" },
    capabilities: { chat: true, plain: false, parameters: 1e6 },
    countTokens: (texts) => Promise.resolve(texts.map(() => 1)),
    write: (requests, options) => {
      options?.onUsage?.({ ...NO_USAGE, calls: requests.length });
      const replies = requests.map(reply);
      return Promise.resolve(
        replies.map((text) =>
          text === null ? null : { text, tokenCount: 1, finish: "end", promptTokens: 1 },
        ),
      );
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function gradeBy(model: TextModel): Promise<unknown> {
  const answers = [{ example: EXAMPLE, answer: "a dozen" }];
  return (await judgeGrader(JUDGE)(answers, { model, call: {} }))[0];
}

test.each([
  ["Yes", { score: 1, isRight: true, ordersAgree: true }],
  ["**yes.**", { score: 1, isRight: true, ordersAgree: true }],
  ["No, they differ.", { score: 0, isRight: false, ordersAgree: true }],
  ["Yes and no.", { score: 0.5, isRight: false, ordersAgree: true }],
  ["<think>No? Or yes?</think>Yes", { score: 1, isRight: true, ordersAgree: true }],
  ["Eyes, noses.", { score: 0.5, isRight: false, ordersAgree: true }],
  ["", { score: 0.5, isRight: false, ordersAgree: true }],
])("a judge that writes %o", async (text, grade) => {
  expect(await gradeBy(writer(() => text))).toEqual(grade);
});

test("a judge whose room ended while it was thinking has given no verdict", async () => {
  await expect(gradeBy(writer(() => "<think>Yes, it is twelve, but"))).rejects.toMatchObject({
    code: "JUDGE_ALL_THOUGHT",
  });
});

test.each([
  ["A", "B", "first"],
  ["B is a better answer.", "A is it.", "second"],
  ["Either is a fine answer.", "Either is a fine answer.", "tie"],
])(
  "of two answers, %o and in the other order %o names the %s",
  async (text, swapped, preferred) => {
    const result = (answer: string): TestResult =>
      ({ answers: [{ exampleId: "7", text: answer }] }) as unknown as TestResult;
    const judge = writer(({ prompt }) =>
      prompt.kind === "chat" && prompt.messages[0]?.content.includes("Answer A:\none") === true
        ? text
        : swapped,
    );
    const by = { model: judge, call: {} };
    const { preferences } = await preferAnswers(result("one"), result("two"), [EXAMPLE], by);
    expect(preferences.map((each) => each.preferred)).toEqual([preferred]);
  },
);

test("a judge swayed by the order counts half", async () => {
  const first = (letter: string): ((request: TextRequest) => string) => {
    return ({ prompt }) =>
      prompt.kind === "chat" &&
      prompt.messages[0]?.content.includes(`Answer A:\n${letter}`) === true
        ? "Yes"
        : "No";
  };
  expect(await gradeBy(writer(first("12")))).toEqual({
    score: 0.5,
    isRight: false,
    ordersAgree: false,
  });
});

test("a conversation is asked for, greedily, even of a small model", async () => {
  const seen: TextRequest[] = [];
  await gradeBy(
    writer((request) => {
      seen.push(request);
      return "Yes";
    }),
  );
  expect(seen.map(({ prompt, sampling }) => [prompt.kind, sampling.temperature])).toEqual([
    ["chat", 0],
    ["chat", 0],
  ]);
});

test("a question that is too long for the judge names its example", async () => {
  await expect(gradeBy(writer(() => null))).rejects.toThrow(
    "the judge's question about example 7 does not fit the context of judge",
  );
});
