import type { Candidate } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import type { ExampleLoss } from "../core/loss.ts";
import { meanOf } from "../core/mean.ts";
import { createRandom } from "../core/random.ts";
import { candidateOf, type ScoredCandidate } from "../core/run-state.ts";
import type { Racing } from "../core/task.ts";
import { usageMeter } from "../core/usage-meter.ts";
import type { Search } from "./optimize.ts";
import type { Idea } from "./proposals.ts";
import { canBeNegative } from "../objectives/objective.ts";
import {
  drawOrder,
  evidenceAgainst,
  isBeaten,
  type Leader,
  looks,
  type RaceOrder,
} from "./race.ts";
import { unlessRefused } from "./refusals.ts";
import { rulesFor } from "./rules.ts";

/**
 * Scores the ideas of an iteration and records what became of each: scored on all training
 * examples, dropped because it cannot win any more, or refused. With racing all ideas run the first
 * block; then, the most promising first, each goes on for as long as it may still be the best.
 */
export async function scoreIdeas(
  search: Search,
  ideas: readonly Idea[],
  incumbent: ScoredCandidate,
  iteration: number,
): Promise<void> {
  const { task, settings } = search;
  const { train } = task.data;
  const racing = raceable(search) ? settings.racing : null;
  const order =
    racing === null
      ? { examples: train, weights: train.map(() => 1) }
      : drawOrder(train, lossOn(incumbent), createRandom(settings.seed, "race", iteration));
  const counts = racing === null ? [train.length] : looks(train.length, racing);
  const runners = [];
  for (const idea of ideas) {
    const runner = new Runner(search, idea, order, incumbent.id, iteration);
    if (await runner.starts(counts[0] as number)) runners.push(runner);
  }
  if (racing !== null) runners.sort((a, b) => a.meanLoss - b.meanLoss);
  const { isGain } = rulesFor(task.objective);
  let leader = leaderOf(incumbent, order);
  for (const runner of runners) {
    const scored = await runner.runs(counts.slice(1), leader, racing);
    // Only what would be taken may drive others out.
    const isCandidate = scored !== null && isGain(incumbent, scored);
    if (isCandidate && scored.summary.loss < meanOf(leader.losses)) {
      leader = leaderOf(scored, order);
    }
  }
}

/** What bounds a race from below is that no loss is negative. */
function raceable({ task }: Search): boolean {
  return !canBeNegative(task.objective);
}

function leaderOf(scored: ScoredCandidate, { examples }: RaceOrder<Example>): Leader {
  return { id: scored.id, losses: examples.map(lossOn(scored)) };
}

/** The loss of a candidate on any of the examples that it was scored on. */
function lossOn({ losses }: ScoredCandidate): (example: Example) => number {
  const byId = new Map(losses.map(({ exampleId, loss }) => [exampleId, loss]));
  return ({ id }) => byId.get(id) as number;
}

/** One idea on its way through the examples. */
class Runner {
  readonly #search: Search;
  readonly #idea: Idea;
  readonly #order: RaceOrder<Example>;
  readonly #parentId: string;
  readonly #iteration: number;
  readonly #meter: ReturnType<typeof usageMeter>;
  #losses: readonly ExampleLoss[] = [];

  constructor(
    search: Search,
    idea: Idea,
    order: RaceOrder<Example>,
    parentId: string,
    iteration: number,
  ) {
    this.#search = search;
    this.#idea = idea;
    this.#order = order;
    this.#parentId = parentId;
    this.#iteration = iteration;
    this.#meter = usageMeter(search);
  }

  get meanLoss(): number {
    return meanOf(this.#losses.map(({ loss }) => loss));
  }

  /** Scores the first block, or records that the candidate cannot be scored. */
  async starts(count: number): Promise<boolean> {
    return this.#unlessRefused(async () => {
      const obstacle = await this.#search.obstacle(this.#idea.candidate);
      if (obstacle !== null) throw obstacle;
      await this.#scoreUpTo(count);
    });
  }

  /** Scores block after block; answers the scored candidate, or null where it was dropped or refused. */
  async runs(
    counts: readonly number[],
    leader: Leader,
    racing: Racing | null,
  ): Promise<ScoredCandidate | null> {
    for (const count of counts) {
      if (racing !== null && this.#drops(leader, racing)) return null;
      if (!(await this.#unlessRefused(() => this.#scoreUpTo(count)))) return null;
    }
    return this.#recordScored();
  }

  async #scoreUpTo(count: number): Promise<void> {
    const block = this.#order.examples.slice(this.#losses.length, count);
    const { evaluator, recorder } = this.#search;
    const losses = await evaluator.score(
      this.#idea.candidate,
      block,
      recorder.state.material,
      this.#meter.call,
    );
    this.#losses = [...this.#losses, ...losses];
  }

  #drops(leader: Leader, racing: Racing): boolean {
    const logEvidence = evidenceAgainst(this.#losses, leader, this.#order, racing);
    if (!isBeaten(logEvidence, racing)) return false;
    this.#search.recorder.record({
      type: "candidate-dropped",
      ...this.#named(),
      losses: this.#losses,
      beatenBy: leader.id,
      logEvidence: Number.isFinite(logEvidence) ? logEvidence : null,
      usage: this.#meter.total(),
    });
    return true;
  }

  #recordScored(): ScoredCandidate {
    const { recorder, task } = this.#search;
    const lossOf = new Map(this.#losses.map((loss) => [loss.exampleId, loss]));
    const named = this.#named();
    recorder.record({
      type: "candidate-scored",
      ...named,
      ...(this.#idea.quotes === undefined ? {} : { quotes: this.#idea.quotes }),
      losses: task.data.train.map(({ id }) => lossOf.get(id) as ExampleLoss),
      usage: this.#meter.total(),
    });
    return candidateOf(recorder.state, named.candidateId);
  }

  #named(): {
    readonly candidateId: string;
    readonly parentId: string;
    readonly operator: string;
    readonly iteration: number;
    readonly candidate: Candidate;
  } {
    const { candidates, dropped } = this.#search.recorder.state;
    const { operator, candidate } = this.#idea;
    return {
      candidateId: `c${candidates.length + dropped.length}`,
      parentId: this.#parentId,
      operator,
      iteration: this.#iteration,
      candidate,
    };
  }

  async #unlessRefused(work: () => Promise<void>): Promise<boolean> {
    const done = await unlessRefused(
      async () => {
        await work();
        return true;
      },
      (reason) => {
        this.#search.recorder.record({
          type: "candidate-refused",
          iteration: this.#iteration,
          operator: this.#idea.operator,
          candidate: this.#idea.candidate,
          reason,
          usage: this.#meter.total(),
        });
      },
    );
    return done ?? false;
  }
}
