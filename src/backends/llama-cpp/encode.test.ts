import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { EncodeRequest, TokenIds } from "../../core/model.ts";
import type { Encoder } from "../encoding/encode-pieces.ts";
import { createEncoder } from "./encode.ts";
import type { NativeModelFacts } from "./native-model.ts";

const END_OF_TURN = 2;
const START_OF_TURN = 1;
const END_OF_TEXT = 3;
const BEGIN = 4;
/** Tokens of the alphabet below: one a character. */
const FIRST_CHARACTER = 100;

const FACTS: NativeModelFacts = {
  description: "made up",
  parameters: 1,
  contextTokens: 100,
  vocabularySize: 1_000_000,
  chatTemplate:
    "{% for message in messages %}<go>{{ message.role }}:{{ message.content }}<stop>{% endfor %}" +
    "{% if add_generation_prompt %}<go>assistant:{% endif %}",
  sharingObstacle: null,
  slidingWindowTokens: null,
  templateTokens: { begin: "<begin>", end: "<end>" },
  beginToken: null,
  endTokens: [END_OF_TEXT, END_OF_TURN],
  endOfTurnToken: END_OF_TEXT,
  controlTokens: [
    ["<go>", START_OF_TURN],
    ["<stop>", END_OF_TURN],
    ["<end>", END_OF_TEXT],
    ["<begin>", BEGIN],
    ["", 9],
  ],
  device: "CPU",
};

const characters = (text: string): number[] =>
  Array.from(text, (character) => FIRST_CHARACTER + (character.codePointAt(0) ?? 0));

function encoderOf(facts: Partial<NativeModelFacts> = {}): Encoder {
  return createEncoder({ ...FACTS, ...facts }, (texts) =>
    Promise.resolve(texts.map((text): TokenIds => Int32Array.from(characters(text)))),
  );
}

const user = (content: string, target?: string): EncodeRequest => ({
  prompt: { kind: "chat", messages: [{ role: "user", content }] },
  ...(target === undefined ? {} : { target }),
});

const plain = (text: string, target?: string): EncodeRequest => ({
  prompt: { kind: "text", text },
  ...(target === undefined ? {} : { target }),
});

async function encodeOne(
  encode: Encoder,
  request: EncodeRequest,
): Promise<{ context: number[]; target: number[] }> {
  const [encoded] = await encode([request]);
  return { context: [...(encoded?.context ?? [])], target: [...(encoded?.target ?? [])] };
}

describe("conversations", () => {
  test("the template's control tokens become tokens, and text between them stays whole", async () => {
    const { context, target } = await encodeOne(encoderOf(), user("hi", "yes"));
    expect(context).toEqual([
      START_OF_TURN,
      ...characters("user:hi"),
      END_OF_TURN,
      START_OF_TURN,
      ...characters("assistant:"),
    ]);
    expect(target).toEqual([...characters("yes"), END_OF_TURN]);
  });

  test.prop([fc.array(fc.constantFrom("<go>", "<stop>", "<end>", "<begin>", "<", "a", ">"))])(
    "no text of a message or target ever becomes a control token",
    async (parts) => {
      const text = parts.join("");
      const { context, target } = await encodeOne(encoderOf(), user(text, text));
      const control = context.filter((token) => token < FIRST_CHARACTER);
      expect(control).toEqual([START_OF_TURN, END_OF_TURN, START_OF_TURN]);
      expect(target).toEqual([...characters(text), END_OF_TURN]);
    },
  );

  test("the end of the turn can be left out", async () => {
    const { target } = await encodeOne(encoderOf(), { ...user("hi", "yes"), scoreEnd: false });
    expect(target).toEqual(characters("yes"));
  });

  test("the file's own end token stands in where the template writes none", async () => {
    const chatTemplate = "{% for message in messages %}{{ message.content }}\n{% endfor %}";
    const { target } = await encodeOne(encoderOf({ chatTemplate }), user("hi", "yes"));
    expect(target).toEqual([...characters("yes"), END_OF_TEXT]);
  });

  test("no target is an empty one", async () => {
    expect((await encodeOne(encoderOf(), user("hi"))).target).toEqual([]);
  });

  test("a model without a template refuses them", async () => {
    await expect(encodeOne(encoderOf({ chatTemplate: null }), user("hi"))).rejects.toThrow(
      "This model has no chat template: it is a base model",
    );
  });

  test("a template that cannot be read stands in the way of conversations alone", async () => {
    const encode = encoderOf({ chatTemplate: "{% for %}" });
    expect((await encodeOne(encode, plain("hi"))).context).toEqual(characters("hi"));
    await expect(encodeOne(encode, user("hi"))).rejects.toThrow(
      /^The model's chat template cannot be read/,
    );
  });
});

