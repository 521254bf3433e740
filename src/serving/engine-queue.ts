import { interruptedError, PmpoError } from "../core/errors.ts";
import type {
  LocalModel,
  PlaceScore,
  RankedScoreRequest,
  WriteRequest,
  WrittenToken,
} from "../core/local-model.ts";
import type { Generation, Usage } from "../core/model.ts";
import { ApiError } from "./api-error.ts";
import { type BatchLimits, FairQueue, type Waiting } from "./fair-queue.ts";

/** Who asks, and until when. */
export interface Caller {
  /** The queue is fair between clients. */
  readonly client: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Told what the engine does. */
export interface EngineObserver {
  readonly onCall: (kind: "score" | "write", requests: number, usage: Usage) => void;
  /** The engine has ended: nothing will ever be answered again. */
  readonly onLost: (error: PmpoError) => void;
}

interface Job extends Waiting {
  readonly kind: "score" | "write";
  readonly signal: AbortSignal;
  readonly reject: (error: unknown) => void;
}

interface ScoreJob extends Job {
  readonly kind: "score";
  readonly request: RankedScoreRequest;
  readonly resolve: (places: readonly PlaceScore[]) => void;
}

interface WriteJob extends Job {
  readonly kind: "write";
  readonly request: WriteRequest;
  readonly onToken: (written: WrittenToken) => void;
  readonly resolve: (generation: Generation) => void;
}

type AnyJob = ScoreJob | WriteJob;

/** Few seconds of work, so that nobody waits long for others. */
const SCORE_BATCH: BatchLimits = { items: 256, tokens: 8192 };
/** As many texts as the engine writes at a time. */
const WRITE_ITEMS = 32;
/** What is supposed of the engine before it has done anything. */
const USUAL_TOKENS_PER_SECOND = 500;

/**
 * Puts the work of all clients together: what waits when the engine is free is done in one call, in
 * which common prefixes are evaluated once.
 */
export class EngineQueue {
  readonly #model: LocalModel;
  readonly #maximumWaiting: number;
  readonly #observer: EngineObserver;
  readonly #clock: () => number;
  readonly #waiting = new FairQueue<AnyJob>();
  #running = false;
  #draining = false;
  #isLost = false;
  #onIdle: () => void = () => {};
  #tokensDone = 0;
  #secondsBusy = 0;

  /** @param maximumWaiting tokens of waiting work beyond which more is refused */
  constructor(
    model: LocalModel,
    options: { readonly maximumWaiting: number; readonly clock: () => number },
    observer: EngineObserver,
  ) {
    this.#model = model;
    this.#maximumWaiting = options.maximumWaiting;
    this.#clock = options.clock;
    this.#observer = observer;
  }

