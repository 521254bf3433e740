import { beforeAll, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, pmpo, smallTask } from "./pmpo.ts";

interface Document {
  readonly examples: number;
  readonly gain: number;
  readonly gainInterval: readonly [number, number];
  readonly worthwhile: boolean;
  readonly text: string;
  readonly prompts: readonly { readonly prompt: string; readonly loss: number }[];
}

beforeAll(() => smollm2("q8_0"));

test("a start that makes the model talk leaves room, and the prompts that were tried are told", async () => {
  const folder = folderWith(smallTask(1));
  const { exitCode, stdout, stderr } = await pmpo(["headroom", "--prompts", "6", "--json"], {
    folder,
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const { examples, gain, gainInterval, worthwhile, text, prompts } = JSON.parse(
    stdout,
  ) as Document;
  expect(examples).toBe(6);
  expect(prompts).toHaveLength(6);
  expect(prompts[0]?.prompt).toBe("You read reviews. Say what the writer felt.");
  expect(new Set(prompts.map((each) => JSON.stringify(each))).size).toBe(6);
  expect(gainInterval[0]).toBeLessThanOrEqual(gain);
  expect(worthwhile).toBe(gainInterval[0] > 0);
  expect(text).toMatch(worthwhile ? /^There is room: / : /^No room seen: /);
});

test("the table stands in order of loss, above the recommendation", async () => {
  const folder = folderWith(smallTask(1));
  const { stdout } = await pmpo(["headroom", "--prompts", "4"], { folder });
  const lines = stdout.split("\n");
  expect(lines[0]).toMatch(/^loss, nats +against start +layout +shown +instruction$/);
  const losses = lines.slice(1, 5).map((line) => Number.parseFloat(line));
  expect(losses).toEqual(losses.toSorted((a, b) => a - b));
  expect(lines[6]).toMatch(
    /^spread of the prompts \d+\.\d+ nats, chance \d+\.\d+ nats \(6 training examples\)$/,
  );
});

test("a task that pins everything is refused", async () => {
  const task = smallTask(1);
  const pinned = "search: { instruction: false, layout: false, demonstrations: 0 }\n";
  const folder = folderWith({ ...task, "pmpo.yaml": `${task["pmpo.yaml"]}${pinned}` });
  expect(await pmpo(["headroom"], { folder })).toEqual({
    exitCode: 2,
    stdout: "",
    stderr:
      "error: This task leaves nothing to vary: wording, layout and demonstrations are all pinned\n  Allow one of them under `search`.\n",
  });
});
