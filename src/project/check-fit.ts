import { contextOverflow } from "../core/errors.ts";
import type { LanguageModel } from "../core/model.ts";
import type { Task } from "../core/task.ts";
import { renderPrompt } from "../scoring/render.ts";

/** Refuses a task whose start prompt does not fit the context with every example, before any work. */
export async function checkFit(model: LanguageModel, { start, data }: Task): Promise<void> {
  const examples = [...data.train, ...data.test];
  const encoded = await model.encode(
    examples.map(({ inputs, target }) => ({ prompt: renderPrompt(start, inputs), target })),
  );
  const limit = model.capabilities.contextTokens;
  encoded.forEach(({ context, target }, index) => {
    if (context.length + target.length <= limit) return;
    const id = `example ${examples[index]?.id ?? index}`;
    throw contextOverflow(id, context.length, target.length, limit);
  });
}
