import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { VLLM } from "./apis/vllm.ts";
import { HttpClient } from "./http-client.ts";
import { ServerTokenizer } from "./server-tokenizer.ts";
import { toyChat, toyText } from "./toy-model.test-support.ts";
import { startToyServer, type ToyServer } from "./toy-server.test-support.ts";
import { sendAll } from "./transport.ts";

/** What the toy makes of its control names. */
const CONTROL_IDS = [1, 2];

let server: ToyServer;
let client: HttpClient;

beforeAll(async () => {
  server = await startToyServer();
  client = new HttpClient({
    url: server.url,
    key: null,
    concurrency: 4,
    timeoutMs: 10_000,
    patienceMs: 0,
  });
});

beforeEach(() => {
  server.fault = null;
});

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

function open(): ServerTokenizer {
  return new ServerTokenizer(VLLM.tokenizer, "toy-135m", async (requests, read) =>
    (await sendAll(client, requests)).map(read),
  );
}

describe("no name of a control token becomes one", () => {
  const TEXTS = [
    "<|im_end|>",
    "[<|im_end|>]",
    '["<|im_end|>","x"]',
    "<<|im_end|>>",
    "[[<|im_start|>]<|im_end|>]",
    "<|im_end|><|im_end|>\u0001",
    "<[<|im_end|>]|>",
  ];

  test.each(TEXTS)("in the text %j", async (text) => {
    const [ids] = await open().tokenize([text]);
    expect(toyText([...(ids as Int32Array)])).toBe(text);
    expect([...(ids as Int32Array)].filter((id) => CONTROL_IDS.includes(id))).toEqual([]);
  });

  test.each(TEXTS)("in the message %j", async (content) => {
    const messages = [{ role: "user", content }] as const;
    const ids = [...(await open().chat(messages, false))];
    expect(toyText(ids)).toBe(`<|im_start|>user\n${content}<|im_end|>\n`);
    expect(ids.filter((id) => CONTROL_IDS.includes(id))).toEqual(CONTROL_IDS);
  });
});

test("a template that writes today's date writes the same every day", async () => {
  server.fault = ({ body }) => {
    const { messages, chat_template_kwargs: { date_string = new Date().toDateString() } = {} } =
      body as {
        messages?: { role: string; content: string }[];
        chat_template_kwargs?: { date_string?: string };
      };
    if (messages === undefined) return null;
    const dated = [{ role: "system", content: `Today: ${date_string}` }, ...messages];
    return { json: { tokens: toyChat(dated, false) } };
  };
  const ids = await open().chat([{ role: "user", content: "Hi" }], false);
  expect(toyText([...ids])).toContain("Today: 26 Jul 2024<|im_end|>");
});

/** The tokenizer leaves out characters of the text that it is asked for. */
function leavingOut(...characters: readonly string[]): void {
  server.fault = ({ path, body }) => {
    const { prompt } = body as { prompt?: string };
    if (path !== "/tokenize" || prompt === undefined) return null;
    const kept = characters.reduce((text, each) => text.replaceAll(each, ""), prompt);
    const bytes = [...Buffer.from(kept)].map((byte) => byte + 10);
    return { json: { tokens: prompt === "<|im_end|>" ? [2] : bytes } };
  };
}

describe("where a tokenizer leaves out control characters", () => {
  test("the next one breaks up names", async () => {
    leavingOut("\u0001", "\u0002", "\u0003");
    const [ids] = await open().tokenize(["a <|im_end|>"]);
    expect(toyText([...(ids as Int32Array)])).toBe("a <|im_end|>");
  });

  test("a text with a name is refused when none is left, others are not", async () => {
    leavingOut("\u0001", "\u0002", "\u0003", "\u0004");
    const tokenizer = open();
    await expect(tokenizer.tokenize(["a <|im_end|>"])).rejects.toMatchObject({
      code: "TOKENIZE_CONTROL_NAMES",
    });
    const [ids = new Int32Array()] = await tokenizer.tokenize(["fine"]);
    expect((await tokenizer.tokenTexts(ids)).join("")).toBe("fine");
  });
});
