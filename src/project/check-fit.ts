import { contextOverflow } from "../core/errors.ts";
import type { LanguageModel } from "../core/model.ts";
import type { Task } from "../core/task.ts";
import { answerLimits } from "../evaluation/answer.ts";
import { encodeExamples } from "../scoring/encode-examples.ts";

/**
 * Refuses a task whose start prompt does not fit the context with every answer it will get, before
 * any work. Answers by how many tokens a prompt may be longer and still fit.
 */
export async function checkFit(model: LanguageModel, task: Task): Promise<number> {
  const { start, data, options, overflow } = task;
  const { maxTokens } = await answerLimits(model, task);
  const items = [...data.train, ...data.test].map((example) => ({
    example,
    targets: [example.target, ...(example.options ?? options ?? [])],
  }));
  const encoded = await encodeExamples(model, start, items, { overflow });
  const limit = model.capabilities.contextTokens;
  let spareTokens = limit;
  encoded.forEach((requests, index) => {
    const id = `example ${items[index]?.example.id ?? index}`;
    const reserved = index < data.train.length ? 0 : maxTokens;
    for (const { context, target } of requests) {
      for (const answer of [target.length, reserved]) {
        if (context.length + answer > limit) {
          throw contextOverflow(id, context.length, answer, limit);
        }
        spareTokens = Math.min(spareTokens, limit - context.length - answer);
      }
    }
  });
  return spareTokens;
}
