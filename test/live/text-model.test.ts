import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  createHttpModel,
  createTextModel,
  type TextModel,
  type TextRequest,
  type Usage,
  writerOf,
} from "pmpo";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folderWith, pmpo, smallTask } from "../cli/pmpo.ts";
import { VLLM_MODEL, VLLM_URL } from "./vllm-server.ts";

const request = (content: string, changes: Partial<TextRequest> = {}): TextRequest => ({
  id: "a text",
  prompt: { kind: "chat", messages: [{ role: "user", content }] },
  maxTokens: 16,
  sampling: { temperature: 0, topP: 1, topK: 0, minP: 0 },
  seed: 0,
  stop: [],
  ...changes,
});

function openChat(model = "smollm2"): Promise<TextModel> {
  return createTextModel({
    provider: null,
    url: `${VLLM_URL}/v1`,
    model,
    name: VLLM_MODEL,
    key: null,
  });
}

describe("vLLM behind chat completions", () => {
  let chat: TextModel;

  beforeAll(async () => {
    chat = await openChat();
  });

  afterAll(async () => {
    await chat[Symbol.asyncDispose]();
  });

  test("writes what the same model writes from token ids, and counts the same tokens", async () => {
    const scoring = await createHttpModel({
      url: VLLM_URL,
      model: null,
      name: "smollm2",
      api: null,
      key: null,
    });
    await using tokens = writerOf(scoring);
    const requests = [request("Name three colours."), request("What is the capital of France?")];
    const usages: Usage[] = [];
    const texts = await chat.write(requests, { onUsage: (usage) => usages.push(usage) });
    const expected = await tokens.write(requests);
    expect(texts.map((each) => each?.text.trim())).toEqual(
      expected.map((each) => each?.text.trim()),
    );
    expect(texts.map((each) => each?.tokenCount)).toEqual(expected.map((each) => each?.tokenCount));
    expect(usages).toHaveLength(1);
    expect(usages[0]?.generatedTokens).toBe(
      texts.reduce((sum, each) => sum + (each?.tokenCount ?? 0), 0),
    );
  });

  test("draws the same text from the same seed, and ends it before a stop text", async () => {
    const drawn = { sampling: { temperature: 1, topP: 0.9, topK: 0, minP: 0 }, seed: 3 };
    const [first, again] = [
      await chat.write([request("Tell a story.", drawn)]),
      await chat.write([request("Tell a story.", drawn)]),
    ];
    expect(again).toEqual(first);
    const [ended] = await chat.write([request("Count from one to ten.", { stop: [" "] })]);
    expect(ended?.text).not.toContain(" ");
  });

  test("takes a prompt that is too long for no failure, and names a model that is not there", async () => {
    expect(await chat.write([request("word ".repeat(4000))])).toEqual([null]);
    await using other = await openChat("nope");
    await expect(other.write([request("Hi")])).rejects.toMatchObject({
      code: "ENDPOINT_NOT_FOUND",
    });
  });
});

test("a search is rewritten and judged through chat completions, and asks nothing twice", async () => {
  const files = smallTask(1);
  const search = files["pmpo.yaml"]?.replace("optimizer: { ", "optimizer: { edits: false, ") ?? "";
  const chat = `{ endpoint: ${VLLM_URL}, name: smollm2, api: chat }`;
  // The model that is scored is the default one, in the embedded engine.
  const folder = folderWith({
    ...files,
    "pmpo.yaml": `${search}rewriter: ${chat}\nmetric: { judge: { model: ${chat} } }\n`,
  });
  const first = await pmpo(["optimize", "--json"], { folder });
  expect(first.exitCode, first.stderr).toBe(0);
  const second = await pmpo(["optimize", "--json"], { folder });
  const [once, again] = [first, second].map(
    ({ stdout }) => JSON.parse(stdout) as { readonly run: string; readonly tokens: object },
  );
  expect(again?.tokens).toMatchObject({ scored: 0, generated: 0 });
  const path = join(folder, ".pmpo", "runs", once?.run ?? "", "manifest.json");
  expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({
    rewriterIdentity: { name: VLLM_MODEL, engine: "chat completions" },
    judgeIdentity: { name: VLLM_MODEL, engine: "chat completions" },
  });
});
