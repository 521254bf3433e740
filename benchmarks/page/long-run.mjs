import { appendFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, loadConfig } from "pmpo";
import { formatLogLine } from "../../dist/store/log-lines.js";
import { createRun } from "../../dist/store/run-folder.js";

const TRAIN = 50;
const CANDIDATES_AN_ITERATION = 25;
const DROPPED = 0.9;
/** Share of the iterations that find a better prompt. */
const ACCEPTED = 0.25;
const SEEN_BEFORE_DROPPED = 8;
const OPERATORS = ["rewrite", "layout", "demonstrations", "delete", "combine", "swap"];
const WORDS = "read the message and name the team that has to answer it in one word".split(" ");
const USAGE = {
  calls: 1,
  cachedCalls: 0,
  requestedTokens: 4000,
  evaluatedTokens: 1500,
  generatedTokens: 0,
  cachedTokens: 0,
};

/**
 * A project whose only run has so many candidates and test examples: made up, of a true run's shape.
 * The last lines of its log are held back: they are written by `later`, one after another.
 */
export async function projectWithLongRun(candidates, examples, heldBack) {
  const folder = mkdtempSync(join(tmpdir(), "pmpo-page-"));
  const data = [1, 2, 3, 4].map((row) => JSON.stringify({ input: `message ${row}`, target: "a" }));
  writeFileSync(join(folder, "data.jsonl"), data.join("\n"));
  const settings = { name: "long", prompt: { text: "Name the team." }, data: "data.jsonl" };
  writeFileSync(join(folder, "pmpo.yaml"), JSON.stringify(settings));
  const model = { name: "made up", weights: "0", format: "none", engine: "none", template: "0" };
  const run = await createRun(
    folder,
    {
      pmpoVersion: "0.0.0",
      config: JSON.parse(JSON.stringify(await loadConfig(folder))),
      seeds: { search: 0 },
      modelIdentity: model,
      rewriterIdentity: null,
      judgeIdentity: null,
      metricSha256: null,
      dataHashes: [],
    },
    { clock: Date.now, taskName: "long", suffix: "0000" },
  );
  run.close();
  let checksum = 0;
  const lines = eventsOf(candidates, examples).map((event, index) => {
    const record = { seq: index + 1, seconds: index, at: new Date(0).toISOString(), event };
    const formatted = formatLogLine(record, checksum);
    ({ checksum } = formatted);
    return formatted.line;
  });
  const log = join(run.folder, "events.jsonl");
  const held = lines.splice(-heldBack);
  writeFileSync(log, lines.join(""));
  return { folder, later: held.map((line) => () => appendFileSync(log, line)) };
}

function eventsOf(count, examples) {
  const random = createRandom(0, "long run");
  const loss = (id, scale) => ({
    exampleId: id,
    loss: scale * (0.2 + random.float()),
    crossEntropy: scale * (0.2 + random.float()),
    targetTokens: 2,
    targetBytes: 8,
    promptTokens: 60,
  });
  const example = (id) => ({
    id,
    inputs: { input: `Message ${id}: ${random.shuffle(WORDS).join(" ")}` },
    target: id.length % 2 === 0 ? "billing" : "shipping",
  });
  const trainIds = Array.from({ length: TRAIN }, (_, index) => `t${index}`);
  const testIds = Array.from({ length: examples }, (_, index) => `h${index}`);
  const candidateOf = () => ({
    instruction: `${random.shuffle(WORDS).join(" ")}. `.repeat(4),
    layout: { kind: "system" },
    demonstrations: [],
  });
  const scored = (id, parentId, iteration, scale) => ({
    type: "candidate-scored",
    candidateId: id,
    parentId,
    operator: parentId === null ? "start" : OPERATORS[iteration % OPERATORS.length],
    iteration,
    candidate: candidateOf(),
    losses: trainIds.map((train) => loss(train, scale)),
    usage: USAGE,
  });
  const events = [
    {
      type: "run-started",
      taskName: "long",
      model: "made up",
      objective: { kind: "cross-entropy", per: "answer", references: "target" },
      objectiveReason: "made up",
      trainIds,
      demonstrationIds: [],
      validationIds: [],
      testIds,
      examples: trainIds.map(example),
    },
    scored("c0", null, 0, 8),
  ];
  let [incumbent, scale] = ["c0", 8];
  for (let index = 1; index < count; index++) {
    const iteration = Math.ceil(index / CANDIDATES_AN_ITERATION);
    const id = `c${index}`;
    const isLast = index % CANDIDATES_AN_ITERATION === 0 || index === count - 1;
    if (random.float() < DROPPED) {
      events.push({
        type: "candidate-dropped",
        candidateId: id,
        parentId: incumbent,
        operator: OPERATORS[index % OPERATORS.length],
        iteration,
        candidate: candidateOf(),
        losses: trainIds.slice(0, SEEN_BEFORE_DROPPED).map((train) => loss(train, 2 * scale)),
        beatenBy: incumbent,
        logEvidence: 3,
        usage: USAGE,
      });
    } else {
      events.push(scored(id, incumbent, iteration, 1.05 * scale));
    }
    if (!isLast) continue;
    const acceptedId = random.float() < ACCEPTED ? id : null;
    if (acceptedId !== null) {
      scale *= 0.99;
      events.pop();
      events.push(scored(id, incumbent, iteration, scale));
      incumbent = id;
    }
    events.push({
      type: "iteration-ended",
      iteration,
      acceptedId,
      incumbentId: incumbent,
      loss: scale,
    });
  }
  const tested = (candidateId, accuracy) => {
    const answers = testIds.map((id) => ({
      exampleId: id,
      text: "billing",
      score: random.float() < accuracy ? 1 : 0,
      loss: loss(id, 3),
      tokens: ["bill", "ing", ""].map((text) => ({ text, logProb: -random.float() })),
    }));
    return {
      candidateId,
      answers,
      accuracy,
      choiceAccuracy: null,
      choice: null,
      meanLoss: 2,
      positionBias: null,
      shortenedIds: [],
    };
  };
  return [
    ...events,
    { type: "search-ended", reason: "iterations", bestId: incumbent },
    {
      type: "verdict-reached",
      examples: testIds.map(example),
      start: tested("c0", 0.4),
      best: tested(incumbent, 0.6),
      measure: "accuracy",
      accuracy: { difference: 0.2, interval: [0.15, 0.25] },
      pValue: 0.0001,
      minimumDetectable: 0.05,
      loss: { difference: -1, interval: [-1.2, -0.8] },
      choice: null,
      finding: "better",
      text: "Better: made up.",
      usage: USAGE,
    },
  ];
}
