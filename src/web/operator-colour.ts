/** The operators of a search, each with a colour of its own: the same in every report. */
const OPERATORS = [
  "rewrite",
  "demonstrations",
  "layout",
  "combine",
  "phrase",
  "answer-form",
  "name-answers",
  "reorder-parts",
  "delete-part",
];

/** The class of an operator's colour; one of another name has the colour of one of these. */
export function colourClass(operator: string): string {
  if (operator === "start") return "colour-start";
  const known = OPERATORS.indexOf(operator);
  return `colour-${known < 0 ? operator.length % OPERATORS.length : known}`;
}
