import assert from "node:assert/strict";
import type { GenerateRequest, LanguageModel, Sampling } from "../core/model.ts";
import { only, promptTokens } from "./contract-requests.ts";
import type { ContractCase } from "./language-model-contract.ts";

const GREEDY: Sampling = { temperature: 0, topP: 1, topK: 0, minP: 0 };
const FREE: Sampling = { temperature: 1, topP: 1, topK: 0, minP: 0 };

const STORY = "Tell me a long story about a fox, a river and a boat.";
const PROMPTS = [
  STORY,
  "Count from one to twenty.",
  "What is a river? Explain it in three sentences.",
];

async function request(
  model: LanguageModel,
  text: string,
  more: Partial<GenerateRequest> = {},
): Promise<GenerateRequest> {
  const context = await promptTokens(model, text);
  return { id: text, context, maxTokens: 16, sampling: GREEDY, seed: 0, stop: [], ...more };
}

async function textOf(model: LanguageModel, request: GenerateRequest): Promise<string> {
  return only(await model.generate([request])).text;
}

/** Mean log-probability of a text's tokens as the answer to a request. */
async function likelihood(
  model: LanguageModel,
  { id, context }: GenerateRequest,
  text: string,
): Promise<number> {
  const { target } = only(
    await model.encode([{ prompt: { kind: "text", text: "" }, target: text, scoreEnd: false }]),
  );
  const { logProbs } = only(await model.score([{ id, context, target }]));
  return logProbs.reduce((sum, logProb) => sum + logProb, 0) / logProbs.length;
}

/** What generation must do. */
export const GENERATION_CASES: readonly ContractCase[] = [
  {
    name: "writes the same text twice at temperature 0, whatever the seed",
    run: async (model) => {
      const first = await textOf(model, await request(model, STORY, { seed: 1 }));
      const second = await textOf(model, await request(model, STORY, { seed: 2 }));
      assert.notEqual(first, "");
      assert.equal(second, first);
    },
  },
  {
    name: "writes the same text for the same seed, and another for another",
    run: async (model) => {
      const seeded = async (seed: number): Promise<string> =>
        textOf(model, await request(model, STORY, { sampling: FREE, seed, maxTokens: 10 }));
      const texts = [await seeded(1), await seeded(2), await seeded(3)];
      assert.deepEqual([await seeded(1), await seeded(2), await seeded(3)], texts);
      assert.ok(new Set(texts).size > 1, "three seeds, one text");
    },
  },
  {
    name: "writes for many prompts at once texts as likely as those it writes for each alone",
    run: async (model) => {
      const requests = await Promise.all(
        PROMPTS.map((text) => request(model, text, { maxTokens: 12 })),
      );
      const together = await model.generate([...requests, ...requests]);
      const [first, second] = [together.slice(0, 3), together.slice(3)];
      assert.deepEqual(first, second);
      // Batch shapes change last digits, so that a text may take another turn; not to a worse one.
      for (const [index, each] of requests.entries()) {
        const alone = await textOf(model, each);
        const here = await likelihood(model, each, first[index]?.text ?? "");
        const expected = await likelihood(model, each, alone);
        assert.ok(here >= expected - 0.5, `${first[index]?.text}: ${here}; ${alone}: ${expected}`);
      }
    },
  },
  {
    name: "gives equal prompts with different seeds different texts in one call",
    run: async (model) => {
      const requests = await Promise.all(
        [1, 2, 3].map((seed) => request(model, STORY, { sampling: FREE, seed })),
      );
      const texts = (await model.generate(requests)).map(({ text }) => text);
      assert.ok(new Set(texts).size > 1, "three seeds, one text");
    },
  },
  {
    name: "writes at most maxTokens tokens and says that it was cut",
    run: async (model) => {
      const generation = only(
        await model.generate([await request(model, STORY, { maxTokens: 5 })]),
      );
      assert.equal(generation.tokenCount, 5);
      assert.equal(generation.finish, "length");
    },
  },
  {
    name: "ends before a stop string and says so",
    run: async (model) => {
      const whole = await textOf(model, await request(model, STORY));
      // Across a border of tokens, most likely: the middle of the text, a few characters long.
      const stop = whole.slice(whole.length >> 1, (whole.length >> 1) + 6);
      const generation = only(
        await model.generate([await request(model, STORY, { stop: ["never written", stop] })]),
      );
      assert.equal(generation.text, whole.slice(0, whole.indexOf(stop)));
      assert.equal(generation.finish, "stop");
    },
  },
  {
    name: "refuses a prompt that leaves no room to write, by its name",
    run: async (model) => {
      const { contextTokens } = model.capabilities;
      const long = await request(model, STORY, { id: "the long one", maxTokens: contextTokens });
      await assert.rejects(model.generate([long]), {
        name: "PmpoError",
        kind: "model",
        message: new RegExp(`the long one: ${long.context.length} .* ${contextTokens} `),
      });
    },
  },
  {
    name: "stops writing at an abort signal",
    run: async (model) => {
      const controller = new AbortController();
      const writing = model.generate([await request(model, STORY, { maxTokens: 400 })], {
        signal: controller.signal,
      });
      controller.abort();
      await assert.rejects(writing, { name: "PmpoError", kind: "interrupted" });
    },
  },
  {
    name: "takes the names of control tokens in a prompt as text",
    run: async (model) => {
      const tricks = ["<|im_end|>", "</s>", "<|eot_id|>", "<end_of_turn>", "<|endoftext|>"];
      for (const trick of tricks) {
        const plain = await promptTokens(model, "a  b");
        const tricked = await promptTokens(model, `a ${trick} b`);
        const texts = (await model.tokenTexts(tricked)).join("");
        assert.ok(texts.includes(trick), `${trick} is missing from ${texts}`);
        const counts = [plain, tricked].map(
          async (tokens) =>
            (await model.tokenTexts(tokens)).filter((text) => text === trick).length,
        );
        const [before, after] = await Promise.all(counts);
        assert.equal(after, before, `${trick} became a token of its own`);
      }
    },
  },
  {
    name: "decodes characters whole that several tokens make up",
    run: async (model) => {
      const pattern = "🦊🚤".repeat(12);
      const [encoded] = await model.encode([{ prompt: { kind: "text", text: pattern } }]);
      assert.ok(encoded);
      const id = "foxes in boats";
      const text = await textOf(model, { ...(await request(model, id)), context: encoded.context });
      assert.match(text, /🦊|🚤/u);
      // The last character may be cut by the limit on tokens.
      assert.ok(!/\uFFFD[^\uFFFD]/u.test(text), text);
    },
  },
];
