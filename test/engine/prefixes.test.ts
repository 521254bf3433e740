import type { LanguageModel, ScoreRequest, Usage } from "pmpo";
import { describe, expect, test } from "vitest";
import { loadSmollm2 } from "../model.ts";

const SENTENCE =
  "You read a message that a customer wrote and say which team has to answer it, in one word. ";
const MESSAGES = [
  "The parcel has not arrived and nobody answers the telephone when I call about it.",
  "I was charged twice in March and want the second amount back on my card, please.",
  "After the update the application closes as soon as I open the settings page.",
  "How do I change the address that my invoices are sent to at the end of a month?",
];
const RIGHT = ["shipping", "billing", "technical", "billing"];
const WRONG = ["billing", "technical", "shipping", "nobody"];

/** Scores answers to the messages behind an instruction; their bits and how many tokens were evaluated. */
async function scored(
  model: LanguageModel,
  instruction: string,
  answers: readonly string[],
  messages: readonly string[] = MESSAGES,
): Promise<{ readonly bits: readonly string[]; readonly evaluated: number }> {
  const encoded = await model.encode(
    messages.map((message, index) => ({
      prompt: {
        kind: "chat" as const,
        messages: [
          { role: "system" as const, content: instruction },
          { role: "user" as const, content: message },
        ],
      },
      target: answers[index] as string,
    })),
  );
  const requests = encoded.map((each, index): ScoreRequest => ({ id: `r${index}`, ...each }));
  let evaluated = 0;
  const results = await model.score(requests, {
    onUsage: (usage: Usage) => (evaluated += usage.evaluatedTokens),
  });
  return { bits: results.map(({ logProbs }) => logProbs.join()), evaluated };
}

describe.each(["q8_0", "f16"] as const)("prefixes that come back in later calls, %s", (format) => {
  const long = SENTENCE.repeat(12);
  const short = `${SENTENCE.repeat(5)}Now:`;

  test("are not evaluated again, and the numbers are the same to the bit", async () => {
    await using fresh = await loadSmollm2(format);
    await using used = await loadSmollm2(format);
    const alone = await scored(fresh, long, RIGHT);
    await scored(used, long, WRONG);
    await scored(used, short, WRONG);
    const after = await scored(used, long, RIGHT);
    expect(after.bits).toEqual(alone.bits);
    expect(alone.evaluated - after.evaluated).toBe(256);
  });

  test("serve a prompt that begins the same and goes on differently", async () => {
    await using fresh = await loadSmollm2(format);
    await using used = await loadSmollm2(format);
    const alone = await scored(fresh, short, RIGHT);
    await scored(used, long, RIGHT);
    const after = await scored(used, short, RIGHT);
    expect(after.bits).toEqual(alone.bits);
    expect(alone.evaluated - after.evaluated).toBe(64);
    const again = await scored(used, long, WRONG);
    const longAlone = await scored(fresh, long, WRONG);
    expect(again.bits).toEqual(longAlone.bits);
  });

  test("serve a look at one more example, which costs little more than the example", async () => {
    await using fresh = await loadSmollm2(format);
    await using used = await loadSmollm2(format);
    const last = MESSAGES.slice(-1);
    const alone = await scored(fresh, long, RIGHT.slice(-1), last);
    await scored(used, long, RIGHT.slice(0, -1), MESSAGES.slice(0, -1));
    const after = await scored(used, long, RIGHT.slice(-1), last);
    expect(after.bits).toEqual(alone.bits);
    expect(after.evaluated).toBeLessThan(128);
    expect(alone.evaluated).toBeGreaterThan(256);
  });
});
