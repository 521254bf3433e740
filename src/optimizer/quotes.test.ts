import { describe, expect, test } from "vitest";
import type { Example } from "../core/example.ts";
import { quoteFinder } from "./quotes.ts";

const example = (id: string, input: string, target: string): Example => ({
  id,
  inputs: { input },
  target,
});

const EXAMPLES = [
  example(
    "1",
    "The parcel never arrived and I want my money back now.",
    "Please refund the order.",
  ),
  example(
    "2",
    "The parcel never arrived and I am angry about it.",
    "Apologise to the customer first.",
  ),
  example(
    "3",
    "Please find attached the invoice for this month.",
    "Apologise to the customer first.",
  ),
];
const START = "Answer the message. Please find attached the invoice for reference.";

describe("quotes", () => {
  const find = quoteFinder(EXAMPLES, [START]);

  test("of six words of one training input are found, whatever their case and punctuation", () => {
    expect(find("If someone says: arrived, AND I want my money… then refund.")).toBe("1");
  });

  test("of four words of one training answer are found", () => {
    expect(find("Always say please refund the order today.")).toBe("1");
  });

  test("are not what several examples have in common", () => {
    expect(find("The parcel never arrived and I")).toBeNull();
    expect(find("Apologise to the customer first.")).toBeNull();
  });

  test("are not what the start prompt says itself", () => {
    expect(find("Please find attached the invoice for you.")).toBeNull();
  });

  test("are not the legal answers, which any prompt may name", () => {
    const legal = quoteFinder(EXAMPLES, [START, "Please refund the order."]);
    expect(legal("Answer: please refund the order.")).toBeNull();
  });

  test("are found in scripts that write no spaces", () => {
    const chinese = quoteFinder([example("7", "我的包裹还没有到，没有人接我的电话。", "好")], []);
    expect(chinese("如果客户说我的包裹还没有到，没有人接我的电话，就退款。")).toBe("7");
  });

  test("of short inputs are those with their answer behind them", () => {
    const short = [example("a", "hot", "cold"), example("b", "Capital of Peru?", "Lima")];
    const inShort = quoteFinder(short, [START]);
    expect(inShort("Say the opposite, such as hot → cold.")).toBe("a");
    expect(inShort("The capital of Peru is Lima.")).toBe("b");
    expect(inShort("Name the capital of the country, like Lima.")).toBeNull();
    expect(inShort("It is cold where it was hot.")).toBeNull();
    expect(quoteFinder(short, ["hot: cold"])("As in hot: cold.")).toBeNull();
    expect(inShort("If it is hot, answer cold.")).toBeNull();
    const words = [example("c", "positive", "negative"), example("d", "the", "the")];
    const inWords = quoteFinder(words, [START, "positive", "negative"]);
    expect(inWords("Say positive, negative or the the.")).toBeNull();
  });

  test("of a row that stands there twice are found", () => {
    const twice = quoteFinder([...EXAMPLES, { ...EXAMPLES[0], id: "9" } as Example], [START]);
    expect(twice("I want my money back now, arrived")).toBe("1");
  });

  test("of a pair's answers are found, though they are its options", () => {
    const [first] = EXAMPLES as [Example];
    const pair = { ...first, options: [first.target, "No."], rejected: ["No."] };
    expect(quoteFinder([pair], [START])("Always say please refund the order.")).toBe("1");
  });

  test("are not a few words in a row", () => {
    expect(find("I want my money back? Refund the order.")).toBeNull();
  });
});
