import { spawn } from "node:child_process";
import { createHttpModel, type EncodeRequest, type LanguageModel } from "pmpo";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadModel, smollm2 } from "../model.ts";
import { answering, type RunningServer } from "./answering.ts";

/** A Python that has `llama-cpp-python[server]`. */
const PYTHON: string | undefined = process.env["PMPO_LLAMA_CPP_PYTHON"];
const PORT = 8111;
const BEGIN_TOKEN = 1;

/** Serves SmolLM2, whose file asks for no begin token; `begins` makes the server add one. */
async function started({ begins }: { readonly begins: boolean }): Promise<RunningServer> {
  const flags = ["--model", await smollm2("f16"), "--n_ctx", "2048", "--port", String(PORT)];
  const override = ["--kv_overrides", `tokenizer.ggml.add_bos_token=bool:${begins}`];
  const server = spawn(PYTHON ?? "", ["-m", "llama_cpp.server", ...flags, ...override], {
    stdio: "ignore",
  });
  return answering(server, {
    name: "llama-cpp-python",
    url: `http://127.0.0.1:${PORT}`,
    path: "/v1/models",
  });
}

const opened = ({ url }: RunningServer): Promise<LanguageModel> =>
  createHttpModel({ url, model: null, name: "live", api: null, key: null });

const REQUESTS: readonly EncodeRequest[] = [
  ["One, two, three,", " four, five, six"],
  ["The capital of France is", " Paris"],
  ["Review: A dull plot\nSentiment:", " negative"],
  ["Größe — 東京 🦊\nCity:", " 東京 🦊 it is"],
].map(([prompt = "", target = ""]) => ({ prompt: { kind: "text", text: prompt }, target }));

describe.skipIf(PYTHON === undefined)("llama-cpp-python", () => {
  let engine: LanguageModel;

  beforeAll(async () => {
    engine = await loadModel(await smollm2("f16"));
  });

  afterAll(() => engine?.[Symbol.asyncDispose]());

  test("scores a model with a begin token as the embedded engine does behind that token", async () => {
    await using server = await started({ begins: true });
    await using model = await opened(server);
    const totals = async (each: LanguageModel, begin: readonly number[]): Promise<number[]> => {
      const encoded = await each.encode(REQUESTS);
      const results = await each.score(
        encoded.map(({ context, target }, index) => ({
          id: `request ${index}`,
          context: Int32Array.from([...begin, ...context]),
          target,
        })),
      );
      return results.map(({ logProbs }) => logProbs.reduce((sum, logProb) => sum + logProb, 0));
    };
    const own = await totals(engine, [BEGIN_TOKEN]);
    const served = await totals(model, []);
    served.forEach((total, index) => expect(Math.abs(total - (own[index] ?? 0))).toBeLessThan(0.1));
  });

  test("writes greedily where it is asked to, without its own penalties", async () => {
    await using server = await started({ begins: true });
    await using model = await opened(server);
    const text = "One, two, three, four,";
    const [encoded] = await model.encode([{ prompt: { kind: "text", text } }]);
    const context = encoded?.context ?? new Int32Array();
    const sampling = { temperature: 0, topP: 1, topK: 0, minP: 0 };
    const [written] = await model.generate([
      { id: "count", context, maxTokens: 8, sampling, seed: 0, stop: [] },
    ]);
    expect(written?.text).toBe(" five, six, seven, eight,");
  });

  test("is refused for a model without a begin token, whose numbers it puts at other tokens", async () => {
    await using server = await started({ begins: false });
    await expect(opened(server)).rejects.toMatchObject({
      message: expect.stringContaining("no begin token") as unknown,
    });
  });
});
