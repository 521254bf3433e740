import { setMaxListeners } from "node:events";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { answerChat, readChatWork, streamChat } from "./chat.ts";
import { ApiError, errorBody } from "./api-error.ts";
import { complete, readCompletionWork, streamCompletion } from "./completions.ts";
import type { Caller } from "./engine-queue.ts";
import { eventStream } from "./event-stream.ts";
import { apiErrorOf, isOwnFailure } from "./failure.ts";
import { keyOnly, localNamesOnly } from "./guard.ts";
import { readJson } from "./read-body.ts";
import type { ServerMetrics } from "./server-metrics.ts";
import type { Service } from "./service.ts";
import { detokenize, tokenize, tokenizerInfo } from "./tokenizer.ts";

/** How requests are let in. */
export interface Entrance {
  /** What clients have to send; null: nothing. */
  readonly key: string | null;
  /** Whether only names of this machine itself are answered to. */
  readonly localOnly: boolean;
  readonly maximumBodyBytes: number;
  /** Where a request comes from. */
  readonly addressOf: (context: Context) => string;
  /** Told of failures that are not the client's. */
  readonly onFailure: (error: unknown) => void;
}

/** The whole server as a function from requests to responses. */
export function createApp(service: Service, metrics: ServerMetrics, entrance: Entrance): Hono {
  const app = new Hono();
  app.onError((error) => refusal(error, entrance));
  app.notFound(({ req }) => {
    const message = `${req.method} ${req.path}: this server has no such endpoint`;
    return refusal(new ApiError(404, message, { code: "unknown_url" }), entrance);
  });
  app.use(measured(service, metrics));
  if (entrance.localOnly) app.use(localNamesOnly());
  app.get("/health", () => health(service));
  if (entrance.key !== null) app.use(keyOnly(entrance.key));
  app.use(limitedBody(entrance.maximumBodyBytes));
  addFacts(app, service, metrics);
  addWork(app, service, entrance);
  return app;
}

function addFacts(app: Hono, service: Service, metrics: ServerMetrics): void {
  const started = Math.floor(service.clock() / 1000);
  app.get("/version", (context) => context.json({ version: service.version }));
  app.get("/metrics", async (context) =>
    context.body(await metrics.text(), 200, { "content-type": metrics.contentType }),
  );
  app.get("/tokenizer_info", (context) => context.json(tokenizerInfo(service)));
  const { name, model } = service;
  const described = {
    id: name,
    object: "model",
    created: started,
    owned_by: "pmpo",
    root: model.identity.name,
    max_model_len: model.capabilities.contextTokens,
  };
  app.get("/v1/models", (context) => context.json({ object: "list", data: [described] }));
  app.get("/v1/models/:name{.+}", (context) => {
    const asked = context.req.param("name");
    if (asked === name) return context.json(described);
    throw new ApiError(404, `The model \`${asked}\` does not exist`, { code: "model_not_found" });
  });
}

function addWork(app: Hono, service: Service, entrance: Entrance): void {
  app.post("/tokenize", async ({ req, json }) =>
    json(await tokenize(await readJson(req.raw), service)),
  );
  app.post("/detokenize", async ({ req, json }) =>
    json(detokenize(await readJson(req.raw), service)),
  );
  app.post("/v1/completions", async (context) => {
    const work = await readCompletionWork(await readJson(context.req.raw), service);
    const { caller, leave } = callerOf(context, work.request.user, entrance);
    if (work.request.stream === true) {
      return eventStream(streamCompletion(work, service, caller), leave, entrance.onFailure);
    }
    return context.json(await complete(work, service, caller).finally(leave));
  });
  app.post("/v1/chat/completions", async (context) => {
    const work = await readChatWork(await readJson(context.req.raw), service);
    const { caller, leave } = callerOf(context, work.request.user, entrance);
    if (work.request.stream === true) {
      return eventStream(streamChat(work, service, caller), leave, entrance.onFailure);
    }
    return context.json(await answerChat(work, service, caller).finally(leave));
  });
}

/** Programs on one machine are told apart by what they call themselves. */
function callerOf(
  context: Context,
  user: string | null | undefined,
  { addressOf }: Entrance,
): { readonly caller: Caller; readonly leave: () => void } {
  const controller = new AbortController();
  const client = [addressOf(context), context.req.header("user-agent") ?? "", user ?? ""].join(
    "\n",
  );
  const signal = AbortSignal.any([context.req.raw.signal, controller.signal]);
  // Every prompt of a request listens, and there may be thousands.
  setMaxListeners(0, signal);
  return { caller: { client, signal }, leave: () => controller.abort() };
}

function health({ queue }: Service): Response {
  if (queue.isLost) return Response.json({ status: "the engine has ended" }, { status: 503 });
  return queue.draining
    ? Response.json({ status: "shutting down" }, { status: 503 })
    : Response.json({ status: "ok" });
}

function limitedBody(maxSize: number): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new ApiError(413, `The body is larger than ${maxSize} bytes`, {
        code: "body_too_large",
      });
    },
  });
}

/** Paths that are counted by name; all others together. */
const COUNTED =
  /^\/(health|version|metrics|tokenizer_info|tokenize|detokenize|v1\/(models|completions|chat\/completions))$/;

function measured({ clock }: Service, metrics: ServerMetrics): MiddlewareHandler {
  return async (context, next) => {
    const begun = clock();
    await next();
    const { path } = context.req;
    const counted = COUNTED.test(path) ? path : "other";
    metrics.answered(counted, context.res.status, (clock() - begun) / 1000);
  };
}

function refusal(error: unknown, { onFailure }: Entrance): Response {
  const refused = apiErrorOf(error);
  if (isOwnFailure(refused)) onFailure(error);
  const { retryAfterSeconds, status } = refused;
  return Response.json(errorBody(refused), {
    status,
    headers: retryAfterSeconds === null ? {} : { "retry-after": String(retryAfterSeconds) },
  });
}
