import { readdir, rm, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { modelError, usageError } from "../core/errors.ts";
import { CATALOGUE, DEFAULT_MODEL, type CatalogueModel } from "./catalogue.ts";
import { hasFormat } from "./hub.ts";
import { parseModelName, type ModelName } from "./model-name.ts";
import { catalogueFile, hubFile, hubFolder, modelsFolder } from "./models-folder.ts";
import { removePartials } from "./partial-file.ts";
import { sidecarFile } from "./weights-hash.ts";

/** One model in one format: what it is, and where it lies when it is on disk. */
export interface ListedModel {
  /** What to ask for: `smollm2-135m:q8_0`, `hf:owner/repository/file.gguf`. */
  readonly name: string;
  /** The catalogue's entry; null for a file of the hub that is not in it. */
  readonly model: CatalogueModel | null;
  /** Whether the name without format means this format. */
  readonly isDefaultFormat: boolean;
  readonly isDefaultModel: boolean;
  /** Size to expect; null where unknown. */
  readonly approximateBytes: number | null;
  readonly onDisk: { readonly path: string; readonly bytes: number } | null;
}

/** Everything in the catalogue, then every other model that was fetched from the hub. */
export async function listModels(
  environment: NodeJS.ProcessEnv,
  catalogue: readonly CatalogueModel[] = CATALOGUE,
): Promise<readonly ListedModel[]> {
  const folder = modelsFolder(environment);
  const choices = catalogue.flatMap((model) => model.formats.map((format) => ({ model, format })));
  const listed: ListedModel[] = [];
  for (const { model, format } of choices) {
    const isDefaultFormat = format.format === model.defaultFormat;
    listed.push({
      name: `${model.name}:${format.format}`,
      model,
      isDefaultFormat,
      isDefaultModel: isDefaultFormat && model.name === DEFAULT_MODEL,
      approximateBytes: format.approximateBytes,
      onDisk: await found(catalogueFile(folder, { model, format })),
    });
  }
  for (const file of await filesBelow(join(folder, "hf"))) {
    listed.push({
      name: `hf:${file.split(sep).join("/")}`,
      model: null,
      isDefaultFormat: false,
      isDefaultModel: false,
      approximateBytes: null,
      onDisk: await found(join(folder, "hf", file)),
    });
  }
  return listed;
}

/** Deletes a fetched model; a name without format means all its formats. Resolves to the deleted model files. */
export async function removeModel(
  name: string,
  environment: NodeJS.ProcessEnv,
  catalogue: readonly CatalogueModel[] = CATALOGUE,
): Promise<readonly { readonly path: string; readonly bytes: number }[]> {
  const folder = modelsFolder(environment);
  const removed: { path: string; bytes: number }[] = [];
  let partials = 0;
  for (const path of await filesOf(name, parseModelName(name, catalogue), folder)) {
    const file = await found(path);
    if (file !== null) removed.push(file);
    await rm(path, { force: true });
    await rm(sidecarFile(path, folder), { force: true });
    partials += (await removePartials(path)).length;
  }
  if (removed.length > 0 || partials > 0) return removed;
  throw modelError("MODEL_NOT_PULLED", `the model ${name} is not on this machine`, {
    hint: "`pmpo models list` shows what is.",
  });
}

async function filesOf(
  name: string,
  parsed: ModelName,
  folder: string,
): Promise<readonly string[]> {
  switch (parsed.kind) {
    case "catalogue": {
      const { model, format } = parsed;
      const formats = name.includes(":") ? [format] : model.formats;
      return formats.map((format) => catalogueFile(folder, { model, format }));
    }
    case "hub":
      return [hubFile(folder, parsed)];
    case "hub-format": {
      const parent = hubFolder(folder, parsed.repository);
      const files = await filesBelow(parent);
      return files
        .filter((file) => hasFormat(file, parsed.format))
        .map((file) => join(parent, file));
    }
    case "file":
      throw usageError(
        "MODEL_NOT_OURS",
        `${parsed.path} is a file of your own: pmpo removes only models that it fetched`,
        "Name the model as `pmpo models list` shows it.",
      );
    default:
      return parsed satisfies never;
  }
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder, { recursive: true }).catch((): string[] => []);
  return files.filter((file) => /\.gguf$/i.test(file)).sort();
}

async function found(path: string): Promise<{ path: string; bytes: number } | null> {
  const file = await stat(path).catch(() => undefined);
  return file === undefined ? null : { path, bytes: file.size };
}
