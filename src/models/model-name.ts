import { closestMatch } from "leven";
import { modelError, type PmpoError } from "../core/errors.ts";
import { CATALOGUE, type CatalogueChoice, type CatalogueModel, type HubFile } from "./catalogue.ts";

/** What a model's name stands for. */
export type ModelName =
  | ({ readonly kind: "catalogue" } & CatalogueChoice)
  | HubFile
  | { readonly kind: "hub-format"; readonly repository: string; readonly format: string }
  | { readonly kind: "file"; readonly path: string };

const HUB_PREFIX = "hf:";
/** One segment of a hub address: no dot first, so that no `..` can leave the cache folder. */
const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/** Tells a catalogue name, an `hf:` address and a path apart, without touching disk or network. */
export function parseModelName(
  name: string,
  catalogue: readonly CatalogueModel[] = CATALOGUE,
): ModelName {
  if (name.startsWith(HUB_PREFIX)) return parseHubAddress(name);
  if (/[/\\]|^~|\.gguf$/i.test(name)) return { kind: "file", path: name };
  return { kind: "catalogue", ...findInCatalogue(name, catalogue) };
}

function parseHubAddress(name: string): ModelName {
  const [address = "", format, ...rest] = name.slice(HUB_PREFIX.length).split(":");
  const segments = address.split("/");
  const [owner = "", repository = "", ...file] = segments;
  if (rest.length > 0 || !segments.every((segment) => SEGMENT.test(segment)) || repository === "") {
    throw badAddress(name);
  }
  const path = `${owner}/${repository}`;
  if (format !== undefined) {
    if (file.length > 0 || !SEGMENT.test(format)) throw badAddress(name);
    return { kind: "hub-format", repository: path, format };
  }
  if (!/\.gguf$/i.test(file.at(-1) ?? "")) throw badAddress(name);
  return { kind: "hub", repository: path, file: file.join("/"), revision: "main" };
}

function badAddress(name: string): PmpoError {
  return modelError("MODEL_ADDRESS", `"${name}" is no address of a GGUF file on the hub`, {
    hint: "Write hf:OWNER/REPOSITORY/FILE.gguf, or hf:OWNER/REPOSITORY:Q8_0 for a format.",
  });
}

/** Finds `name` or `name:format`, in any case of letters; otherwise says which name was likely meant. */
function findInCatalogue(asked: string, catalogue: readonly CatalogueModel[]): CatalogueChoice {
  const [name = "", ...rest] = asked.toLowerCase().split(":");
  const model = catalogue.find((candidate) => candidate.name === name);
  if (model === undefined) throw unknownModel(asked, name, catalogue);
  const wanted = rest.length === 0 ? model.defaultFormat : rest.join(":");
  const format = model.formats.find((candidate) => candidate.format === wanted);
  if (format !== undefined) return { model, format };
  throw modelError("MODEL_FORMAT_UNKNOWN", `${model.name} has no format "${wanted}"`, {
    hint: `It has: ${model.formats.map((known) => `${model.name}:${known.format}`).join(", ")}.`,
  });
}

function unknownModel(
  asked: string,
  name: string,
  catalogue: readonly CatalogueModel[],
): PmpoError {
  const names = catalogue.map((model) => model.name);
  const closest = closestMatch(name, names, { maxDistance: Math.ceil(name.length / 3) });
  const guess = closest === undefined ? "" : `; did you mean ${closest}?`;
  return modelError("MODEL_UNKNOWN", `there is no model "${asked}"${guess}`, {
    hint:
      `Known names: ${names.join(", ")}. ` +
      "Also: the path of a .gguf file, or hf:OWNER/REPOSITORY/FILE.gguf.",
  });
}
