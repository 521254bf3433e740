import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { interruptedError, messageOf, PmpoError } from "../../core/errors.ts";
import { fastestThreads } from "./fastest-threads.ts";
import { generateTexts } from "./generate.ts";
import { loadLibrary } from "./library.ts";
import { NativeModel } from "./native-model.ts";
import type { NativeModelOptions } from "./native-context.ts";
import {
  type CallName,
  cancelSlot,
  type LoadedFacts,
  type PlainError,
  type WorkerReply,
  type WorkerRequest,
} from "./protocol.ts";
import { convertModelFile } from "./quantise.ts";
import { PrefixStore } from "./prefix-store.ts";
import { scoreRanked, writeTexts } from "./ranked.ts";
import { scoreRequests } from "./score.ts";
import { findSharingObstacle } from "./self-check.ts";
import { type Sharing, sharesPrefixes, sharingOf } from "./sharing.ts";

/** The other side notes the ids of calls here that are no longer wanted. */
const { cancelled } = workerData as { readonly cancelled: Int32Array };

/** Memory for evaluated prefixes: a thousand tokens of a small model take 20 MiB, of a 7B model 130. */
const PREFIX_BYTES = 128 * 1024 * 1024;

let model: NativeModel | null = null;
let sharing: Sharing = { prefixSharing: false };
let prefixes = new PrefixStore(PREFIX_BYTES);

/** Calls that need no computing: they are answered while a long one is under way. */
const QUICK: ReadonlySet<CallName> = new Set([
  "tokenize",
  "tokenizeWithControls",
  "tokenTexts",
  "tokenBytes",
]);
/** What came meanwhile and has to wait, in order. */
const backlog: WorkerRequest[] = [];

parentPort?.on("message", (request: WorkerRequest) => {
  handle(request);
  for (let next = backlog.shift(); next !== undefined; next = backlog.shift()) handle(next);
});

function handle(request: WorkerRequest): void {
  tell(answer(request));
  if (request.name === "dispose") parentPort?.close();
}

/** Between two batches: whoever only asks for tokens does not wait for others' texts. */
function answerQuickCalls(): void {
  if (parentPort === null) return;
  for (;;) {
    const received = receiveMessageOnPort(parentPort);
    if (received === undefined) return;
    const request = received.message as WorkerRequest;
    if (QUICK.has(request.name)) handle(request);
    else backlog.push(request);
  }
}

function tell(reply: WorkerReply): void {
  parentPort?.postMessage(reply);
}

function answer(request: WorkerRequest): WorkerReply {
  try {
    return { id: request.id, result: perform(request) };
  } catch (error) {
    return { id: request.id, error: plainError(error) };
  }
}

function perform(request: WorkerRequest): Extract<WorkerReply, { result: unknown }>["result"] {
  const checkCancelled = (): void => {
    answerQuickCalls();
    if (Atomics.load(cancelled, cancelSlot(request.id)) === request.id) {
      throw interruptedError();
    }
  };
  switch (request.name) {
    case "load":
      return load((request as WorkerRequest<"load">).arguments);
    case "chooseThreads":
      return fastestThreads(loaded(), (request as WorkerRequest<"chooseThreads">).arguments);
    case "tokenize":
      return (request as WorkerRequest<"tokenize">).arguments.map((text) =>
        loaded().tokenize(text),
      );
    case "tokenizeWithControls":
      return (request as WorkerRequest<"tokenizeWithControls">).arguments.map((text) =>
        loaded().tokenize(text, { readControls: true }),
      );
    case "tokenTexts":
      return [...(request as WorkerRequest<"tokenTexts">).arguments].map((token) =>
        loaded().tokenText(token),
      );
    case "tokenBytes":
      return [...(request as WorkerRequest<"tokenBytes">).arguments].map((token) =>
        loaded().pieceBytes(token),
      );
    case "score": {
      const { arguments: requests } = request as WorkerRequest<"score">;
      return scoreRequests(loaded(), requests, prefixesFor(requests), checkCancelled);
    }
    case "scoreRanked": {
      const { arguments: requests } = request as WorkerRequest<"scoreRanked">;
      return scoreRanked(loaded(), requests, prefixesFor(requests), checkCancelled);
    }
    case "write": {
      const { arguments: requests } = request as WorkerRequest<"write">;
      return writeTexts(loaded(), requests, prefixesFor(requests), checkCancelled, (progress) =>
        tell({ id: request.id, progress }),
      );
    }
    case "generate": {
      const { arguments: requests } = request as WorkerRequest<"generate">;
      return generateTexts(loaded(), requests, prefixesFor(requests), checkCancelled);
    }
    case "convert": {
      const { source, target, format } = (request as WorkerRequest<"convert">).arguments;
      convertModelFile(source, target, format);
      return null;
    }
    case "dispose":
      model?.[Symbol.dispose]();
      model = null;
      return null;
  }
}

function load(options: NativeModelOptions): LoadedFacts {
  const library = loadLibrary(options.gpu);
  model = new NativeModel(library, options);
  const sharingObstacle = findSharingObstacle(model);
  const facts = {
    ...model.facts,
    libraryVersion: library.version,
    sharingObstacle,
    prefixMemoryTokens: Math.floor(PREFIX_BYTES / model.stateBytesPerToken()),
  };
  sharing = sharingOf(facts);
  prefixes = new PrefixStore(PREFIX_BYTES);
  return facts;
}

/** What earlier calls evaluated; null where the requests are evaluated one by one. */
function prefixesFor(requests: Parameters<typeof sharesPrefixes>[1]): PrefixStore | null {
  return sharesPrefixes(sharing, requests) ? prefixes : null;
}

function loaded(): NativeModel {
  if (model === null) throw new PmpoError("bug", "ENGINE_NOT_LOADED", "No model is loaded");
  return model;
}

function plainError(error: unknown): PlainError {
  if (error instanceof PmpoError) {
    const { kind, code, message, hint } = error;
    return { kind, code, message, ...(hint === undefined ? {} : { hint }) };
  }
  return { kind: "bug", code: "ENGINE_BUG", message: messageOf(error) };
}
