import type { Command } from "@commander-js/extra-typings";
import type { CliContext } from "./context.ts";
import { jsonOption } from "./options.ts";

/** `pmpo models` and what belongs to it. */
export function addModels(program: Command, context: CliContext): void {
  const models = program.command("models").description("fetch, list and remove models");
  models
    .command("list")
    .description("every model that has a name, and what is on disk")
    .addOption(jsonOption())
    .action(async (options) => {
      const { runModelsList } = await import("./commands/models.ts");
      await runModelsList(options, context);
    });
  models
    .command("pull")
    .description("fetch a model, if it is not there, and print its path")
    .argument("<name>", "a model of the catalogue or an hf: address")
    .action(async (name) => {
      const { runModelsPull } = await import("./commands/models.ts");
      await runModelsPull(name, context);
    });
  models
    .command("path")
    .description("print where a model lies on disk")
    .argument("<name>", "a model of the catalogue or an hf: address")
    .action(async (name) => {
      const { runModelsPath } = await import("./commands/models.ts");
      await runModelsPath(name, context);
    });
  models
    .command("remove")
    .description("delete a fetched model; a name without format means all its formats")
    .argument("<name>", "as `pmpo models list` shows it")
    .action(async (name) => {
      const { runModelsRemove } = await import("./commands/models.ts");
      await runModelsRemove(name, context);
    });
}
