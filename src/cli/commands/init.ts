import { relative, resolve } from "node:path";
import { writeNewTask } from "../../project/new-task.ts";
import type { CliContext } from "../context.ts";

/** `pmpo init`. */
export async function runInit(
  folder: string,
  options: { readonly model?: string },
  { workingFolder, stdout }: CliContext,
): Promise<void> {
  const target = resolve(workingFolder, folder);
  const files = await writeNewTask(target, options.model);
  const place = relative(workingFolder, target);
  const shown = /^[\w./-]*$/.test(place) ? place : JSON.stringify(place);
  stdout.write(
    [
      ...files.map((file) => `wrote ${place === "" ? file : `${place}/${file}`}`),
      "",
      `Try it as it is:  pmpo optimize${shown === "" ? "" : ` ${shown}`}`,
      "Then put your own prompt and examples in its place.",
      "",
    ].join("\n"),
  );
}
