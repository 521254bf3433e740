import { relative } from "node:path";
import type { Config } from "../../config/config.ts";
import type { Usage } from "../../core/model.ts";
import type { PromptSource } from "../../project/prompt-on-task.ts";
import type { TrialAccess } from "../../project/try-prompts.ts";
import { counted, duration, grouped } from "../../report/numbers.ts";
import type { JsonValue } from "../../store/manifest.ts";
import type { CliContext } from "../context.ts";
import { modelAccess } from "../model-access.ts";
import { outFile, writePromptFile } from "../out-file.ts";
import { readPromptArguments } from "../prompt-argument.ts";
import { limited, type TaskFlags } from "../task-config.ts";
import { trialReporter } from "../terminal/trial-progress.ts";

/** The options that such commands share, as commander hands them over. */
export interface PromptWorkOptions extends TaskFlags {
  /** Held-out examples at most. */
  readonly limit?: number;
  readonly out?: string;
  readonly json?: true;
}

/** What such work comes to, whatever it is. */
interface PromptWorked {
  /** The prompt as best.json has it. */
  readonly document: JsonValue;
  /** Training and test examples left out because the given prompt shows them. */
  readonly leftOut: number;
  readonly stopped: string;
  readonly usage: Usage;
}

/** One such command: its work, and how the result is told. */
interface PromptWork<T extends PromptWorked> {
  readonly work: (config: Config, source: PromptSource, access: TrialAccess) => Promise<T>;
  /** The result as JSON, without the prompt and what it took. */
  readonly summary: (result: T) => object;
  readonly lines: (result: T) => readonly string[];
  /** Why the work ended, where not for its budget. */
  readonly done: string;
}

/** Changes a prompt step by step, shows what is tried, and tells and writes what came of it. */
export async function workOnPrompt<T extends PromptWorked>(
  task: string | undefined,
  prompt: string | undefined,
  { limit, out, json, ...flags }: PromptWorkOptions,
  context: CliContext,
  { work, summary, lines, done }: PromptWork<T>,
): Promise<void> {
  const begun = context.clock();
  const { workingFolder } = context;
  const path = outFile(out, workingFolder, ".json");
  const progress = trialReporter(context);
  const { config, source } = await readPromptArguments(task, prompt, flags, workingFolder);
  const result = await work(limited(config, limit), source, {
    ...modelAccess(context),
    ...(json === true ? {} : { onTrial: progress.onTrial }),
  }).finally(progress.clear);
  if (path !== null) writePromptFile(path, result.document);
  const seconds = (context.clock() - begun) / 1000;
  const { document, usage } = result;
  const tokens = { scored: usage.evaluatedTokens, generated: usage.generatedTokens };
  context.stdout.write(
    json === true
      ? `${JSON.stringify({ ...summary(result), prompt: document, tokens, seconds })}\n`
      : [
          ...lines(result),
          ...costLines(result, done, seconds),
          ...(path === null ? [] : [`whole prompt    ${relative(workingFolder, path)}`]),
          "",
        ].join("\n"),
  );
}

function costLines(
  { leftOut, stopped, usage }: PromptWorked,
  done: string,
  seconds: number,
): readonly string[] {
  return [
    ...(leftOut === 0
      ? []
      : [`${counted(leftOut, "example")} left out because the given prompt shows them`]),
    `stopped: ${stopped === "token-budget" ? "the token budget is used up" : done}; ${grouped(usage.evaluatedTokens)} tokens evaluated, ${grouped(usage.generatedTokens)} generated, ${duration(seconds)}`,
  ];
}
