// EleutherAI's lm-eval asks `pmpo serve` and runs the same weights itself with transformers: how far
// are the log-likelihoods of every answer apart?
//   LM_EVAL=…/bin/lm_eval npm run bench:lm-eval -- DATA WEIGHTS [--limit N] [--model NAME] [--threads N] [--json]
// DATA: folder of the data sets that tasks/*.yaml name. WEIGHTS: folder of the model for transformers.
// Needs lm-eval 0.4.13 (pip install "lm-eval[api]==0.4.13") with torch and transformers.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compareSamples, readSamples } from "./samples.mjs";
import { run, startServer } from "./processes.mjs";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    limit: { type: "string", default: "20" },
    model: { type: "string", default: "smollm2-135m:f16" },
    threads: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const [data, weights] = positionals;
if (data === undefined || weights === undefined) {
  throw new Error("Name two folders: of the data sets, and of the weights for transformers");
}
const lmEval = process.env.LM_EVAL ?? "lm_eval";
const folder = resolve(weights);
const say = (line) => (flags.json ? console.error(line) : console.log(line));
const scratch = mkdtempSync(join(tmpdir(), "pmpo-lm-eval-"));

/** What lm-eval makes of the tasks with one of its models. */
async function evaluate(name, model, modelArgs, batches) {
  const output = join(scratch, name);
  const started = performance.now();
  const tasks = fileURLToPath(new URL("tasks", import.meta.url));
  const args = ["--model", model, "--model_args", modelArgs, "--include_path", tasks];
  const what = ["--tasks", "pmpo_aqua,pmpo_causal_judgement,pmpo_gsm8k,pmpo_sst2"];
  const how = ["--limit", flags.limit, "--log_samples", "--output_path", output];
  await run(lmEval, [...args, ...what, ...how, ...batches], data);
  say(`${name}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  return readSamples(output);
}

const server = await startServer(flags.model, flags.threads);
try {
  const base = `model=${server.model},base_url=${server.url}/v1/completions,num_concurrent=4,timeout=3600`;
  const own = await evaluate("transformers", "hf", `pretrained=${folder},dtype=float32`, [
    "--batch_size",
    "1",
    "--device",
    "cpu",
  ]);
  const ids = await evaluate(
    "pmpo serve, asked with token ids",
    "local-completions",
    `${base},tokenized_requests=True,tokenizer_backend=huggingface,tokenizer=${folder}`,
    ["--batch_size", "8"],
  );
  const texts = await evaluate(
    "pmpo serve, asked with texts",
    "local-completions",
    `${base},tokenized_requests=False,tokenizer_backend=remote`,
    ["--batch_size", "8"],
  );
  const results = { ids: compareSamples(own, ids), texts: compareSamples(own, texts) };
  for (const [
    asked,
    { answers, largest, largestAt, mean, perCharacter, sameGreedy },
  ] of Object.entries(results)) {
    say(
      `${asked}: ${answers} log-likelihoods; difference ${mean.toFixed(4)} nats on average, ${largest.toFixed(4)} at most (${largestAt}), ${perCharacter.toFixed(5)} a character; greedy or not the same in ${sameGreedy}`,
    );
  }
  if (flags.json)
    console.log(JSON.stringify({ model: flags.model, limit: Number(flags.limit), ...results }));
} finally {
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
}
