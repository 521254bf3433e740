/**
 * Scores single edits of one task's start prompt, then combinations of them that three strategies
 * choose, on the same examples, and prints each prompt's losses as a JSON line. Started by
 * bench.mjs, one process a task.
 *
 *   node benchmarks/combinations/measure.mjs TASK DATA_FOLDER
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CROSS_ENTROPY, candidateKey, createRandom, readDataset, scoreCandidate } from "pmpo";
import { openSmallModel, smallModelPath } from "../small-model.mjs";
import { combinationSpace } from "../../dist/proposers/edits/combination-space.js";
import { drawCombinations } from "../../dist/proposers/edits/combine.js";
import { TASKS, taskFile } from "../results/tasks.mjs";

/** Combinations a strategy may choose; the additive model learns from the first of them before it chooses the rest. */
const CHOICES = [8, 8];
const CHOSEN = CHOICES.reduce((sum, count) => sum + count, 0);
const PARENTS = 6;
const EXAMPLES = 40;

const [name, dataFolder] = process.argv.slice(2);
const task = TASKS.find((each) => each.name === name);
const random = createRandom(0, "combinations", name);

const { data, events } = singleEdits();
const scored = events.filter(({ type }) => type === "candidate-scored");
const { examples } = await readDataset(data.file, { format: data.format });
const byId = new Map(examples.map((example) => [example.id, example]));
const train = scored[0].losses.map(({ exampleId }) => byId.get(exampleId));
const path = await smallModelPath();
const model = await openSmallModel(path, {
  threads: 1,
  mapWeights: false,
});
for (const single of scored) print("single", single);
for (const candidate of anew(nearCombinations())) print("near", await score(candidate));
for (const candidate of anew(anyCombinations())) print("any", await score(candidate));
const tried = [...scored];
const isUsable = () => true;
for (const count of CHOICES) {
  const incumbent = byLoss(tried)[0];
  for (const candidate of drawCombinations(tried, incumbent, { count, isUsable, random })) {
    const result = await score(candidate);
    tried.push(result);
    print("additive", result);
  }
}
await model[Symbol.asyncDispose]();

async function score(candidate) {
  let usage;
  const losses = await scoreCandidate(
    { model, objective: CROSS_ENTROPY, options: null, overflow: "error" },
    candidate,
    train,
    { onUsage: (each) => (usage = each) },
  );
  return { candidate, losses, usage };
}

/** One iteration of a search without racing: the start prompt and twelve edits of it. */
function singleEdits() {
  const folder = mkdtempSync(join(tmpdir(), "pmpo-combinations-"));
  const file = taskFile(task, dataFolder, "sentence", 0);
  const settings = {
    ...file,
    data: { ...file.data, train: EXAMPLES, testExamples: 10 },
    optimizer: { ...file.optimizer, maxIterations: 1, racing: false },
  };
  writeFileSync(join(folder, "pmpo.yaml"), JSON.stringify(settings));
  const { stdout, status } = spawnSync(
    process.execPath,
    ["dist/cli/main.js", "optimize", folder, "--json"],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  if (status !== 0) throw new Error(`the search on ${name} ended with ${status}`);
  const log = join(folder, ".pmpo", "runs", JSON.parse(stdout).run, "events.jsonl");
  const events = readFileSync(log, "utf8").trim().split("\n");
  rmSync(folder, { recursive: true, force: true });
  return { data: settings.data, events: events.map((line) => JSON.parse(line).event) };
}

/** Combinations in random order, none of which was scored. */
function anew(combinations) {
  const known = new Set(scored.map(({ candidate }) => candidateKey(candidate)));
  const distinct = new Map(combinations.map((each) => [candidateKey(each), each]));
  const fresh = [...distinct].filter(([key]) => !known.has(key)).map(([, each]) => each);
  return random.shuffle(fresh).slice(0, CHOSEN);
}

/** The few best prompts, each with one aspect of another of them. */
function nearCombinations() {
  const best = byLoss(scored).slice(0, PARENTS);
  return best.flatMap(({ candidate: one }) =>
    best.flatMap(({ candidate: other }) =>
      ["instruction", "layout", "demonstrations"].map((aspect) => ({
        ...one,
        [aspect]: other[aspect],
      })),
    ),
  );
}

/** All that the additive model may choose from. */
function anyCombinations() {
  const all = scored.map(({ candidate }) => candidate);
  const noEffects = new Map();
  return [...combinationSpace(all, byLoss(scored)[0].candidate).promising(noEffects)];
}

function byLoss(prompts) {
  const mean = ({ losses }) => losses.reduce((sum, { loss }) => sum + loss, 0) / losses.length;
  return [...prompts].sort((a, b) => mean(a) - mean(b));
}

function print(kind, { candidate, losses, usage: { requestedTokens, evaluatedTokens } }) {
  const record = {
    task: name,
    kind,
    candidate,
    losses: losses.map(({ loss }) => Number(loss.toFixed(4))),
    requestedTokens,
    evaluatedTokens,
  };
  process.stdout.write(`${JSON.stringify(record)}\n`);
}
