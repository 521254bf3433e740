import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { z } from "zod";
import { messageOf, PmpoError, usageError } from "../core/errors.ts";
import { foldRun } from "../core/run-state.ts";
import { compareRuns, type ComparableRun } from "../report/compare-runs.ts";
import { type HandScore, handScore } from "../report/hand-score.ts";
import type { ProjectRuns, Refusal } from "../report/live.ts";
import type { RunRow } from "../report/run-row.ts";
import { readRun } from "../store/run-folder.ts";
import { runIds } from "../store/run-id.ts";
import { type Door, guard } from "./guard.ts";
import type { HandScorer } from "./hand-scorer.ts";
import { safeHeaders } from "./headers.ts";
import { runFeed } from "./run-feed.ts";
import type { RunProcesses } from "./run-processes.ts";
import { gradingOf } from "../project/grading-of.ts";

/** What the server is made of. */
export interface ServerParts {
  readonly project: string;
  /** What commands need to find the project: ` --project FOLDER`, or nothing. */
  readonly projectFlag: string;
  readonly door: Door;
  readonly processes: RunProcesses;
  readonly scorer: HandScorer;
  readonly listRuns: () => Promise<readonly RunRow[]>;
  /** Files of the front-end by path. */
  readonly files: Readonly<Record<string, { readonly type: string; readonly text: string }>>;
}

/** Larger than any prompt that a model takes. */
const LARGEST_BODY_BYTES = 256 * 1024;
/** So that nobody between here and the page takes a quiet connection for a dead one. */
const PULSE_MS = 15_000;
/** After which a page tries to come back. */
const RETRY_MS = 1000;

const handPromptSchema = z.strictObject({ baseId: z.string(), instruction: z.string() });

/** The server of `pmpo ui`, without a port of its own. */
export function createApp(parts: ServerParts): Hono {
  const { project, processes, files } = parts;
  const app = new Hono();
  app.use(safeHeaders, guard(parts.door));
  app.use(bodyLimit({ maxSize: LARGEST_BODY_BYTES, onError: tooLarge }));
  for (const [path, { type, text }] of Object.entries(files)) {
    app.get(path, (context) => context.body(text, 200, { "Content-Type": type }));
  }
  app.get("/api/runs", async (context) =>
    context.json({
      folder: project,
      runs: await parts.listRuns(),
      work: processes.work(),
    } satisfies ProjectRuns),
  );
  app.post("/api/runs", (context) => {
    processes.start();
    return context.json({}, 202);
  });
  app.get("/api/runs/:id/events", (context) => {
    const id = knownRun(project, context.req.param("id"));
    return streamSSE(context, (stream) => tellRun(parts, id, lastSeen(context), stream));
  });
  app.post("/api/runs/:id/stop", (context) => {
    processes.stop(knownRun(project, context.req.param("id")));
    return context.json({}, 202);
  });
  app.post("/api/runs/:id/resume", (context) => {
    processes.resume(knownRun(project, context.req.param("id")));
    return context.json({}, 202);
  });
  app.post("/api/runs/:id/score", async (context) => {
    const id = knownRun(project, context.req.param("id"));
    return context.json(await scoreByHand(parts, id, await bodyOf(context)));
  });
  app.get("/api/compare", async (context) => {
    const { first = "", second = "" } = context.req.query();
    return context.json(
      compareRuns(await comparable(project, first), await comparable(project, second)),
    );
  });
  app.notFound((context) => context.json(refusal("There is nothing at this address"), 404));
  app.onError((error, context) => answerError(error, context));
  return app;
}

/** Only ids that the project lists: nothing that a request says becomes a path. */
function knownRun(project: string, id: string): string {
  if (runIds(project).includes(id)) return id;
  throw usageError("RUN_NOT_FOUND", `There is no run "${id}" in this project`);
}

async function comparable(project: string, id: string): Promise<ComparableRun> {
  const { manifest, events } = await readRun(project, knownRun(project, id));
  return { id, events, dataHashes: manifest.dataHashes, grading: gradingOf(manifest) };
}

/** The browser says it when it comes back; the page itself when it was opened anew. */
function lastSeen({ req }: Context): number {
  const number = Number(req.header("last-event-id") ?? req.query("after") ?? "0");
  return Number.isInteger(number) && number > 0 ? number : 0;
}

async function tellRun(
  { project, processes, projectFlag }: ServerParts,
  id: string,
  after: number,
  stream: SSEStreamingApi,
): Promise<void> {
  const gone = new AbortController();
  stream.onAbort(() => gone.abort());
  const pulse = setInterval(() => void stream.write(": still here\n\n"), PULSE_MS);
  try {
    const options = { project, id, after, processes, projectFlag, signal: gone.signal };
    for await (const message of runFeed(options)) {
      await stream.writeSSE({
        event: message.type,
        data: JSON.stringify(message.data),
        ...(message.type === "records" ? { id: String(message.id) } : { retry: RETRY_MS }),
      });
    }
  } finally {
    clearInterval(pulse);
  }
}

async function scoreByHand(
  { project, scorer }: ServerParts,
  id: string,
  prompt: z.infer<typeof handPromptSchema>,
): Promise<HandScore> {
  const { started, ...state } = foldRun((await readRun(project, id)).events);
  if (started === null || !state.candidates.some((each) => each.id === prompt.baseId)) {
    throw usageError("CANDIDATE_NOT_FOUND", `Run ${id} has no scored prompt ${prompt.baseId}`);
  }
  const { base, hand } = await scorer.score(id, prompt);
  return handScore(started, prompt.baseId, base, hand);
}

async function bodyOf(context: Context): Promise<z.infer<typeof handPromptSchema>> {
  const body: unknown = await context.req.json().catch(() => null);
  const parsed = handPromptSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw usageError("REQUEST_UNREADABLE", "Expected JSON with baseId and instruction");
}

function tooLarge(context: Context): Response {
  return context.json(refusal("The prompt is longer than 256 KiB", "Shorten it."), 413);
}

function answerError(error: Error, context: Context): Response {
  if (error instanceof PmpoError && error.kind !== "bug") {
    return context.json(refusal(error.message, error.hint ?? null), statusOf(error));
  }
  return context.json(refusal(`This is a bug in pmpo: ${messageOf(error)}`), 500);
}

function statusOf({ code }: PmpoError): 400 | 404 | 409 {
  if (code === "RUN_NOT_FOUND" || code === "CANDIDATE_NOT_FOUND") return 404;
  return code === "RUN_AT_WORK" || code === "RUN_NOT_OURS" ? 409 : 400;
}

function refusal(message: string, hint: string | null = null): Refusal {
  return { message, hint };
}
