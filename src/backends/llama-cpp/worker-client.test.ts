import { expect, test } from "vitest";
import { WorkerClient } from "./worker-client.ts";

// Beside the sources there is no worker.js, so that the thread ends before it has begun.

test("a thread that ends by itself is told of, without a call", async () => {
  await using client = new WorkerClient();
  expect(await client.lost).toMatchObject({ kind: "model", code: "ENGINE_CRASHED" });
});
