import { percent } from "./numbers.ts";

/** What a judge did where it was asked. */
interface JudgedAnswers {
  readonly positionBias: number | null;
}

/** A row of a table with the share of answers on which the judge followed the order of the texts; none where no judge was asked. */
export function judgeRows(
  before: JudgedAnswers | null,
  after: JudgedAnswers | null,
): readonly (readonly [name: string, before: string, after: string])[] {
  const [first, second] = [before?.positionBias ?? null, after?.positionBias ?? null];
  return first === null && second === null
    ? []
    : [["… judge swayed by order", percent(first), percent(second)]];
}