  get waiting(): { readonly requests: number; readonly tokens: number } {
    return { requests: this.#waiting.length, tokens: this.#waiting.tokens };
  }

  /** Whether the engine has ended: nothing will ever be answered again. */
  get isLost(): boolean {
    return this.#isLost;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Refuses work of that many tokens where too much waits; an empty queue takes any. */
  admit(tokens: number): void {
    if (this.#isLost) {
      throw new ApiError(503, "The engine has ended", { type: "server_error" });
    }
    if (this.#draining) {
      const type = "server_error";
      throw new ApiError(503, "The server is shutting down", { type, retryAfterSeconds: 5 });
    }
    const before = this.#waiting.tokens;
    if (before === 0 || before + tokens <= this.#maximumWaiting) return;
    const rate = this.#secondsBusy > 0 ? this.#tokensDone / this.#secondsBusy : 0;
    const seconds = before / (rate > 0 ? rate : USUAL_TOKENS_PER_SECOND);
    throw new ApiError(429, `${before} tokens of other requests are waiting: come back later`, {
      type: "rate_limit_error",
      code: "queue_full",
      retryAfterSeconds: Math.min(60, Math.max(1, Math.ceil(seconds))),
    });
  }

  /** What the model says at each place of the target. */
  score(request: RankedScoreRequest, caller: Caller): Promise<readonly PlaceScore[]> {
    const tokens = request.context.length + request.target.length;
    return new Promise((resolve, reject) => {
      this.#add({ ...caller, kind: "score", tokens, request, resolve, reject });
    });
  }

  /** Writes a text, and tells of every token as soon as it is there. */
  write(
    request: WriteRequest,
    onToken: (written: WrittenToken) => void,
    caller: Caller,
  ): Promise<Generation> {
    const tokens = request.context.length + request.maxTokens;
    return new Promise((resolve, reject) => {
      this.#add({ ...caller, kind: "write", tokens, request, onToken, resolve, reject });
    });
  }

  /** Takes no new work; resolves when all that was taken is done. */
  drain(): Promise<void> {
    this.#draining = true;
    if (!this.#running) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #add(job: AnyJob): void {
    if (job.signal.aborted) {
      job.reject(interruptedError());
      return;
    }
    this.#waiting.add(job);
    job.signal.addEventListener(
      "abort",
      () => {
        if (this.#waiting.remove(job)) job.reject(interruptedError());
      },
      { once: true },
    );
    if (this.#running) return;
    this.#running = true;
    // Requests that came at the same time are put together from the first.
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    for (;;) {
      const batch = this.#waiting.takeBatch((kind) =>
        kind === "score"
          ? SCORE_BATCH
          : { items: WRITE_ITEMS, tokens: this.#model.capabilities.contextTokens },
      );
      if (batch.length === 0) break;
      const begun = this.#clock();
      await this.#perform(batch);
      this.#secondsBusy += (this.#clock() - begun) / 1000;
      this.#tokensDone += batch.reduce((sum, { tokens }) => sum + tokens, 0);
    }
    this.#running = false;
    this.#onIdle();
  }

  /** A batch holds jobs of one kind. */
  async #perform(batch: readonly AnyJob[]): Promise<void> {
    const scores = batch.filter((job) => job.kind === "score");
    const writes = batch.filter((job) => job.kind === "write");
    if (scores.length > 0) await this.#scoreTogether(scores);
    if (writes.length > 0) await this.#writeTogether(writes);
  }

  async #scoreTogether(jobs: readonly ScoreJob[]): Promise<void> {
    try {
      const requests = jobs.map(({ request }) => request);
      const results = await this.#model.scoreRanked(requests, {
        signal: allGone(jobs),
        onUsage: (usage) => this.#observer.onCall("score", jobs.length, usage),
      });
      jobs.forEach((job, index) => job.resolve(results[index] as readonly PlaceScore[]));
    } catch (error) {
      const isLost = this.#noteLoss(error);
      if (isLost || jobs.length === 1 || isInterrupted(error)) {
        for (const job of jobs) job.reject(error);
        return;
      }
      // One client's bad luck is not the others'.
      for (const job of jobs) await this.#scoreTogether([job]);
    }
  }

  async #writeTogether(jobs: readonly WriteJob[]): Promise<void> {
    try {
      const requests = jobs.map(({ request }) => request);
      const tell = (request: number, written: WrittenToken): void =>
        jobs[request]?.onToken(written);
      const results = await this.#model.write(requests, tell, {
        signal: allGone(jobs),
        onUsage: (usage) => this.#observer.onCall("write", jobs.length, usage),
      });
      jobs.forEach((job, index) => job.resolve(results[index] as Generation));
    } catch (error) {
      this.#noteLoss(error);
      for (const job of jobs) job.reject(error);
    }
  }

  /** Told when the engine has ended, by itself or of an answer. */
  lose(error: PmpoError): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#observer.onLost(error);
  }

  /** Whether the engine has ended for good. */
  #noteLoss(error: unknown): boolean {
    const isLost = error instanceof PmpoError && error.code === "ENGINE_CRASHED";
    if (isLost) this.lose(error);
    return isLost;
  }
}

/** Aborted when nobody waits for any of the jobs any more. */
function allGone(jobs: readonly Job[]): AbortSignal {
  const controller = new AbortController();
  const check = (): void => {
    if (jobs.every(({ signal }) => signal.aborted)) controller.abort();
  };
  for (const { signal } of jobs) signal.addEventListener("abort", check, { once: true });
  check();
  return controller.signal;
}

function isInterrupted(error: unknown): boolean {
  return error instanceof PmpoError && error.kind === "interrupted";
}
