/**
 * Does the evidence hold? False alarms of the verdict and false drops of the racing where there is
 * no true difference, and how often true differences are found. Resamples real per-example results
 * of different prompts (docs/results/signal.jsonl), so needs no model.
 *
 *   npm run bench:evidence [-- --json] [--trials 1000]
 *
 * With --json the last line is {"verdictFalseAlarms":…,"racingFalseDrops":…,"power":[…]} and more.
 */
import { parseArgs } from "node:util";
import { readRecords } from "../records.mjs";
import { PROMPTS_PER_TASK, wholeTasks } from "../signal/signals.mjs";
import {
  compareResults,
  configFromObject,
  createRandom,
  drawOrder,
  evidenceAgainst,
  findingOf,
  isBeaten,
  looks,
} from "pmpo";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    trials: { type: "string", default: "1000" },
  },
});
const TRIALS = Number(flags.trials);
const POWER_TRIALS = Math.ceil(TRIALS / 5);
const SIZES = [100, 200, 500];
const DIFFERENCES = [0.02, 0.05, 0.1];
/** Where so many answers differ a test has something to go by. */
const MUCH = 0.2;
const RACED_EXAMPLES = 50;
const RACED_CANDIDATES = 12;
/** As a search has it where nothing is said. */
const RACING = configFromObject({ prompt: "any", data: "any.jsonl" }, ".").optimizer.racing;

const records = readRecords("docs/results/signal.jsonl");
const tasks = [...wholeTasks(records).values()];
const random = createRandom(0, "evidence");
const share = (count, of) => count / of;
const percent = (value) => `${(100 * value).toFixed(1)} %`;
const say = (line) => {
  if (!flags.json) process.stdout.write(`${line}\n`);
};

/** Two different prompts of one task. */
function pairOfPrompts() {
  const [first, second] = random.shuffle(random.pick(tasks));
  return [first, second];
}

/** A result as the verdict has it, from hits and losses. */
function resultOf(candidateId, examples) {
  const answers = examples.map(({ hit, loss }, index) => ({
    exampleId: String(index),
    text: "",
    score: Number(hit),
    loss: {
      exampleId: String(index),
      loss,
      crossEntropy: loss,
      targetTokens: 1,
      targetBytes: 1,
      promptTokens: 10,
    },
  }));
  return {
    candidateId,
    answers,
    accuracy: 0,
    choiceAccuracy: null,
    choice: null,
    meanLoss: 0,
    positionBias: null,
    shortenedIds: [],
  };
}

/** `count` examples with replacement, each with what both prompts did; `swap` says which of the two comes first. */
function resampled([first, second], count, swap) {
  const places = Array.from({ length: count }, () => random.integer(first.test.hit.length));
  const of = ({ test }, place) => ({
    hit: test.hit[place] === "1",
    loss: test.crossEntropy[place],
  });
  const pairs = places.map((place) => {
    const both = [of(first, place), of(second, place)];
    return swap(both) ? both.toReversed() : both;
  });
  return [0, 1].map((side) =>
    resultOf(
      `c${side}`,
      pairs.map((both) => both[side]),
    ),
  );
}

function finding([start, best]) {
  return findingOf(compareResults(start, best, "accuracy", random.integer(1e6)), start, best);
}

/** Between prompts that differ on at least that share of the answers: who is right is drawn for each of these. */
function verdictFalseAlarms(leastDifferent) {
  const alarms = Array.from({ length: TRIALS }, () => {
    const { pair } = pairDifferingOn(leastDifferent);
    const results = resampled(pair, random.pick(SIZES), () => random.float() < 0.5);
    return finding(results) !== "no-evidence";
  });
  return share(alarms.filter(Boolean).length, TRIALS);
}

/** Prompts of which only one is right on at least that share of the examples. */
function pairDifferingOn(least) {
  for (;;) {
    const pair = pairOfPrompts();
    const [a, b] = pair.map(({ test }) => test.hit);
    const discordant = share([...a].filter((hit, place) => hit !== b[place]).length, a.length);
    if (discordant >= least) return { pair, discordant };
  }
}

function power(difference, examples) {
  const found = Array.from({ length: POWER_TRIALS }, () => {
    const { pair, discordant } = pairDifferingOn(difference);
    const towardsSecond = 0.5 + difference / (2 * discordant);
    const results = resampled(pair, examples, ([a, b]) => {
      if (a.hit === b.hit) return random.float() < 0.5;
      return b.hit !== random.float() < towardsSecond;
    });
    return finding(results) === "better";
  });
  return { difference, examples, found: share(found.filter(Boolean).length, POWER_TRIALS) };
}

