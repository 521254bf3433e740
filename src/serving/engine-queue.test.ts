import { expect, test } from "vitest";
import { modelError, PmpoError } from "../core/errors.ts";
import type { LocalModel, RankedScoreRequest } from "../core/local-model.ts";
import { NO_USAGE } from "../core/model.ts";
import { type Caller, EngineQueue } from "./engine-queue.ts";

/** A model whose calls end when the test says so; it answers the first target token as log-probability. */
class HeldModel {
  readonly calls: (readonly RankedScoreRequest[])[] = [];
  readonly #ends: (() => void)[] = [];

  readonly scoreRanked: LocalModel["scoreRanked"] = async (requests, options) => {
    this.calls.push(requests);
    await new Promise<void>((resolve) => {
      this.#ends.push(resolve);
      options?.signal?.addEventListener("abort", () => resolve());
    });
    if (options?.signal?.aborted === true)
      throw new PmpoError("interrupted", "INTERRUPTED", "gone");
    if (requests.some(({ id }) => id === "lost")) throw modelError("ENGINE_CRASHED", "lost");
    if (requests.some(({ id }) => id === "bad")) throw modelError("SCORE_NOT_FINITE", "bad");
    options?.onUsage?.(NO_USAGE);
    return requests.map(({ target }) => [{ logProb: -(target[0] ?? 0), rank: 1, top: [] }]);
  };

  /** Ends the next call, once it has begun. */
  async end(): Promise<void> {
    while (this.#ends.length === 0) await new Promise(setImmediate);
    this.#ends.shift()?.();
  }
}

interface Setting {
  readonly model: HeldModel;
  readonly queue: EngineQueue;
  readonly lost: PmpoError[];
}

function setting(maximumWaiting = 1000): Setting {
  const model = new HeldModel();
  const lost: PmpoError[] = [];
  const queue = new EngineQueue(
    model as unknown as LocalModel,
    { maximumWaiting, clock: () => 0 },
    { onCall: () => {}, onLost: (error) => lost.push(error) },
  );
  return { model, queue, lost };
}

function request(id: string, token: number): RankedScoreRequest {
  return { id, context: Int32Array.of(1), target: Int32Array.of(token), topCount: 0 };
}

function caller(client: string, signal: AbortSignal = new AbortController().signal): Caller {
  return { client, signal };
}

test("what comes at the same time and what comes meanwhile is each done in one call", async () => {
  const { model, queue } = setting();
  const first = [2, 3].map((token) => queue.score(request("a", token), caller("a")));
  await model.end();
  const late = [4, 5, 6].map((token) => queue.score(request("b", token), caller(`b${token}`)));
  await model.end();
  const answers = await Promise.all([...first, ...late]);
  expect(answers.map(([place]) => place?.logProb)).toEqual([-2, -3, -4, -5, -6]);
  expect(model.calls.map(({ length }) => length)).toEqual([2, 3]);
});

test("one client's bad request does not fail the others'", async () => {
  const { model, queue } = setting();
  const good = queue.score(request("good", 2), caller("a"));
  const bad = queue.score(request("bad", 3), caller("b"));
  const refused = expect(bad).rejects.toThrow("bad");
  for (let call = 0; call < 3; call++) await model.end();
  await refused;
  expect(await good).toHaveLength(1);
});

test("more than may wait is refused; an empty queue takes any", async () => {
  const { model, queue } = setting(3);
  queue.admit(1000);
  const running = queue.score(request("a", 2), caller("a"));
  while (model.calls.length === 0) await new Promise(setImmediate);
  queue.admit(1000);
  const waiting = queue.score(request("b", 3), caller("b"));
  expect(queue.waiting).toEqual({ requests: 1, tokens: 2 });
  queue.admit(1);
  expect(() => queue.admit(2)).toThrow(expect.objectContaining({ status: 429 }) as Error);
  await model.end();
  await model.end();
  await Promise.all([running, waiting]);
});

test("who goes away is dropped, and the call stops when all of it are gone", async () => {
  const { model, queue } = setting();
  const [one, two, three] = [1, 2, 3].map(() => new AbortController());
  if (!one || !two || !three) throw new Error("three clients");
  const together = [one, two].map(({ signal }) =>
    queue.score(request("a", 2), caller("a", signal)),
  );
  const settled = Promise.allSettled(together);
  while (model.calls.length === 0) await new Promise(setImmediate);
  const waiting = queue.score(request("b", 2), caller("b", three.signal));
  const dropped = expect(waiting).rejects.toMatchObject({ kind: "interrupted" });
  three.abort();
  await dropped;
  expect(queue.waiting.requests).toBe(0);
  one.abort();
  two.abort();
  expect((await settled).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(model.calls).toHaveLength(1);
});

test("a drained queue ends what it took and takes no more", async () => {
  const { model, queue } = setting();
  const taken = queue.score(request("a", 2), caller("a"));
  const draining = queue.drain();
  expect(() => queue.admit(1)).toThrow(expect.objectContaining({ status: 503 }) as Error);
  const first = Promise.race([draining.then(() => "drained"), taken.then(() => "answered")]);
  await model.end();
  expect(await first).toBe("answered");
  await draining;
});

test("an engine that has ended is told of once", async () => {
  const { model, queue, lost } = setting();
  const failed = expect(queue.score(request("lost", 2), caller("a"))).rejects.toThrow("lost");
  await model.end();
  await failed;
  expect(lost).toHaveLength(1);
});
