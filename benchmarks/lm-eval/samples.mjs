import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One log-likelihood: of which answer, how likely, and whether every token of it is the likeliest. */
function likelihoods(task, { doc_id, arguments: asked, resps }) {
  const requests = Object.values(asked);
  return resps.map(([[logLikelihood, greedy]], place) => ({
    name: `${task} ${doc_id} ${place}`,
    answer: requests[place].arg_1,
    logLikelihood: Number(logLikelihood),
    greedy: String(greedy) === "True" || greedy === true,
  }));
}

/** All log-likelihoods that lm-eval logged below a folder, by example and answer. */
export function readSamples(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    /samples_.*\.jsonl$/.test(file),
  );
  if (files.length === 0) throw new Error(`lm-eval logged no examples in ${folder}`);
  const all = files.flatMap((file) => {
    const task = /samples_(.*)_\d{4}-/.exec(file)?.[1] ?? file;
    const lines = readFileSync(join(folder, file), "utf8").split("\n");
    return lines
      .filter((line) => line !== "")
      .flatMap((line) => likelihoods(task, JSON.parse(line)));
  });
  return new Map(all.map((each) => [each.name, each]));
}

/** How far two runs over the same examples are apart, in nats. Throws where they are not the same. */
export function compareSamples(own, other) {
  if (own.size !== other.size) throw new Error(`${own.size} answers, ${other.size} of the server`);
  const pairs = [...own.values()].map((one) => {
    const two = other.get(one.name);
    if (two?.answer !== one.answer) throw new Error(`${one.name}: another answer was scored`);
    return { one, two, gap: Math.abs(one.logLikelihood - two.logLikelihood) };
  });
  const gaps = pairs.map(({ gap }) => gap);
  if (gaps.some((gap) => !Number.isFinite(gap))) throw new Error("a log-likelihood is no number");
  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
  return {
    answers: pairs.length,
    largest: Math.max(...gaps),
    largestAt: pairs.find(({ gap }) => gap === Math.max(...gaps)).one.name,
    mean: sum(gaps) / gaps.length,
    perCharacter: sum(gaps) / sum(pairs.map(({ one }) => one.answer.length)),
    sameGreedy: pairs.filter(({ one, two }) => one.greedy === two.greedy).length,
  };
}
