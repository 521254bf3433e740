import type { Example } from "../core/example.ts";
import type { ExampleLoss } from "../core/loss.ts";
import type { Objective } from "../core/objective.ts";
import type { Random } from "../core/random.ts";
import { isAboveNoise, isAboveRounding, type IsGain } from "./acceptance.ts";
import { hardestExamples, wrongExamples } from "./hard-cases.ts";

/** What depends on how fine losses are. */
interface SearchRules {
  /** Whether a candidate's losses are enough below another's to take its place. */
  readonly isGain: IsGain;
  /** The k examples to do better on; none where nothing can be done better. */
  readonly hardCases: (
    examples: readonly Example[],
    losses: readonly ExampleLoss[],
    k: number,
    random: Random,
  ) => readonly Example[];
}

const FOR_LIKELIHOODS: SearchRules = { isGain: isAboveRounding, hardCases: hardestExamples };

/** Answers are right or wrong: a prompt gains in steps of one example, and many examples are equally hard. */
const FOR_GRADES: SearchRules = { isGain: isAboveNoise, hardCases: wrongExamples };

export function rulesFor({ kind }: Objective): SearchRules {
  return kind === "accuracy" ? FOR_GRADES : FOR_LIKELIHOODS;
}
