/** Which accuracy is meant: of answers that the model writes, or picks among options by likelihood. */
export type Measure = "accuracy" | "choice-accuracy";
