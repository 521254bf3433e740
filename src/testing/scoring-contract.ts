import assert from "node:assert/strict";
import type { LanguageModel, ScoreRequest } from "../core/model.ts";
import {
  assertClose,
  only,
  scoreAlone,
  scoreRequestsOf,
  type TextPair,
} from "./contract-requests.ts";
import type { ContractCase } from "./language-model-contract.ts";

const PROMPT = "Name the colour of the thing.\n\nThing: ";

const COLOURS: readonly TextPair[] = [
  [`${PROMPT}grass\nColour: `, "green"],
  [`${PROMPT}snow\nColour: `, "white"],
  [`${PROMPT}the sky at night, far away from any city\nColour: `, "black"],
  [`${PROMPT}snow\nColour: `, "a very dark shade of green"],
  ["Something else: ", "entirely"],
];

const numbersOf = (results: readonly { readonly logProbs: Float64Array }[]): number[][] =>
  results.map(({ logProbs }) => [...logProbs]);

async function anyRequest(model: LanguageModel): Promise<ScoreRequest> {
  return only(await scoreRequestsOf(model, COLOURS.slice(0, 1)));
}

/** A request of the wanted numbers of prompt and target tokens. */
async function requestOfLength(
  model: LanguageModel,
  id: string,
  context: number,
  target: number,
): Promise<ScoreRequest> {
  const { context: tokens } = await anyRequest(model);
  const fill = (length: number): Int32Array =>
    Int32Array.from({ length }, (_, index) => tokens[index % tokens.length] ?? 0);
  return { id, context: fill(context), target: fill(target) };
}

