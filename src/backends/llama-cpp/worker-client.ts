import { Worker } from "node:worker_threads";
import { interruptedError, messageOf, modelError, PmpoError } from "../../core/errors.ts";
import {
  CANCEL_SLOTS,
  type CallName,
  cancelSlot,
  type WorkerCalls,
  type WorkerReply,
} from "./protocol.ts";
import type { WriteProgress } from "./ranked.ts";

interface PendingCall {
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: ((progress: WriteProgress) => void) | undefined;
}

/** The engine's thread, seen from outside: calls that compute are answered in order, a crash rejects them all. */
export class WorkerClient implements AsyncDisposable {
  /** Resolves with why, when the thread has ended by itself. */
  readonly lost: Promise<PmpoError>;
  readonly #lose: (reason: PmpoError) => void;
  readonly #worker: Worker;
  readonly #cancelled = new Int32Array(
    new SharedArrayBuffer(CANCEL_SLOTS * Int32Array.BYTES_PER_ELEMENT),
  );
  readonly #pending = new Map<number, PendingCall>();
  #nextId = 1;
  #ended: PmpoError | null = null;
  #disposal: Promise<void> | null = null;

  constructor() {
    let lose: (reason: PmpoError) => void = () => {};
    this.lost = new Promise((resolve) => {
      lose = resolve;
    });
    this.#lose = lose;
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), {
      workerData: { cancelled: this.#cancelled },
    });
    this.#worker.on("message", (reply: WorkerReply) => this.#settle(reply));
    this.#worker.on("error", (error) => this.#end(`failed: ${messageOf(error)}`));
    this.#worker.on("exit", (code) => this.#end(`ended with code ${code}`));
  }

  /** Asks the worker; the signal ends the work after the batch in flight. Only a few calls tell of progress. */
  call<Name extends CallName>(
    name: Name,
    argument: WorkerCalls[Name]["arguments"],
    signal?: AbortSignal,
    onProgress?: (progress: WriteProgress) => void,
  ): Promise<WorkerCalls[Name]["result"]> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    if (signal?.aborted === true) return Promise.reject(interruptedError());
    const id = this.#nextId++;
    const cancel = (): void => {
      Atomics.store(this.#cancelled, cancelSlot(id), id);
    };
    signal?.addEventListener("abort", cancel, { once: true });
    const reply = new Promise<WorkerCalls[Name]["result"]>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onProgress });
      this.#worker.postMessage({ id, name, arguments: argument });
    });
    return reply.finally(() => signal?.removeEventListener("abort", cancel));
  }

  /** Lets the calls that are under way finish and frees everything; later calls are refused. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= this.#dispose();
    return this.#disposal;
  }

  async #dispose(): Promise<void> {
    if (this.#ended === null) {
      const freed = this.call("dispose", null);
      this.#ended = modelError(
        "ENGINE_CLOSED",
        "The model was closed and cannot be asked any more",
      );
      await freed;
    }
    await this.#worker.terminate();
  }

  #settle(reply: WorkerReply): void {
    const pending = this.#pending.get(reply.id);
    if ("progress" in reply) {
      pending?.onProgress?.(reply.progress);
      return;
    }
    this.#pending.delete(reply.id);
    if ("error" in reply) {
      const { kind, code, message, hint } = reply.error;
      pending?.reject(new PmpoError(kind, code, message, hint === undefined ? {} : { hint }));
    } else {
      pending?.resolve(reply.result as never);
    }
  }

  #end(reason: string): void {
    if (this.#ended === null) {
      this.#ended = modelError("ENGINE_CRASHED", `The embedded engine's thread ${reason}`, {
        hint: "Run the command again: finished work is kept. If it happens again, please report it.",
      });
      this.#lose(this.#ended);
    }
    for (const { reject } of this.#pending.values()) reject(this.#ended);
    this.#pending.clear();
  }
}
