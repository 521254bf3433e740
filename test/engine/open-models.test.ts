import { expect, test, vi } from "vitest";
import type * as Parsing from "../../src/config/parse-config.ts";
import type * as Opening from "../../src/project/open-models.ts";
import { built } from "../built.ts";
import { smollm2 } from "../model.ts";

const { openModels } = (await built("project/open-models.js")) as typeof Opening;
const { configFromObject } = (await built("config/parse-config.js")) as typeof Parsing;

test("weights are loaded once, whatever they are called, and closed once", async () => {
  const path = await smollm2("q8_0");
  const config = configFromObject(
    { prompt: { text: "-" }, data: { file: "-" }, threads: 1, gpu: "off" },
    ".",
  );
  const models = openModels(config, { environment: process.env });
  const model = await models.open("smollm2-135m");
  const judge = await models.open(path);
  expect(await models.open("smollm2-135m")).toBe(model);
  expect(judge.identity).toEqual({ ...model.identity, name: path });
  const asked = vi.spyOn(model, "tokenTexts");
  const [text] = await judge.tokenTexts(Int32Array.of(1));
  expect(asked).toHaveBeenCalledOnce();
  expect(text).toBe("<|im_start|>");
  const closed = vi.spyOn(model, Symbol.asyncDispose);
  await models[Symbol.asyncDispose]();
  expect(closed).toHaveBeenCalledOnce();
});
