import { expect, test } from "vitest";
import { modelError } from "../core/errors.ts";
import { ApiError } from "./api-error.ts";
import { eventStream } from "./event-stream.ts";

async function* failing(error: Error): AsyncGenerator<object> {
  yield { text: "first" };
  throw error;
}

/** What a client reads, and what the server notes. */
async function streamed(error: Error): Promise<{
  readonly text: string;
  readonly noted: readonly unknown[];
  readonly gone: number;
}> {
  const noted: unknown[] = [];
  let gone = 0;
  const response = eventStream(
    failing(error),
    () => gone++,
    (failure) => noted.push(failure),
  );
  return { text: await response.text(), noted, gone };
}

test("a failure midway is told to the client as an event, and noted by the server", async () => {
  const failure = modelError("SCORE_NOT_FINITE", "a number is missing");
  const { text, noted, gone } = await streamed(failure);
  expect(text).toMatch(/^data: \{"text":"first"\}\n\ndata: \{"error":.*a number is missing/);
  expect(text).not.toContain("[DONE]");
  expect(noted).toEqual([failure]);
  expect(gone).toBe(1);
});

test("what the client is to blame for is not noted", async () => {
  const { text, noted } = await streamed(new ApiError(400, "no such field"));
  expect(text).toContain("no such field");
  expect(noted).toEqual([]);
});
