import { createRandom } from "pmpo";

/** A step as searches have it: what one size or another is stretched from. */
const USUAL = { candidates: 4, examples: 50, prompt: 60, input: 25, target: 2, options: 1 };

/** By what is stretched, and how far. The last size of each is counted only where it takes minutes. */
export const SWEEPS = {
  candidates: { sizes: [1, 2, 4, 8, 16, 32, 64] },
  examples: { sizes: [10, 50, 200, 1000, 5000], of: { candidates: 1 } },
  prompt: { sizes: [20, 60, 200, 600, 2000] },
  target: { sizes: [1, 4, 20, 100, 400], of: { candidates: 1, examples: 20 } },
  options: { sizes: [2, 4, 8, 20] },
};

/** What is said of a size. */
export const MEANINGS = {
  candidates: "candidates",
  examples: "examples",
  prompt: "tokens of a prompt",
  target: "tokens of an answer",
  options: "options of an example",
};

const VOCABULARY = { first: 100, size: 40_000 };

/**
 * Requests of a step, one list a candidate: what a search asks for in one call. Tokens are drawn by
 * seed: what scoring costs depends on how many they are and which they share.
 */
export function stepOf(sweep, size) {
  const shape = { ...USUAL, ...SWEEPS[sweep].of, [sweep]: size };
  const random = createRandom(0, `growth ${sweep}`);
  const tokens = (count) =>
    Int32Array.from(
      { length: count },
      () => VOCABULARY.first + Math.floor(random.float() * VOCABULARY.size),
    );
  const inputs = Array.from({ length: shape.examples }, () => tokens(shape.input));
  const targets = Array.from({ length: shape.options }, () => tokens(shape.target));
  return Array.from({ length: shape.candidates }, (_, candidate) => {
    const prompt = tokens(shape.prompt);
    return inputs.flatMap((input, example) =>
      targets.map((target, option) => ({
        id: `${candidate} ${example} ${option}`,
        context: Int32Array.from([...prompt, ...input]),
        target,
      })),
    );
  });
}
