/** A token of an answer and how likely a prompt makes it. */
export interface AnswerToken {
  readonly text: string;
  /** Natural logarithm, nats. */
  readonly logProb: number;
}
