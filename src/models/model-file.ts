import { access, constants, stat } from "node:fs/promises";
import { modelError } from "../core/errors.ts";
import { readGgufHeader, type GgufHeader } from "./gguf-header.ts";

/** Checks that a path is a whole, readable GGUF file and resolves to its header. Errors call the file `name`. */
export async function checkModelFile(path: string, name: string = path): Promise<GgufHeader> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw modelError("MODEL_FILE_MISSING", `there is no file ${name}`, {
      hint: "Check the path. Models are also known by name (`pmpo models list`) and as hf:OWNER/REPOSITORY/FILE.gguf.",
    });
  }
  if (!found.isFile()) {
    throw modelError("MODEL_NOT_GGUF", `${name} is no GGUF file: it is a folder`, {
      hint: "Name the .gguf file inside it.",
    });
  }
  await access(path, constants.R_OK).catch((error: unknown) => {
    throw modelError("MODEL_FILE_UNREADABLE", `${name} cannot be read: no permission`, {
      hint: "Give yourself permission to read it.",
      cause: error,
    });
  });
  const header = readGgufHeader(path, name);
  const parts = header.metadata.get("split.count");
  if (typeof parts === "number" && parts > 1) {
    throw modelError("MODEL_SPLIT", `${name} is one of ${parts} parts of a model`, {
      hint: "Join them with `llama-gguf-split --merge FIRST_PART WHOLE.gguf`, or take a format in one file.",
    });
  }
  return header;
}
