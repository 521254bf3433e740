import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { kill, pid } from "node:process";
import { PmpoError } from "../core/errors.ts";
import { storageError } from "./models-folder.ts";

/** Nobody's: the work on it failed, and the next try may go on from it. */
const FREE = "free";
const HOST = `on${hostname().replaceAll(/[^A-Za-z0-9]/g, "")}`;

/**
 * Makes a file that is either whole at `target` or not there at all.
 *
 * `make` writes into a `*.partial` file that this process alone owns; when it resolves, the file
 * takes its final name. When it rejects, the partial file stays for a later try with the same
 * `tag`, which finds it as it was left, even by a killed process. Two processes at the same target
 * never share a partial file.
 */
export async function makeWhole<T>(
  target: string,
  tag: string,
  make: (partial: string) => Promise<T>,
): Promise<T> {
  try {
    await mkdir(dirname(target), { recursive: true });
    const partial = await claimPartial(target, tag);
    try {
      const made = await make(partial);
      await moveInto(partial, target);
      return made;
    } catch (error) {
      await release(partial, target, tag);
      throw error;
    }
  } catch (error) {
    if (error instanceof PmpoError) throw error;
    throw storageError(error, target) ?? error;
  }
}

/** Deletes the partial files of `target` that no living process works on; resolves to their paths. */
export async function removePartials(target: string): Promise<readonly string[]> {
  const abandoned = await abandonedPartials(target, "");
  for (const path of abandoned) await rm(path, { force: true, recursive: true });
  return abandoned;
}

async function claimPartial(target: string, tag: string): Promise<string> {
  const own = partialName(target, tag, `${HOST}-${pid}`);
  for (const path of await abandonedPartials(target, tag)) {
    // A rename succeeds for one process only; the others find the file gone and look on.
    const claimed = await rename(path, own).then(
      () => true,
      () => false,
    );
    if (claimed) return own;
  }
  await (await open(own, "wx")).close();
  return own;
}

async function release(partial: string, target: string, tag: string): Promise<void> {
  const written = await stat(partial).catch(() => undefined);
  if (written === undefined || written.size === 0) return rm(partial, { force: true });
  // Its name stays where renaming fails; the process's end then frees it.
  await rename(partial, partialName(target, tag, FREE)).catch(() => undefined);
}

async function moveInto(partial: string, target: string): Promise<void> {
  const file = await open(partial, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await rename(partial, target);
  } catch (error) {
    // Windows refuses to replace a file in use: another process was first with the same content.
    if ((await stat(target).catch(() => undefined)) === undefined) throw error;
    await rm(partial, { force: true });
  }
}

const partialName = (target: string, tag: string, owner: string): string =>
  `${target}.${tag}.${owner}-${randomBytes(4).toString("hex")}.partial`;

async function abandonedPartials(target: string, tag: string): Promise<readonly string[]> {
  const start = `${basename(target)}.${tag}`;
  const names = await readdir(dirname(target)).catch((): string[] => []);
  return names
    .filter((name) => name.startsWith(start) && isAbandoned(name))
    .map((name) => join(dirname(target), name));
}

function isAbandoned(name: string): boolean {
  const match = /\.(\w+)(?:-(\d+))?-[0-9a-f]{8}\.partial$/.exec(name);
  if (match === null) return false;
  const [, owner, ownerPid] = match;
  if (ownerPid === undefined) return owner === FREE;
  return owner === HOST && !isAlive(Number(ownerPid));
}

function isAlive(processId: number): boolean {
  try {
    return kill(processId, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
