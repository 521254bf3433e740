import { expect, test } from "vitest";
import { modelError, type PmpoError } from "../core/errors.ts";
import type { LocalModel } from "../core/local-model.ts";
import { type RunningServer, serve } from "./serve.ts";

/** A model without tokens that never works, and ends when the test says so. */
function idleModel(): { readonly model: LocalModel; readonly lose: (reason: PmpoError) => void } {
  let lose: (reason: PmpoError) => void = () => {};
  const lost = new Promise<PmpoError>((resolve) => {
    lose = resolve;
  });
  const model = {
    lost,
    identity: { name: "idle" },
    capabilities: { contextTokens: 64 },
    vocabularySize: 0,
    endTokens: [],
    tokenBytes: () => Promise.resolve([]),
    tokenTexts: () => Promise.resolve([]),
  };
  return { model: model as unknown as LocalModel, lose };
}

function served(model: LocalModel): Promise<RunningServer> {
  return serve({
    model,
    name: "idle",
    version: "0",
    key: null,
    host: "127.0.0.1",
    port: 0,
    maximumBodyBytes: 1000,
    maximumWaiting: 1000,
    templateDate: "",
    clock: () => 0,
    onFailure: () => {},
    randomSeed: () => 0,
    newId: () => "id",
  });
}

test("an engine that ends while nothing is asked is told at once, and by /health", async () => {
  const { model, lose } = idleModel();
  const server = await served(model);
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  const lost = expect(server.lost).rejects.toThrow("The embedded engine's thread ended");
  lose(modelError("ENGINE_CRASHED", "The embedded engine's thread ended with code 1"));
  await lost;
  expect((await fetch(`${server.url}/health`)).status).toBe(503);
  await server.close();
});