describe("the begin token", () => {
  test("is added where the model wants it", async () => {
    const encode = encoderOf({ beginToken: BEGIN });
    expect((await encodeOne(encode, plain("hi"))).context).toEqual([BEGIN, ...characters("hi")]);
    expect((await encodeOne(encode, user("hi"))).context.slice(0, 2)).toEqual([
      BEGIN,
      START_OF_TURN,
    ]);
  });

  test("is not added twice where the template writes it", async () => {
    const chatTemplate = `{{ bos_token }}${FACTS.chatTemplate ?? ""}`;
    const { context } = await encodeOne(encoderOf({ chatTemplate, beginToken: BEGIN }), user("hi"));
    expect(context.slice(0, 3)).toEqual([BEGIN, START_OF_TURN, ...characters("u")]);
  });

  test("is there where the template writes it and the model does not ask for it elsewhere", async () => {
    const chatTemplate = `{{ bos_token }}${FACTS.chatTemplate ?? ""}`;
    const encode = encoderOf({ chatTemplate });
    expect((await encodeOne(encode, user("hi"))).context.slice(0, 2)).toEqual([
      BEGIN,
      START_OF_TURN,
    ]);
    expect((await encodeOne(encode, plain("hi"))).context).toEqual(characters("hi"));
  });

  test("an empty prompt of a model without one begins with an end token", async () => {
    expect((await encodeOne(encoderOf(), plain("", "yes"))).context).toEqual([END_OF_TEXT]);
  });
});

describe("plain text", () => {
  test("spaces before the answer belong to it, and the line break before the next block ends it", async () => {
    expect(await encodeOne(encoderOf(), plain("Answer:  ", "yes"))).toEqual({
      context: characters("Answer:"),
      target: characters("  yes\n"),
    });
  });

  test("line breaks before the answer stay in the prompt", async () => {
    expect(
      await encodeOne(encoderOf(), { ...plain("Answer:\n ", "yes"), scoreEnd: false }),
    ).toEqual({ context: characters("Answer:\n"), target: characters(" yes") });
  });

  test("an answer is written from the very context behind which it is scored", async () => {
    const written = await encodeOne(encoderOf(), plain("Answer: "));
    const scored = await encodeOne(encoderOf(), plain("Answer: ", "yes"));
    expect(written.context).toEqual(scored.context);
  });
});

describe("an answer already begun", () => {
  const texts = fc.stringMatching(/^[a-c \n]*$/);

  test.prop([texts, texts, texts, fc.constantFrom(user, plain)])(
    "is context up to its last spaces, and with the target the same tokens as in one",
    async (prompt, prefix, answer, request) => {
      const begun = await encodeOne(encoderOf(), { ...request(prompt, answer), prefix });
      const whole = await encodeOne(encoderOf(), request(prompt, prefix + answer));
      expect([...begun.context, ...begun.target]).toEqual([...whole.context, ...whole.target]);
      expect(begun.context.at(-1)).not.toBe(FIRST_CHARACTER + 32);
    },
  );

  test.prop([texts, texts, texts, texts, fc.constantFrom(user, plain)])(
    "leaves the target's tokens independent of prompt and reasoning",
    async (first, second, reasoning, answer, request) => {
      const targetOf = async (prompt: string, prefix: string) =>
        (await encodeOne(encoderOf(), { ...request(prompt, answer), prefix })).target;
      expect(await targetOf(first, `${reasoning}So: `)).toEqual(await targetOf(second, "So: "));
    },
  );

  test("is context without a target too", async () => {
    const { context, target } = await encodeOne(encoderOf(), { ...plain("Q: "), prefix: "A is " });
    expect(context).toEqual(characters("Q: A is"));
    expect(target).toEqual([]);
  });

  test("stands behind the blanks that the template writes before an answer", async () => {
    const chatTemplate =
      "{% for message in messages %}{{ message.content }}|{% if message.role == 'user' %} {% endif %}{% endfor %}";
    const encode = encoderOf({ chatTemplate });
    const whole = await encodeOne(encode, user("hi", "So: yes"));
    const begun = await encodeOne(encode, { ...user("hi", "yes"), prefix: "So: " });
    expect([...begun.context, ...begun.target]).toEqual([...whole.context, ...whole.target]);
  });

  test("is tokenized as what goes on, where a model puts a space in front of every text", async () => {
    const encode = createEncoder(FACTS, (all) =>
      Promise.resolve(all.map((text): TokenIds => Int32Array.from(characters(` ${text}`)))),
    );
    const begun = await encodeOne(encode, { ...plain("Q:", "yes"), prefix: " So: " });
    expect(begun.context).toEqual(characters(" Q: So:"));
    expect(begun.target).toEqual(characters(" yes\n"));
  });
});

test("a text that occurs often is tokenized once", async () => {
  const seen: (readonly string[])[] = [];
  const encode = createEncoder(FACTS, (texts) => {
    seen.push(texts);
    return Promise.resolve(texts.map((text): TokenIds => Int32Array.from(characters(text))));
  });
  await encode([user("one", "yes"), user("two", "yes"), user("one", "no")]);
  await encode([user("three")]);
  const [, ...calls] = seen;
  expect(calls.map((texts) => [...texts].sort())).toEqual([
    ["assistant:", "no", "user:one", "user:two", "yes"],
    ["assistant:", "user:three"],
  ]);
});
