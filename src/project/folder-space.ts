import { mkdtemp, rm, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Whether a folder can be written to or made, and what the disk has left. */
export async function folderSpace(
  folder: string,
): Promise<{ readonly isWritable: boolean; readonly freeBytes: number }> {
  const existing = await nearestExisting(folder);
  const { bavail, bsize } = await statfs(existing);
  return { isWritable: await canWrite(existing), freeBytes: bavail * bsize };
}

/** A size as people say it: `145 MB`, `2.1 GB`. */
export function bytesText(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

async function nearestExisting(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  return found !== null || dirname(path) === path ? path : nearestExisting(dirname(path));
}

/** Only trying tells: permissions do not bind an administrator, and disks can be read-only. */
async function canWrite(folder: string): Promise<boolean> {
  try {
    await rm(await mkdtemp(join(folder, ".pmpo-check-")), { recursive: true });
    return true;
  } catch {
    return false;
  }
}
