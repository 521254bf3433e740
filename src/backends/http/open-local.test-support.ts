import { afterEach } from "vitest";
import type { EncodeRequest, LanguageModel, ScoreRequest } from "../../core/model.ts";
import { createHttpModel } from "./connect.ts";
import {
  type Answer,
  type LocalServer,
  type SeenRequest,
  startLocalServer,
} from "./local-server.test-support.ts";
import type { HttpModelOptions } from "./model-options.ts";

const open: AsyncDisposable[] = [];

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each[Symbol.asyncDispose]();
});

/** The same, closed after the test. */
export function closedAfterTest<T extends AsyncDisposable>(each: T): T {
  open.push(each);
  return each;
}

/** A server that ends with the test. */
export async function startLocal(answer: (request: SeenRequest) => Answer): Promise<LocalServer> {
  return closedAfterTest(await startLocalServer(answer));
}

/** The only model of a server, until the test ends. */
export async function openLocal(
  { url }: LocalServer,
  options: Partial<HttpModelOptions> = {},
): Promise<LanguageModel> {
  const settings = { model: null, name: "toy", api: null, key: null, patienceSeconds: 1 };
  return closedAfterTest(await createHttpModel({ ...settings, url, ...options }));
}

/** Encoded, and named by their order. */
export async function requestsFor(
  model: LanguageModel,
  requests: readonly EncodeRequest[],
): Promise<readonly ScoreRequest[]> {
  return (await model.encode(requests)).map((each, index) => ({ id: `answer ${index}`, ...each }));
}
