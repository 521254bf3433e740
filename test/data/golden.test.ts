import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EncodedRequest, EncodeRequest, LanguageModel, Message } from "pmpo";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agreementOneByOne, agreementTogether, type RecordedRequest } from "../engine/agreement.ts";
import { loadSmollm2, type SmolLm2Format } from "../model.ts";

const DATA = "../shared/data";

/** How a request is built from rows; the rules are in the golden file itself. */
interface Reference {
  readonly name: string;
  readonly file: string;
  readonly row: number;
  readonly demonstrationRows?: readonly number[];
  readonly layout: "system" | "user" | "plain";
  readonly instruction: string;
  readonly inputField: string;
  readonly targetField: string;
  readonly inputName?: string;
  readonly targetName?: string;
  readonly emptyInput?: boolean;
  readonly targetPrefix?: string;
  readonly scoreEnd: boolean;
  readonly contextCount: number;
  readonly targetCount: number;
  readonly idsSha256: string;
  readonly logProbs: readonly number[];
}

interface Pair {
  readonly input: string;
  readonly target: string;
}

const { requests: references } = JSON.parse(
  readFileSync(new URL("../golden/shared-data.json", import.meta.url), "utf8"),
) as { readonly requests: readonly Reference[] };

type Row = Readonly<Record<string, string>>;

function readRows(file: string): readonly Row[] {
  const text = readFileSync(join(DATA, file), "utf8");
  if (file.endsWith(".json")) return (JSON.parse(text) as { readonly examples: Row[] }).examples;
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Row);
}

function pairAt(reference: Reference, row: Row | undefined): Pair {
  return {
    input: row?.[reference.inputField] ?? "",
    target: row?.[reference.targetField] ?? "",
  };
}

function buildRequest(reference: Reference): EncodeRequest {
  const rows = readRows(reference.file);
  const shown = (reference.demonstrationRows ?? []).map((row) => pairAt(reference, rows[row]));
  const { input, target } = pairAt(reference, rows[reference.row]);
  const question = reference.emptyInput === true ? "" : input;
  return {
    prompt:
      reference.layout === "plain"
        ? { kind: "text", text: plainText(reference, shown, question) }
        : { kind: "chat", messages: conversation(reference, shown, question) },
    target: `${reference.targetPrefix ?? ""}${target}`,
    scoreEnd: reference.scoreEnd,
  };
}

function plainText(
  { instruction, inputName, targetName }: Reference,
  shown: readonly Pair[],
  question: string,
): string {
  const block = (text: string, answer: string): string =>
    `${inputName ?? ""}: ${text}\n${targetName ?? ""}: ${answer}`;
  const blocks = shown.map(({ input, target }) => block(input, target));
  return [instruction, ...blocks, block(question, "")].join("\n\n");
}

function conversation(
  { layout, instruction }: Reference,
  shown: readonly Pair[],
  question: string,
): readonly Message[] {
  const opening = layout === "user" ? `${instruction}\n\n` : "";
  const user = (text: string): Message => ({ role: "user", content: `${opening}${text}` });
  return [
    ...(layout === "user" ? [] : [{ role: "system" as const, content: instruction }]),
    ...shown.flatMap(({ input, target }): readonly Message[] => [
      user(input),
      { role: "assistant", content: target },
    ]),
    user(question),
  ];
}

const idsSha256 = ({ context, target }: EncodedRequest): string =>
  createHash("sha256")
    .update(Int32Array.of(...context, ...target))
    .digest("hex");

const LIMITS: readonly [SmolLm2Format, largest: number, mean: number][] = [
  ["f16", 0.06, 0.005],
  ["q8_0", 3, 0.1],
];

describe.each(LIMITS)("SmolLM2 in %s on public data sets", (format, largest, mean) => {
  let model: LanguageModel;
  let recorded: readonly RecordedRequest[];

  beforeAll(async () => {
    model = await loadSmollm2(format);
    const encoded = await model.encode(references.map(buildRequest));
    recorded = encoded.map((request, index) => ({
      ...request,
      id: references[index]?.name ?? "",
      logProbs: references[index]?.logProbs ?? [],
    }));
  });

  afterAll(async () => {
    await model[Symbol.asyncDispose]();
  });

  test("gives the ids that transformers gives", () => {
    expect(
      recorded.map((request) => [
        request.id,
        request.context.length,
        request.target.length,
        idsSha256(request),
      ]),
    ).toEqual(
      references.map(({ name, contextCount, targetCount, idsSha256 }) => [
        name,
        contextCount,
        targetCount,
        idsSha256,
      ]),
    );
  });

  test(`agrees within ${mean} nats a token on average, one by one`, async () => {
    const agreement = await agreementOneByOne(model, recorded);
    expect(agreement.tokens).toBeGreaterThan(1300);
    expect(agreement.largest).toBeLessThanOrEqual(largest);
    expect(agreement.mean).toBeLessThanOrEqual(mean);
  });

  test(`agrees within ${mean} nats a token on average, all in one call`, async () => {
    const agreement = await agreementTogether(model, recorded);
    expect(agreement.largest).toBeLessThanOrEqual(largest);
    expect(agreement.mean).toBeLessThanOrEqual(mean);
  });
});
