import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { initTemplate } from "../config/init-template.ts";
import { messageOf, PmpoError, usageError } from "../core/errors.ts";

/** Writes a small task to start from; overwrites nothing. Resolves to the names of its files. */
export async function writeNewTask(
  folder: string,
  model: string | undefined,
): Promise<readonly string[]> {
  const { files } = initTemplate({ name: basename(folder) || "task", model });
  const taken = files.map(({ path }) => path).filter((path) => existsSync(join(folder, path)));
  if (taken.length > 0) throw alreadyThere(folder, taken);
  const written: string[] = [];
  try {
    await mkdir(folder, { recursive: true });
    for (const { path, content } of files) {
      await writeFile(join(folder, path), content, { flag: "wx" });
      written.push(path);
    }
  } catch (error) {
    for (const path of written) await rm(join(folder, path), { force: true });
    throw new PmpoError(
      "usage",
      "FOLDER_NOT_WRITABLE",
      `${folder}: cannot be written to (${messageOf(error)})`,
      { hint: "Name another folder: pmpo init FOLDER.", cause: error },
    );
  }
  return written;
}

function alreadyThere(folder: string, files: readonly string[]): PmpoError {
  return usageError(
    "INIT_FILES_EXIST",
    `${folder} holds ${files.join(", ")} already; nothing was written`,
    "Name another folder: pmpo init FOLDER.",
  );
}
