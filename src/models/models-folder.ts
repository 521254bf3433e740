import { join, resolve } from "node:path";
import envPaths from "env-paths";
import { modelError, type PmpoError } from "../core/errors.ts";
import type { CatalogueChoice, HubFile } from "./catalogue.ts";

/** The folder that holds the fetched models: in `PMPO_HOME` where that is set, else in the platform's cache folder. */
export function modelsFolder(environment: NodeJS.ProcessEnv): string {
  return join(homeFolder(environment), "models");
}

/** The folder that holds the fetched data sets, beside the models. */
export function datasetsFolder(environment: NodeJS.ProcessEnv): string {
  return join(homeFolder(environment), "datasets");
}

function homeFolder(environment: NodeJS.ProcessEnv): string {
  const home = environment["PMPO_HOME"];
  return home === undefined || home === "" ? envPaths("pmpo", { suffix: "" }).cache : resolve(home);
}

/** Where a model of the catalogue lies: `smollm2-135m-q8_0.gguf`. */
export function catalogueFile(folder: string, { model, format }: CatalogueChoice): string {
  return join(folder, `${model.name}-${format.format}.gguf`);
}

/** The folder with the fetched files of one repository of the hub. */
export function hubFolder(folder: string, repository: string): string {
  return join(folder, "hf", ...repository.split("/"));
}

/** Where a file of the hub lies. */
export function hubFile(
  folder: string,
  { repository, file }: Pick<HubFile, "repository" | "file">,
): string {
  return join(hubFolder(folder, repository), ...file.split("/"));
}

const STORAGE_FAILURES: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the disk is read-only",
  EACCES: "no permission to write",
  EPERM: "no permission to write",
  ENOTDIR: "a part of the path is a file",
  EEXIST: "a file stands where the folder should be",
};

/** The error for a model that cannot be written, or undefined when the failure is not the disk's. */
export function storageError(error: unknown, target: string): PmpoError | undefined {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = STORAGE_FAILURES[code];
  if (reason === undefined) return undefined;
  return modelError("MODEL_STORAGE", `cannot write ${target}: ${reason} (${code})`, {
    hint: "Free some space or permit writing there, or set PMPO_HOME to another folder.",
    cause: error,
  });
}
