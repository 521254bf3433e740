import { type ListedModel, listModels, removeModel } from "../../models/list.ts";
import { bytesText } from "../../project/folder-space.ts";
import { findModel } from "../../project/open-model.ts";
import { grouped } from "../../report/numbers.ts";
import type { CliContext } from "../context.ts";
import { pullReporter } from "../terminal/pull-progress.ts";
import { renderTable } from "../terminal/table.ts";

/** `pmpo models list`. */
export async function runModelsList(
  options: { readonly json?: true },
  { environment, stdout, paint }: CliContext,
): Promise<void> {
  const models = await listModels(environment);
  stdout.write(
    options.json === true
      ? `${JSON.stringify(models.map(listDocument))}\n`
      : `${listTable(models, paint)}\n`,
  );
}

/** `pmpo models pull`: prints the path of the file. */
export async function runModelsPull(name: string, context: CliContext): Promise<void> {
  const { environment, signal, stderr, stdout } = context;
  const access = { environment, signal, onPull: pullReporter(stderr) };
  const { path } = await findModel(name, access, { pull: true });
  stdout.write(`${path}\n`);
}

/** `pmpo models path`: prints where the file lies; one that is not there is an error. */
export async function runModelsPath(name: string, context: CliContext): Promise<void> {
  const { path } = await findModel(name, context, { pull: false });
  context.stdout.write(`${path}\n`);
}

/** `pmpo models remove`. */
export async function runModelsRemove(name: string, context: CliContext): Promise<void> {
  const removed = await removeModel(name, context.environment);
  const lines = removed.map(({ path, bytes }) => `removed ${path} (${bytesText(bytes)})\n`);
  context.stdout.write(lines.length === 0 ? "removed an unfinished download\n" : lines.join(""));
}

function listDocument(listed: ListedModel): object {
  const { name, model, isDefaultModel, isDefaultFormat, approximateBytes, onDisk } = listed;
  return {
    name,
    title: model?.title ?? null,
    licence: model?.licence ?? null,
    parameters: model?.parameters ?? null,
    contextTokens: model?.contextTokens ?? null,
    bytes: onDisk?.bytes ?? approximateBytes,
    isDefaultModel,
    isDefaultFormat,
    path: onDisk?.path ?? null,
  };
}

function listTable(models: readonly ListedModel[], paint: CliContext["paint"]): string {
  return renderTable(
    [
      { head: "name" },
      { head: "licence" },
      { head: "parameters", align: "right" },
      { head: "context", align: "right" },
      { head: "size", align: "right" },
      { head: "on disk" },
    ],
    models.map(({ name, model, isDefaultFormat, isDefaultModel, approximateBytes, onDisk }) => {
      const bytes = onDisk?.bytes ?? approximateBytes;
      const note = isDefaultModel ? " (default)" : isDefaultFormat ? " *" : "";
      return [
        name + note,
        model?.licence ?? "?",
        model === null ? "?" : parametersText(model.parameters),
        model === null ? "?" : grouped(model.contextTokens),
        bytes === null ? "?" : bytesText(bytes),
        onDisk === null ? paint("dim", "no") : paint("green", "yes"),
      ];
    }),
  );
}

function parametersText(parameters: number): string {
  return parameters < 999.5e6
    ? `${Math.round(parameters / 1e6)}M`
    : `${(parameters / 1e9).toFixed(1)}B`;
}