/** What scoring must do. */
export const SCORING_CASES: readonly ContractCase[] = [
  {
    name: "answers one result per request, in order, one number per target token",
    run: async (model) => {
      const requests = await scoreRequestsOf(model, COLOURS);
      const results = await model.score(requests);
      assert.deepEqual(
        results.map(({ logProbs }) => logProbs.length),
        requests.map(({ target }) => target.length),
      );
      const reversed = await model.score([...requests].reverse());
      assertClose([...reversed].reverse(), results);
      for (const logProb of numbersOf(results).flat()) {
        assert.ok(Number.isFinite(logProb) && logProb <= 0, String(logProb));
      }
    },
  },
  {
    name: "answers no results for no requests",
    run: async (model) => {
      assert.deepEqual(await model.encode([]), []);
      assert.deepEqual(await model.score([]), []);
      assert.deepEqual(await model.generate([]), []);
    },
  },
  {
    name: "gives many requests at once the numbers of each alone",
    run: async (model) => {
      const requests = await scoreRequestsOf(model, COLOURS);
      assertClose(await model.score(requests), await scoreAlone(model, requests));
    },
  },
  {
    name: "scores targets that are prefixes of one another",
    run: async (model) => {
      const request = await anyRequest(model);
      const { target: long } = only(
        await scoreRequestsOf(model, [["Colour: ", "green as grass in the early summer"]]),
      );
      const requests = Array.from(long, (_, index) => ({
        id: `prefix ${index + 1}`,
        context: request.context,
        target: long.slice(0, index + 1),
      }));
      const results = await model.score(requests);
      assertClose(results, await scoreAlone(model, requests));
      const whole = results.at(-1)?.logProbs ?? new Float64Array();
      assertClose(
        results,
        requests.map((_, index) => ({ logProbs: whole.slice(0, index + 1) })),
      );
    },
  },
  {
    name: "scores a prompt that begins with another request's prompt and target",
    run: async (model) => {
      const { context, target } = await anyRequest(model);
      const requests = [
        { id: "short", context, target },
        { id: "long", context: Int32Array.of(...context, ...target), target },
      ];
      assertClose(await model.score(requests), await scoreAlone(model, requests));
    },
  },
  {
    name: "puts a begun answer behind the prompt, where it changes no token of the target",
    run: async (model) => {
      const prompt = { kind: "text", text: `${PROMPT}grass\nColour:` } as const;
      const [bare, short, long] = await model.encode([
        { prompt },
        { prompt, prefix: " I think it is ", target: "green" },
        { prompt, prefix: " Grass grows in summer, so it is ", target: "green" },
      ]);
      const before = [...(bare?.context ?? [])];
      for (const begun of [short, long]) {
        const context = [...(begun?.context ?? [])];
        assert.deepEqual(context.slice(0, before.length), before);
        assert.ok(context.length > before.length, "the begun answer is not in the context");
      }
      assert.deepEqual([...(short?.target ?? [])], [...(long?.target ?? [])]);
      assert.ok((short?.target.length ?? 0) > 0, "no target");
    },
  },
  {
    name: "gives identical requests identical numbers",
    run: async (model) => {
      const requests = await scoreRequestsOf(
        model,
        [COLOURS[0], COLOURS[1], COLOURS[0]].flatMap((pair) => (pair === undefined ? [] : [pair])),
      );
      const [first, , third] = numbersOf(await model.score(requests));
      assert.deepEqual(first, third);
    },
  },
  {
    name: "scores one-token prompts and one-token targets",
    run: async (model) => {
      const { context, target } = await anyRequest(model);
      const requests = [...target].map((token, index) => ({
        id: `token ${index}`,
        context: context.slice(0, 1),
        target: Int32Array.of(token),
      }));
      assertClose(await model.score(requests), await scoreAlone(model, requests));
    },
  },
  {
    name: "gives the same call the same bits, whatever came between",
    run: async (model) => {
      const requests = await scoreRequestsOf(model, COLOURS);
      const before = numbersOf(await model.score(requests));
      await model.score(await scoreRequestsOf(model, [["Quite another text, ", "scored between"]]));
      await model.generate([
        {
          id: "between",
          context: requests[2]?.context ?? new Int32Array(),
          maxTokens: 8,
          sampling: { temperature: 1, topP: 1, topK: 0, minP: 0 },
          seed: 1,
          stop: [],
        },
      ]);
      assert.deepEqual(numbersOf(await model.score(requests)), before);
    },
  },
  {
    name: "tells what a call cost, once",
    run: async (model) => {
      const requests = await scoreRequestsOf(model, COLOURS);
      const told: number[] = [];
      await model.score(requests, { onUsage: ({ requestedTokens }) => told.push(requestedTokens) });
      const tokens = requests.reduce(
        (sum, { context, target }) => sum + context.length + target.length,
        0,
      );
      assert.deepEqual(told, [tokens]);
    },
  },
  {
    name: "refuses an empty target and an empty prompt by the request's name",
    run: async (model) => {
      const { context, target } = await anyRequest(model);
      const none = new Int32Array();
      const refused = { name: "PmpoError", kind: "model", message: /the empty one/ };
      await assert.rejects(model.score([{ id: "the empty one", context, target: none }]), refused);
      await assert.rejects(model.score([{ id: "the empty one", context: none, target }]), refused);
    },
  },
  {
    name: "refuses what does not fit the context, naming the request and both lengths",
    run: async (model) => {
      const { contextTokens } = model.capabilities;
      const requests = [
        await anyRequest(model),
        await requestOfLength(model, "the long one", contextTokens - 2, 3),
      ];
      await assert.rejects(model.score(requests), {
        name: "PmpoError",
        kind: "model",
        message: new RegExp(`the long one: ${contextTokens - 2} .* 3 .* ${contextTokens}`),
      });
    },
  },
  {
    name: "stops at an abort signal, and works afterwards",
    run: async (model) => {
      const requests = await scoreRequestsOf(model, COLOURS);
      const before = numbersOf(await model.score(requests));
      const many = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          requestOfLength(
            model,
            `long ${index}`,
            Math.min(400, model.capabilities.contextTokens >> 1) + index,
            1,
          ),
        ),
      );
      const distinct = many.map((request, index) => ({
        ...request,
        context: Int32Array.of(request.target[0] ?? 0, ...request.context.slice(index)),
      }));
      const interrupted = { name: "PmpoError", kind: "interrupted" };
      const controller = new AbortController();
      const calls = [0, 1].map(() => model.score(distinct, { signal: controller.signal }));
      controller.abort();
      for (const call of await Promise.allSettled(calls)) {
        assert.equal(call.status, "rejected");
        assert.throws(() => {
          throw call.reason;
        }, interrupted);
      }
      await assert.rejects(model.score(requests, { signal: controller.signal }), interrupted);
      assert.deepEqual(numbersOf(await model.score(requests)), before);
    },
  },
];
