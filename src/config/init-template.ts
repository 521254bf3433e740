import { dataExamples, promptText } from "./init-example.ts";

/** What a new task is called and which model it is for. */
export interface InitOptions {
  readonly name: string;
  /** Default: the small model that needs no graphics card. */
  readonly model?: string | undefined;
}

/** A file of a new task, its path relative to the task's folder. */
export interface TemplateFile {
  readonly path: string;
  readonly content: string;
}

/** A small task that works as it is, written to be changed: settings, start prompt and examples. */
export function initTemplate({ name, model = "smollm2-135m" }: InitOptions): {
  readonly files: readonly TemplateFile[];
} {
  return {
    files: [
      { path: "pmpo.yaml", content: settings(name, model) },
      { path: "prompt.txt", content: promptText },
      {
        path: "data.jsonl",
        content: dataExamples.map((example) => `${JSON.stringify(example)}\n`).join(""),
      },
    ],
  };
}

function settings(name: string, model: string): string {
  return `# A task of pmpo. Run it with: pmpo optimize
# Lines that begin with "#" and a key are settings at their defaults, or others to choose from.

name: ${JSON.stringify(name)}

# What the prompt is for, in a sentence. The model that rewrites prompts is told it.
description: Sort a message from a customer of a small shop.

# The model to find a prompt for: a name from \`pmpo models list\`, an hf: address or a .gguf file.
model: ${JSON.stringify(model)}
# Another, larger model may propose the rewrites; a service's too, such as anthropic:MODEL.
#rewriter: qwen2.5-1.5b

# The prompt to start from.
prompt:
  file: prompt.txt
  # Where prompt and input stand: system, user, user-last, or plain with names of its own.
  #layout: system

# The examples: one in each line, {"input": …, "target": …}. Replace them by your own:
# a hundred are good, thirty may do, and these twelve only show that it works.
data:
  file: data.jsonl
  # A test set of its own; otherwise a part of the file is kept back.
  #test: test.jsonl
  # Names of your columns, where they are others than input and target.
  #fields: { inputs: [input], target: target }
  # Of a larger file, this many rows are drawn and kept.
  #sample: 10000
  #train: 50
  #demonstrations: 16
  #testExamples: 200

# The answers that are allowed. Leave this out where answers are free text.
options: [order, refund, question]
# How your program reads answers: generated (the model writes them out),
# or chosen (the most likely one of the options is taken).
answers: chosen
# How a generated answer is compared with the known good one: exact, final-number, letter,
# contains, f1, rouge-l, { regex: … }, { jsonField: … } or { module: ./metric.mjs }.
#metric: exact

# What the search may change.
#search:
#  instruction: true
#  layout: true
#  demonstrations: 0..8

#optimizer:
#  maxIterations: 20
#  patience: 5
#  seed: 0

# After this no new iteration begins; the verdict on the held-out examples comes on top.
#budget:
#  tokens: 1000000
#  seconds: 600

# What tokens cost, by the million, and an hour of this machine: \`pmpo estimate\` says it beforehand.
#prices:
#  currency: USD
#  models: { qwen2.5-1.5b: { input: 0.1, output: 0.4 } }
#  machineHour: 0.8
`;
}
