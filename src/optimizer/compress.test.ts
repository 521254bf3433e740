import { expect, test } from "vitest";
import type { Candidate } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import { CROSS_ENTROPY } from "../core/objective.ts";
import type { ScoredCandidate } from "../core/run-state.ts";
import { usageMeter } from "../core/usage-meter.ts";
import { type Compressed, compressPrompt } from "./compress.ts";
import { fakeModel } from "./fake-model.test-support.ts";
import { leaveOut, leaveOutDemonstrations, rewording, type Shortening } from "./shortening.ts";
import { startTrials } from "./trials.ts";

const EXAMPLES: readonly Example[] = Array.from({ length: 8 }, (_, index) => ({
  id: `e${index}`,
  inputs: { input: String(index) },
  target: "y",
}));

const prompt = (instruction: string, shown = ""): Candidate => ({
  instruction,
  layout: { kind: "system" },
  demonstrations: shown.split("").map((id) => ({ id, inputs: { input: id }, target: "t" })),
});

interface Settings {
  readonly within?: number;
  readonly shortenings?: readonly Shortening[];
  readonly budgetTokens?: number | null;
}

/** Compresses for a model whose loss is that of the prompt's text, the input's last digit with it. */
async function compress(
  start: Candidate,
  lossOf: (text: string, input: number) => number,
  { within = 0.1, shortenings = [leaveOut("sentence")], budgetTokens = null }: Settings = {},
): Promise<Compressed> {
  const model = fakeModel((text) => lossOf(text, Number(text.at(-1))));
  const meter = usageMeter({});
  const trials = startTrials({
    scoring: { model, objective: CROSS_ENTROPY, options: null },
    examples: EXAMPLES,
    room: () => Promise.resolve(null),
    meter,
    budgetTokens,
  });
  const scored = (await trials.score(start, "start")) as ScoredCandidate;
  const promptTokens = ({ instruction, demonstrations }: Candidate): Promise<number> =>
    Promise.resolve(instruction.length + 10 * demonstrations.length);
  return compressPrompt({ shortenings, trials, promptTokens, within, seed: 1 }, scored);
}

const instructionOf = ({ best }: Compressed): string => best.scored.candidate.instruction;
const penalty = (text: string, word: string, nats: number): number =>
  text.includes(word) ? 0 : nats;

test("leaves out what costs nothing, and keeps what the loss needs", async () => {
  const lossOf = (text: string): number => 1 + penalty(text, "Needed", 2);
  const compressed = await compress(prompt("Idle words. Needed words. More idle ones."), lossOf);
  expect(instructionOf(compressed)).toBe("Needed words.");
  expect(compressed.best.loss).toEqual({ difference: 0, interval: [0, 0] });
});

test("what saves most tokens for the loss it costs goes first, until the bound is reached", async () => {
  const lossOf = (text: string): number =>
    1 + penalty(text, "Aaaaaaaaaa.", 0.06) + penalty(text, "Bb.", 0.06) + penalty(text, "C.", 0.01);
  const { steps } = await compress(prompt("Bb. C. Aaaaaaaaaa. D."), lossOf);
  const removed = steps.map(({ edit, edited }) =>
    edited.instruction.slice(edit.replacement?.start, edit.replacement?.end),
  );
  // After these, Bb. would lead to 0.13 nats.
  expect(removed).toEqual(["D.", "C.", "Aaaaaaaaaa."]);
});

test("a step counts by the upper end of its interval, not by its mean", async () => {
  // Without "Even." half the answers lose a nat and half win one: the mean stays.
  const lossOf = (text: string, input: number): number =>
    2 + (text.includes("Even.") ? 0 : input % 2 === 0 ? 1 : -1);
  const strict = await compress(prompt("Even. Rest."), lossOf);
  expect(instructionOf(strict)).toBe("Even.");
  const loose = await compress(prompt("Even. Rest."), lossOf, { within: 1 });
  expect(instructionOf(loose)).toBe("Rest.");
  expect(loose.best.loss.difference).toBe(0);
  expect(loose.best.loss.interval[1]).toBeGreaterThan(0.1);
});

test("the rise is measured against the original, however many steps were kept", async () => {
  const lossOf = (text: string): number => 5 - 0.04 * text.split("w").length;
  const { best } = await compress(prompt("w w w w w w w w"), lossOf, {
    shortenings: [leaveOut("word"), leaveOut("word"), leaveOut("word")],
  });
  expect(best.scored.candidate.instruction).toBe("w w w w w w");
  expect(best.loss.interval[1]).toBeLessThanOrEqual(0.1);
});

test("the instruction never becomes empty, and keeps its variables", async () => {
  const free = (): number => 1;
  expect(instructionOf(await compress(prompt("One. Two."), free))).toMatch(/^(One|Two)\.$/);
  expect(instructionOf(await compress(prompt("Only one."), free))).toBe("Only one.");
  const words = { shortenings: [leaveOut("word")] };
  const template = prompt("Judge this: {{input}} now");
  expect(instructionOf(await compress(template, free, words))).toBe("{{input}}");
});

test("demonstrations are parts, too", async () => {
  const lossOf = (text: string): number => 1 + penalty(text, "B\nt", 1);
  const compressed = await compress(prompt("Say it.", "ABC"), lossOf, {
    shortenings: [leaveOutDemonstrations],
  });
  expect(compressed.best.scored.candidate).toEqual(prompt("Say it.", "B"));
});

test("of rewordings of the same words one is kept, and none that is longer", async () => {
  const versions = ["Say it at length.", "Say it.", "Say."];
  const rewrite: Shortening = ({ instruction }) =>
    versions.map((replacement) =>
      rewording("rewrite", { start: 0, end: instruction.length, replacement }),
    );
  const lossOf = (text: string): number => 1 + penalty(text, "it", 1);
  const compressed = await compress(prompt("Say it, please."), lossOf, { shortenings: [rewrite] });
  expect(instructionOf(compressed)).toBe("Say it.");
  expect(compressed.steps).toHaveLength(1);
});

test("every prompt that was scored is told, the original first, each once", async () => {
  const { tried, original } = await compress(prompt("One. Two. Three."), () => 1);
  expect(tried[0]).toBe(original);
  const texts = tried.map(({ scored }) => scored.candidate.instruction);
  expect(new Set(texts).size).toBe(texts.length);
});

test("stops when the budget is used up", async () => {
  const compressed = await compress(prompt("One. Two. Three."), () => 1, { budgetTokens: 300 });
  expect(compressed.stopped).toBe("token-budget");
  expect(compressed.best).toBe(compressed.original);
});
