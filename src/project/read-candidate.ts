import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Config } from "../config/config.ts";
import type { Candidate, Layout } from "../core/candidate.ts";
import { messageOf, usageError } from "../core/errors.ts";
import { chooseLayout } from "./build-task.ts";

const messageSchema = z.object({
  role: z.enum(["system", "user", "assistant"]),
  content: z.string(),
});

const layoutSchema: z.ZodType<Layout> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("system") }),
  z.object({ kind: z.literal("user") }),
  z.object({ kind: z.literal("user-last") }),
  z.object({ kind: z.literal("plain"), inputName: z.string(), targetName: z.string() }),
  z.object({ kind: z.literal("template") }),
  z.object({ kind: z.literal("messages"), messages: z.array(messageSchema) }),
]);

const candidateSchema: z.ZodType<Candidate> = z.object({
  instruction: z.string(),
  layout: layoutSchema,
  demonstrations: z.array(
    z.object({ id: z.string(), inputs: z.record(z.string(), z.string()), target: z.string() }),
  ),
});

/** A prompt from a file: `best.json` of a run with all that belongs to it, or the text of an instruction. */
export async function readCandidate(path: string, config: Config): Promise<Candidate> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw usageError(
      "PROMPT_UNREADABLE",
      `${path}: the prompt cannot be read (${messageOf(error)})`,
    );
  });
  if (path.endsWith(".json")) return candidateFromJson(text, path);
  const instruction = text.replace(/\r\n/g, "\n").replace(/\n+$/, "");
  if (instruction.trim() === "") throw usageError("PROMPT_EMPTY", `${path}: the prompt is empty`);
  return { instruction, layout: chooseLayout(config, instruction), demonstrations: [] };
}

function candidateFromJson(text: string, path: string): Candidate {
  const parsed = candidateSchema.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw usageError(
    "PROMPT_NOT_A_CANDIDATE",
    `${path}: not a prompt as pmpo writes it (${issue?.path.join(".")}: ${issue?.message})`,
    "Give the best.json of a run, or a text file.",
  );
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usageError("PROMPT_NOT_JSON", `${path}: not valid JSON (${messageOf(error)})`);
  }
}
