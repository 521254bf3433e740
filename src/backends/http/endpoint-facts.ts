import { z } from "zod";
import { modelError, type PmpoError } from "../../core/errors.ts";
import { badReply, HttpError } from "./http-error.ts";
import { ASK_FOR_ESTIMATE, cannotScore, serverOwning } from "./known-servers.ts";
import { isEstimating, type ModelApiName, type EstimatingApiName } from "../../core/endpoint.ts";
import type { HttpModelSettings } from "./model-options.ts";
import type { Transport } from "./transport.ts";

/** A model of an endpoint as the endpoint describes it. */
export interface ServedModel {
  readonly id: string;
  readonly ownedBy: string | undefined;
  /** Where the server has the weights from; null where it does not say. */
  readonly root: string | null;
  /** Null where the server does not say. */
  readonly contextTokens: number | null;
}

/** One model of many that says nonsense of itself does not hide the others. */
const limit = z.int().positive().nullish().catch(null);
const listSchema = z.array(
  z.object({
    id: z.string(),
    owned_by: z.string().nullish(),
    root: z.string().nullish(),
    max_model_len: limit,
    context_length: limit,
    meta: z.object({ n_ctx: limit }).nullish(),
  }),
);
/** As OpenAI lists models; Together leaves out what is around the list. */
const modelsSchema = z.union([
  z.object({ data: listSchema }).transform(({ data }) => data),
  listSchema,
]);

/** The models that an endpoint has. */
export async function servedModels(
  client: Transport,
  signal?: AbortSignal,
): Promise<readonly ServedModel[]> {
  const request = { path: "/v1/models" };
  const reply = modelsSchema.safeParse(
    await client.send(request, { ...withSignal(signal), failFast: true }),
  );
  if (!reply.success) throw badReply(client.describe(request), "the answer lists no models");
  return reply.data.map(({ id, owned_by: ownedBy, root, max_model_len, context_length, meta }) => ({
    id,
    ownedBy: ownedBy ?? undefined,
    root: root ?? null,
    contextTokens: max_model_len ?? context_length ?? meta?.n_ctx ?? null,
  }));
}

/** The model of that name, or the only one. */
export function chooseModel(
  url: string,
  models: readonly ServedModel[],
  name: string | null,
): ServedModel {
  const [first, ...others] = models;
  const found = name === null && others.length === 0 ? first : models.find(({ id }) => id === name);
  if (found !== undefined) return found;
  if (first === undefined) {
    throw modelError("ENDPOINT_MODEL_UNKNOWN", `${url} has no model`, {
      hint: "Load one into the server, and try again.",
    });
  }
  const names = models.map(({ id }) => id);
  const shown = names.length > 12 ? [...names.slice(0, 12), "…"] : names;
  throw modelError(
    "ENDPOINT_MODEL_UNKNOWN",
    name === null ? `${url} has several models, and none is named` : `${url} has no model ${name}`,
    {
      hint: `It has ${shown.join(", ")}. Name one behind #: ${url}#${first.id}`,
    },
  );
}

/**
 * The interface to speak: the one that is named, or the server's own. Refuses servers that cannot
 * score, and estimates that were not asked for.
 */
export function chooseApi(
  url: string,
  { ownedBy }: ServedModel,
  { api: named, stepwise = false }: Pick<HttpModelSettings, "api" | "stepwise">,
): ModelApiName {
  const server = serverOwning(ownedBy);
  if (isEstimating(named)) {
    if (stepwise) return named;
    throw estimatesUnasked(url, named);
  }
  if (server?.api === null) {
    if (named !== null && named === server.slowApi) return named;
    const own = named === null && stepwise ? (server.slowApi ?? server.estimatingApi) : undefined;
    if (own === undefined) throw cannotScore(url, server);
    return own;
  }
  return named ?? server?.api ?? (stepwise ? "completions-stepwise" : "openai-echo");
}

function estimatesUnasked(url: string, api: EstimatingApiName): PmpoError {
  return modelError(
    "ENDPOINT_ESTIMATES",
    `${url}: through ${api} answers are only estimated, with a request for each of their tokens`,
    { hint: ASK_FOR_ESTIMATE },
  );
}

const versionSchema = z.object({ version: z.string() });
const buildSchema = z.object({ build_info: z.string() });

/**
 * The server's version; null where it tells none. A server that only fails to say it now is asked
 * again and then an error: without its version it would count as another one.
 */
export async function serverVersion(
  client: Transport,
  { ownedBy }: ServedModel,
  api: ModelApiName,
  signal?: AbortSignal,
): Promise<string | null> {
  const isLlamaServer = serverOwning(ownedBy)?.slowApi === "llama-server";
  // These say elsewhere which build they are.
  const path = isLlamaServer ? "/props" : api === "tgi" ? "/info" : "/version";
  try {
    const reply = await client.send({ path }, withSignal(signal));
    const version = versionSchema.safeParse(reply).data?.version;
    return version ?? buildSchema.safeParse(reply).data?.build_info ?? null;
  } catch (error) {
    if (error instanceof HttpError && error.isLasting) return null;
    throw error;
  }
}

const SIZE = /(\d+(?:\.\d+)?)\s?([bm])(?![a-z])/gi;
/** What is supposed of a model whose name does not say how large it is. */
const USUAL_PARAMETERS = 7e9;

/** Number of parameters by the model's name, as in `Llama-3.1-8B`. */
export function parametersByName({ id, root }: ServedModel): number {
  const names = `${id} ${root?.split(/[\\/]/).at(-1) ?? ""}`;
  const [, number, unit] = [...names.matchAll(SIZE)].at(-1) ?? [];
  if (number === undefined) return USUAL_PARAMETERS;
  return Math.round(Number(number) * (unit?.toLowerCase() === "b" ? 1e9 : 1e6));
}

function withSignal(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
