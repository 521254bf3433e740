import { stripVTControlCharacters } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, jsonLines, pmpo, REVIEWS } from "./pmpo.ts";

const PROMPT =
  "The sky is blue. Answer with one word: positive or negative. Say what the writer felt.";
const MASK = ["mask", "--data", "data.jsonl", "--prompt", "prompt.txt", "--threads", "1"];

interface MaskDocument {
  readonly model: string;
  readonly prompt: string;
  readonly loss: number;
  readonly source: string;
  readonly parts: readonly {
    readonly text: string;
    readonly start: number;
    readonly end: number;
    readonly deltaLoss: number;
    readonly standardError: number;
    readonly interval: readonly [number, number];
    readonly verdict: "helps" | "hurts" | "inert";
    readonly byExample: readonly { readonly id: string; readonly deltaLoss: number }[];
  }[];
  readonly examples: number;
}

let folder = "";
let document: MaskDocument;

beforeAll(async () => {
  await smollm2("q8_0");
  folder = folderWith({
    "prompt.txt": `${PROMPT}\n`,
    "data.jsonl": jsonLines(REVIEWS.slice(0, 6)),
  });
  const { exitCode, stdout, stderr } = await pmpo([...MASK, "--json"], { folder });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  document = JSON.parse(stdout) as MaskDocument;
});

test("the document says where each part stands and what masking it does", () => {
  expect(document.prompt).toBe(PROMPT);
  expect(document.examples).toBe(6);
  expect(document.parts.length).toBeGreaterThan(1);
  expect(["model", "sentences"]).toContain(document.source);
  for (const { text, start, end, deltaLoss, standardError, interval } of document.parts) {
    expect(PROMPT.slice(start, end)).toBe(text);
    // Student's distribution with five degrees of freedom.
    expect(interval[0]).toBeCloseTo(deltaLoss - 2.570582 * standardError, 4);
    expect(interval[1]).toBeCloseTo(deltaLoss + 2.570582 * standardError, 4);
  }
});

test("a part's effect is the mean of its effects on the examples", () => {
  const ids = document.parts.map(({ byExample }) => byExample.map(({ id }) => id));
  expect(new Set(ids[0])).toEqual(new Set(["1", "2", "3", "4", "5", "6"]));
  for (const [index, { byExample, deltaLoss }] of document.parts.entries()) {
    expect(ids[index]).toEqual(ids[0]);
    const sum = byExample.reduce((total, each) => total + each.deltaLoss, 0);
    expect(sum / 6).toBeCloseTo(deltaLoss, 9);
  }
});

test("--examples shows parts by examples, and where each part matters most", async () => {
  const { exitCode, stdout } = await pmpo([...MASK, "--examples"], { folder });
  expect(exitCode).toBe(0);
  const signed = (nats: number): string => `${nats < 0 ? "−" : "+"}${Math.abs(nats).toFixed(3)}`;
  const lines = stdout.split("\n");
  for (const [index, { text, byExample }] of document.parts.entries()) {
    const [most] = byExample.toSorted((a, b) => Math.abs(b.deltaLoss) - Math.abs(a.deltaLoss));
    const named = `part ${index + 1} matters most to ${most?.id} (${signed(most?.deltaLoss ?? 0)}), `;
    expect(lines.find((line) => line.startsWith(named))).toMatch(new RegExp(`: ${text}$`));
  }
  const head = lines.findIndex((line) => /^example +part 1 +part 2/.test(line));
  for (const { id, deltaLoss } of document.parts[0]?.byExample ?? []) {
    const row = lines.slice(head).find((line) => line.startsWith(`${id} `));
    expect(row?.split(/ {2,}/).slice(0, 2)).toEqual([id, signed(deltaLoss)]);
  }
});

test("the part that names the answers helps most", () => {
  const [most] = document.parts.toSorted((a, b) => b.deltaLoss - a.deltaLoss);
  expect(most?.text).toContain("positive or negative");
  expect(most?.verdict).toBe("helps");
});

test("without --json the prompt comes in colours, then a line for each part, then who found them", async () => {
  const { exitCode, stdout } = await pmpo(MASK, { folder, environment: { FORCE_COLOR: "1" } });
  expect(exitCode).toBe(0);
  const colours = { helps: 32, hurts: 31, inert: 2 } as const;
  const [coloured = ""] = stdout.split("\n");
  for (const { text, verdict } of document.parts) {
    expect(coloured).toContain(`\u001B[${colours[verdict]}m${text}\u001B[`);
  }
  const plain = stripVTControlCharacters(stdout);
  const [prompt, blank, head = "", ...lines] = plain.split("\n");
  expect([prompt, blank]).toEqual([PROMPT, ""]);
  expect(head.split(/ {2,}/)).toEqual(["part", "ΔL, nats", "95 % interval", "it"]);
  for (const [index, { text, deltaLoss, verdict }] of document.parts.entries()) {
    const sign = deltaLoss < 0 ? "−" : "+";
    const cells = lines[index]?.split(/ {2,}/) ?? [];
    expect([cells[0], cells[1], cells[3]]).toEqual([
      text,
      `${sign}${Math.abs(deltaLoss).toFixed(3)}`,
      verdict === "inert" ? "no clear effect" : verdict,
    ]);
  }
  expect(plain).toContain(
    document.source === "model"
      ? "parts marked by the model"
      : "parts cut by line and sentence, because the model marked none that could be used",
  );
});

test("a prompt of nothing but messages has nothing to mask", async () => {
  const task = folderWith({
    "pmpo.yaml": 'prompt: { messages: [{ role: user, content: "{{input}}" }] }\ndata: data.jsonl\n',
    "data.jsonl": jsonLines(REVIEWS),
  });
  expect(await pmpo(["mask"], { folder: task })).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: "error: The prompt holds no instruction that could be masked\n",
  });
});
