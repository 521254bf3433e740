import type { ScoringApiName } from "../../core/endpoint.ts";
import type { LanguageModel, ScoreRequest } from "../../core/model.ts";
import { createHttpModel } from "./connect.ts";
import type { Fault, ToyServer } from "./toy-server.test-support.ts";

/** Two requests of three tokens of context and two of target. */
export const REQUESTS: readonly ScoreRequest[] = ["first", "second"].map((id, index) => ({
  id,
  context: Int32Array.of(100 + index, 101, 102),
  target: Int32Array.of(103, 104),
}));

/** The model of a toy server; `api` null leaves the interface to be found out. */
export function openToy(
  server: ToyServer,
  api: ScoringApiName | null,
  concurrency?: number,
): Promise<LanguageModel> {
  return createHttpModel({
    url: server.url,
    model: null,
    name: "toy",
    api,
    key: null,
    patienceSeconds: 2,
    ...(concurrency === undefined ? {} : { concurrency }),
  });
}

/** The fault in answers to these paths alone: their JSON, changed. */
export function changing(path: string, change: (reply: never) => unknown): Fault {
  return (request, honest) =>
    request.path === path && typeof honest !== "function" && "json" in honest
      ? { json: change(structuredClone(honest.json) as never) }
      : null;
}
