import type { LocalModel } from "../core/local-model.ts";
import type { EngineQueue } from "./engine-queue.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** What every endpoint works with. */
export interface Service {
  readonly model: LocalModel;
  /** The model's name for clients. */
  readonly name: string;
  /** Of pmpo. */
  readonly version: string;
  readonly vocabulary: Vocabulary;
  readonly queue: EngineQueue;
  /** The day that chat templates write. */
  readonly templateDate: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** For texts that are drawn without a seed of their own. */
  readonly randomSeed: () => number;
  /** Something that no other answer has. */
  readonly newId: () => string;
}
