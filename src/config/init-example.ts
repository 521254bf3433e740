/** The start prompt of a new task. */
export const promptText = "Say what the customer wants.\n";

/** The examples of a new task: enough to see it work, too few to find a good prompt. */
export const dataExamples: readonly { readonly input: string; readonly target: string }[] = [
  { input: "Two of the blue mugs, please, sent to my office.", target: "order" },
  { input: "The lamp arrived cracked and I would like my money back.", target: "refund" },
  { input: "Does the oak shelf come in a smaller size?", target: "question" },
  { input: "I'll take the green scarf from your window.", target: "order" },
  { input: "How long does delivery to the islands take?", target: "question" },
  {
    input: "You charged me twice for one teapot. Please return the second payment.",
    target: "refund",
  },
  { input: "Please put me down for a dozen candles.", target: "order" },
  {
    input: "The shoes do not fit. I am sending them back and expect the full price.",
    target: "refund",
  },
  { input: "Is the wool washable?", target: "question" },
  { input: "Same box of tea as last month, and add a second one.", target: "order" },
  { input: "The parcel never came, so kindly give me back what I paid.", target: "refund" },
  { input: "Are you open on Sunday afternoons?", target: "question" },
];
