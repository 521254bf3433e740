import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { z } from "zod";
import type { PullProgressListener } from "./progress.ts";

const Remembered = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sizeBytes: z.number(),
  /** As a decimal text: nanoseconds do not fit a number. */
  modifiedNanoseconds: z.string(),
});

/**
 * The sha256 of a weights file, remembered beside it (or, for a file outside `folder`, in `folder`)
 * for as long as its size and time of change stay the same.
 */
export async function weightsSha256(
  path: string,
  folder: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<string> {
  const known = await rememberedSha256(path, folder);
  if (known !== undefined) return known;
  const before = await stamp(path);
  const sha256 = await fileSha256(path, options);
  const after = await stamp(path);
  // A file that changed while it was read is hashed again next time.
  if (before.modifiedNanoseconds === after.modifiedNanoseconds) {
    await rememberSha256(path, folder, sha256);
  }
  return sha256;
}

/** Reads a whole file through sha256. */
export async function fileSha256(
  path: string,
  options: { readonly signal?: AbortSignal; readonly onProgress?: PullProgressListener } = {},
): Promise<string> {
  const totalBytes = (await stat(path)).size;
  const hash = createHash("sha256");
  let doneBytes = 0;
  const chunks: AsyncIterable<Buffer> = createReadStream(path, {
    highWaterMark: 1 << 20,
    signal: options.signal,
  });
  for await (const chunk of chunks) {
    hash.update(chunk);
    doneBytes += chunk.length;
    options.onProgress?.({ phase: "verify", doneBytes, totalBytes });
  }
  return hash.digest("hex");
}

/** Writes down the sha256 of a file that was just checked. Saves time only, so a folder that cannot be written to does no harm. */
export async function rememberSha256(path: string, folder: string, sha256: string): Promise<void> {
  const sidecar = sidecarFile(path, folder);
  const temporary = `${sidecar}.${randomBytes(4).toString("hex")}.partial`;
  try {
    await mkdir(dirname(sidecar), { recursive: true });
    await writeFile(temporary, `${JSON.stringify({ sha256, ...(await stamp(path)) })}\n`);
    await rename(temporary, sidecar);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** Where the sha256 of a file is remembered. */
export function sidecarFile(path: string, folder: string): string {
  const absolute = resolve(path);
  const isOutside = relative(resolve(folder), absolute).startsWith("..");
  if (!isOutside) return `${absolute}.sha256.json`;
  const key = createHash("sha256").update(absolute).digest("hex").slice(0, 16);
  return join(folder, "sha256", `${basename(absolute)}.${key}.sha256.json`);
}

async function rememberedSha256(path: string, folder: string): Promise<string | undefined> {
  const text = await readFile(sidecarFile(path, folder), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const remembered = Remembered.safeParse(parseJson(text)).data;
  const now = await stamp(path);
  const isFresh =
    remembered?.sizeBytes === now.sizeBytes &&
    remembered.modifiedNanoseconds === now.modifiedNanoseconds;
  return isFresh ? remembered.sha256 : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function stamp(
  path: string,
): Promise<{ readonly sizeBytes: number; readonly modifiedNanoseconds: string }> {
  const { size, mtimeNs } = await stat(path, { bigint: true });
  return { sizeBytes: Number(size), modifiedNanoseconds: String(mtimeNs) };
}