/** After how many examples a candidate would be dropped on its way against this leader; all where it is not. */
function examplesScored(candidate, leader, { weights }) {
  const losses = candidate.map((loss) => ({ loss }));
  const stop = looks(losses.length, RACING)
    .slice(0, -1)
    .find((count) => {
      const seen = losses.slice(0, count);
      const evidence = evidenceAgainst(seen, { id: "", losses: leader }, { weights }, RACING);
      return isBeaten(evidence, RACING);
    });
  return stop ?? losses.length;
}

const sum = (values) => values.reduce((total, value) => total + value, 0);

/** Per-example losses of a prompt on some training examples, in that order. */
function lossesAt({ train }, order) {
  return order.map((place) => train.crossEntropy[place]);
}

function drawPlaces() {
  return random.shuffle(Array.from({ length: 64 }, (_, place) => place)).slice(0, RACED_EXAMPLES);
}

/** Prompts with no true difference: which of the two losses is whose is drawn for each example. */
function racingFalseDrops() {
  let notWorse = 0;
  let dropped = 0;
  while (notWorse < TRIALS) {
    const places = drawPlaces();
    const [a, b] = pairOfPrompts().map((prompt) => lossesAt(prompt, places));
    const swaps = places.map(() => random.float() < 0.5);
    const candidate = a.map((loss, place) => (swaps[place] ? b[place] : loss));
    const leader = b.map((loss, place) => (swaps[place] ? a[place] : loss));
    if (sum(candidate) > sum(leader)) continue;
    notWorse++;
    const order = drawOrder(
      places.map((_, index) => index),
      (index) => leader[index],
      random,
    );
    const inOrder = (losses) => order.examples.map((index) => losses[index]);
    const scored = examplesScored(inOrder(candidate), inOrder(leader), order);
    if (scored < places.length) dropped++;
  }
  return share(dropped, notWorse);
}

/** Whole races of real prompts against a real incumbent: is the best one ever dropped, and what is saved? */
function wholeRaces() {
  let bestDropped = 0;
  let scored = 0;
  for (let race = 0; race < TRIALS; race++) {
    const [incumbent, ...others] = random.shuffle(random.pick(tasks));
    const order = drawOrder(drawPlaces(), (place) => incumbent.train.crossEntropy[place], random);
    const runners = others
      .slice(0, RACED_CANDIDATES)
      .map((prompt) => lossesAt(prompt, order.examples))
      .toSorted((a, b) => sum(a.slice(0, RACING.firstBlock)) - sum(b.slice(0, RACING.firstBlock)));
    let leader = lossesAt(incumbent, order.examples);
    const best = Math.min(sum(leader), ...runners.map(sum));
    for (const losses of runners) {
      const count = examplesScored(losses, leader, order);
      scored += count;
      if (count === losses.length && sum(losses) < sum(leader)) leader = losses;
    }
    if (sum(leader) > best + 1e-9) bestDropped++;
  }
  const full = TRIALS * RACED_CANDIDATES * RACED_EXAMPLES;
  return { bestDropped: share(bestDropped, TRIALS), saved: 1 - scored / full };
}

const used = tasks.length * PROMPTS_PER_TASK;
say(
  `${tasks.length} whole tasks of ${PROMPTS_PER_TASK} prompts, ${TRIALS} trials; ${records.length - used} prompts of unfinished tasks left out`,
);
const alarms = verdictFalseAlarms(0);
const alarmsOfUnlike = verdictFalseAlarms(MUCH);
say(
  `verdict, no true difference: ${percent(alarms)} false alarms (at most 5 % wanted); ${percent(alarmsOfUnlike)} between prompts that differ on a fifth of the answers and more`,
);
const drops = racingFalseDrops();
say(
  `racing, no true difference: ${percent(drops)} of candidates that are no worse dropped (at most 5 % wanted)`,
);
const races = wholeRaces();
say(
  `racing, ${RACED_CANDIDATES} real prompts against a real incumbent: the best was missed in ${percent(races.bestDropped)} of races, ${percent(races.saved)} of examples not scored`,
);
const found = DIFFERENCES.flatMap((difference) =>
  SIZES.map((examples) => power(difference, examples)),
);
say("\ntrue differences found as better:");
say(`${"".padEnd(12)}${SIZES.map((size) => `n = ${size}`.padStart(10)).join("")}`);
for (const difference of DIFFERENCES) {
  const row = found.filter((each) => each.difference === difference);
  say(
    `${`${100 * difference} points`.padEnd(12)}${row.map((each) => percent(each.found).padStart(10)).join("")}`,
  );
}
if (flags.json) {
  const document = {
    verdictFalseAlarms: alarms,
    verdictFalseAlarmsOfUnlikePrompts: alarmsOfUnlike,
    racingFalseDrops: drops,
    racingBestMissed: races.bestDropped,
    racingExamplesSaved: races.saved,
    power: found,
  };
  process.stdout.write(`${JSON.stringify(document)}\n`);
}
