import { open, rm, type FileHandle } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { PmpoError } from "../core/errors.ts";
import type { HubFile } from "./catalogue.ts";
import { hubFailure, hubFileInfo, sourceError, statusReason } from "./hub.ts";
import type { Hub, HubFileInfo } from "./hub.ts";
import { storageError } from "./models-folder.ts";
import { makeWhole } from "./partial-file.ts";
import type { PullProgressListener } from "./progress.ts";
import { fileSha256 } from "./weights-hash.ts";

/** How a download goes on and what it must end with. */
export interface DownloadOptions {
  /** The content that the catalogue promises, where it does. */
  readonly sha256: string | null;
  /** Called with a finished file before it takes its name; a rejection leaves no file. */
  readonly check: (path: string) => Promise<unknown>;
  readonly onProgress: PullProgressListener;
  /** Doubles with each attempt in vain. Default half a second. */
  readonly retryDelayMs?: number;
  readonly signal?: AbortSignal;
}

const ATTEMPTS_IN_VAIN = 4;
const DEFAULT_RETRY_DELAY_MS = 500;

/** Downloads a file of the hub to `target`, going on from where an earlier attempt was cut, and resolves to its sha256. */
export async function downloadHubFile(
  hub: Hub,
  file: HubFile,
  target: string,
  options: DownloadOptions,
): Promise<string> {
  const info = await hubFileInfo(hub, file);
  if (options.sha256 !== null && options.sha256 !== info.sha256) {
    throw sourceError(
      `${file.file} of ${file.repository} has other content than expected ` +
        `(sha256 ${info.sha256}, not ${options.sha256})`,
    );
  }
  await makeWhole(target, info.sha256.slice(0, 12), async (partial) => {
    const handle = await open(partial, "r+");
    try {
      await fill(handle, info, { hub, repository: file.repository, options });
      await verify(partial, handle, info, options);
    } finally {
      await handle.close();
    }
    await options.check(partial).catch(async (error: unknown) => {
      await rm(partial, { force: true });
      throw error;
    });
  });
  return info.sha256;
}

async function verify(
  partial: string,
  handle: FileHandle,
  info: HubFileInfo,
  options: DownloadOptions,
): Promise<void> {
  const actual = await fileSha256(partial, options);
  if (actual === info.sha256) return;
  // Nothing of it can be trusted, so the next attempt begins anew.
  await handle.truncate(0);
  throw sourceError(
    `the download is damaged: its sha256 is ${actual}, the hub says ${info.sha256}`,
  );
}

interface Source {
  readonly hub: Hub;
  readonly repository: string;
  readonly options: DownloadOptions;
}

async function fill(handle: FileHandle, info: HubFileInfo, source: Source): Promise<void> {
  const { onProgress, signal, retryDelayMs = DEFAULT_RETRY_DELAY_MS } = source.options;
  let doneBytes = (await handle.stat()).size;
  if (doneBytes > info.sizeBytes) {
    await handle.truncate(0);
    doneBytes = 0;
  }
  onProgress({ phase: "download", doneBytes, totalBytes: info.sizeBytes });
  let inVain = 0;
  while (doneBytes < info.sizeBytes) {
    try {
      await receive(handle, info, doneBytes, source);
    } catch (error) {
      signal?.throwIfAborted();
      const isFinal = error instanceof PmpoError || storageError(error, "") !== undefined;
      if (isFinal) throw error;
      const { size } = await handle.stat();
      inVain = size > doneBytes ? 1 : inVain + 1;
      if (inVain >= ATTEMPTS_IN_VAIN) throw hubFailure(error, source.hub, source.repository);
      await delay(retryDelayMs * 2 ** (inVain - 1), undefined, { signal });
    }
    doneBytes = (await handle.stat()).size;
  }
  if (doneBytes > info.sizeBytes) {
    await handle.truncate(0);
    throw sourceError(`${source.hub.host} sent more than the ${info.sizeBytes} bytes it announced`);
  }
}

/** Appends what one answer brings; a cut connection rejects after what came before it is written. */
async function receive(
  handle: FileHandle,
  info: HubFileInfo,
  from: number,
  { hub, repository, options }: Source,
): Promise<void> {
  const headers = { range: `bytes=${from}-`, "accept-encoding": "identity" };
  const response = await hub.fetch(info.url, { headers });
  const isPart = response.status === 206;
  if (!response.ok) {
    await response.body?.cancel();
    const reason = statusReason(response.status, hub, repository);
    if (response.status >= 500 || response.status === 429) throw new Error(reason);
    throw sourceError(reason);
  }
  // A server that knows no ranges begins anew, and so does the file.
  let position = isPart ? from : 0;
  if (!isPart) await handle.truncate(0);
  if (isPart && !response.headers.get("content-range")?.startsWith(`bytes ${from}-`)) {
    await response.body?.cancel();
    throw sourceError(`${hub.host} sent another part of the file than was asked for`);
  }
  const chunks: AsyncIterable<Uint8Array> = response.body ?? emptyBody();
  for await (const chunk of chunks) {
    await handle.write(chunk, 0, chunk.length, position);
    position += chunk.length;
    options.onProgress({
      phase: "download",
      doneBytes: position,
      totalBytes: info.sizeBytes,
    });
  }
  if (position < info.sizeBytes) throw new Error(`${hub.host} ended the answer too early`);
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}
