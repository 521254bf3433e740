// How much grades have to rise before a prompt is taken, in accuracy mode: recorded answers, right
// or wrong, to 124 examples of 16 tasks under 20 prompts each (docs/results/signal.jsonl), replayed
// as steps of searches. A step takes the best of twelve prompts over another by n examples, if the
// gain is beyond the reach of chance; what it brings is counted on the examples it did not see.
//
//   npm run bench:acceptance

import { readFileSync } from "node:fs";
import { createRandom } from "pmpo";

const REACHES = [0, 1, 1.5, 2, 2.5];
const SIZES = [16, 32, 50];
const CANDIDATES = 12;
const STEPS_OF_EACH_TASK = 400;

/** Whether each prompt answers each example right, by task. */
function readTasks() {
  const file = new URL("../../docs/results/signal.jsonl", import.meta.url);
  const rows = readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const hitsOf = ({ train, test }) => `${train.hit}${test.hit}`.split("").map(Number);
  const names = [...new Set(rows.map(({ task }) => task))];
  return names.map((name) => rows.filter(({ task }) => task === name).map(hitsOf));
}

/** What a prompt changes against another on these examples: summed, and squared. */
function changes(before, after, places) {
  let [sum, squares] = [0, 0];
  for (const place of places) {
    const change = after[place] - before[place];
    sum += change;
    squares += change ** 2;
  }
  return { sum, squares };
}

const rightOf = (hits) => hits.reduce((sum, hit) => sum + hit, 0);

/** Which prompt a step starts from: any, or one that only few of its task are better than. */
const STAGES = {
  early: (prompts, random) => random.pick(prompts),
  late: (prompts, random) =>
    random.pick(prompts.toSorted((a, b) => rightOf(b) - rightOf(a)).slice(1, 4)),
};

function replay(tasks, stage, size) {
  const random = createRandom(1, "acceptance", stage, size);
  const tallies = REACHES.map(() => ({ taken: 0, worse: 0, gain: 0 }));
  for (const prompts of tasks) {
    for (let step = 0; step < STEPS_OF_EACH_TASK; step++) {
      const places = random.shuffle([...prompts[0].keys()]);
      const [seen, unseen] = [places.slice(0, size), places.slice(size)];
      const incumbent = STAGES[stage](prompts, random);
      const others = random.shuffle(prompts.filter((each) => each !== incumbent));
      const rivals = others
        .slice(0, CANDIDATES)
        .map((hits) => ({ hits, ...changes(incumbent, hits, seen) }))
        .toSorted((a, b) => b.sum - a.sum);
      REACHES.forEach((reach, index) => {
        const best = rivals.find(({ sum, squares }) => sum > reach * Math.sqrt(squares));
        if (best === undefined) return;
        const gain = changes(incumbent, best.hits, unseen).sum / unseen.length;
        const tally = tallies[index];
        tally.taken++;
        tally.gain += gain;
        if (gain < 0) tally.worse++;
      });
    }
  }
  return tallies;
}

const tasks = readTasks();
const steps = tasks.length * STEPS_OF_EACH_TASK;
const percent = (share) => `${(100 * share).toFixed(1)} %`;
console.log(
  "| stage | training examples | reach | steps that take a prompt | of these worse | gain of one taken | gain of a step |",
);
console.log("|---|---|---|---|---|---|---|");
for (const stage of Object.keys(STAGES)) {
  for (const size of SIZES) {
    replay(tasks, stage, size).forEach(({ taken, worse, gain }, index) => {
      const cells = [
        percent(taken / steps),
        percent(worse / taken),
        percent(gain / taken),
        percent(gain / steps),
      ];
      console.log(`| ${[stage, size, REACHES[index], ...cells].join(" | ")} |`);
    });
  }
}
