import { z } from "zod";
import {
  API_NAMES,
  isEndpointAddress,
  KEY_NO_VARIABLE,
  KEY_VARIABLE,
  modelPlaceName,
  parseEndpointAddress,
  parseModelPlace,
} from "../core/endpoint.ts";
import type { EndpointSettings } from "../core/endpoint-settings.ts";
import { messageOf } from "../core/errors.ts";
import { PROVIDER_NAMES, providerModelName } from "../core/provider.ts";
import { orNull, someText, wholeNumber } from "./schema-parts.ts";

/** A model as a task file names it. */
export interface WrittenModel {
  /** A catalogue name, an `hf:` address, a path, the address of a model at a server, or a service's model. */
  readonly name: string;
  /** How its server is spoken to; null where nothing was said. */
  readonly settings: EndpointSettings | null;
  /** What the server calls it, where that was written by itself. */
  readonly servedName: string | null;
}

const modelName: z.ZodType<WrittenModel> = someText
  .superRefine((name, context) => {
    const message = isEndpointAddress(name) ? mistakeOf(() => parseModelPlace(name)) : null;
    if (message !== null) context.addIssue({ code: "custom", message });
  })
  .transform((name) => ({ name, settings: null, servedName: null }));

/** Timers count milliseconds in 31 bits. */
const LONGEST_TIMEOUT_SECONDS = 2_147_483;

const address: z.ZodType<string> = z.string().superRefine((url, context) => {
  const message = mistakeOf(() => parseEndpointAddress(url));
  // Said once: nothing that is made of a wrong address is looked at.
  if (message !== null) context.addIssue({ code: "custom", message, continue: false });
});

const remoteModel: z.ZodType<WrittenModel> = z
  .strictObject({
    provider: orNull(z.enum(PROVIDER_NAMES)).describe(
      "A service that writes texts and scores none: for a rewriter, a judge, or the objective accuracy.",
    ),
    endpoint: orNull(address).describe(
      "The server: http://HOST:PORT. Beside a provider: where else than usual it is, with the version at its end.",
    ),
    endpoints: orNull(z.array(address).min(2)).describe(
      "Several servers that have the same model, instead of `endpoint`.",
    ),
    name: orNull(someText).describe("The model's name there; by default the only one it has."),
    api: orNull(z.enum(API_NAMES)).describe(
      "The server's interface; by default found out. Through chat a model only writes.",
    ),
    stepwise: orNull(z.boolean()).describe(
      "Whether answers may be scored by one request for each of their tokens, where a server can do no better. What comes out is an estimate.",
    ),
    key: orNull(z.string().regex(KEY_VARIABLE, KEY_NO_VARIABLE)).describe(
      "Name of the environment variable that holds the key; of a provider by default the usual one.",
    ),
    concurrency: orNull(wholeNumber(1)).describe(
      "Requests at the same time; by default 8, and 128 where vLLM scores answers alone.",
    ),
    batchTokens: orNull(wholeNumber(1)).describe(
      "Tokens of prompts in one HTTP request at most; by default 16384.",
    ),
    timeoutSeconds: orNull(z.number().positive().max(LONGEST_TIMEOUT_SECONDS)).describe(
      "For one HTTP request; by default 600.",
    ),
    patienceSeconds: orNull(z.number().min(0)).describe(
      "How long requests are tried again while the server is away or busy; by default 300.",
    ),
    reasoningTokens: orNull(wholeNumber(0)).describe(
      "Room for what a model that only writes reasons unseen before its text; by default 0.",
    ),
  })
  .superRefine((written, context) => {
    const mistake = written.provider === null ? placeMistake(written) : serviceMistake(written);
    if (mistake !== null) context.addIssue({ code: "custom", ...mistake });
  })
  .transform(({ provider, endpoint, endpoints, name, ...settings }): WrittenModel => {
    if (provider !== null && name !== null) {
      const written = { ...settings, serviceUrl: endpoint };
      return {
        name: providerModelName({ provider, model: name }),
        settings: written,
        servedName: name,
      };
    }
    const { urls, model } = parseModelPlace(addressesOf({ endpoint, endpoints }));
    const served = name ?? model;
    return {
      name: modelPlaceName({ urls, model: served }),
      settings: { ...settings, serviceUrl: null },
      servedName: served,
    };
  });

/** What a task file says of where a model is. */
interface WrittenPlace {
  readonly endpoint: string | null;
  readonly endpoints: readonly string[] | null;
}

interface Mistake {
  readonly path: string[];
  readonly message: string;
}

function serviceMistake({
  endpoints,
  name,
  api,
  stepwise,
}: WrittenPlace & {
  readonly name: string | null;
  readonly api: string | null;
  readonly stepwise: boolean | null;
}): Mistake | null {
  if (name === null) return { path: ["provider"], message: "name its model too: `name`" };
  if (api !== null) return { path: ["api"], message: "a provider has its own interface" };
  if (stepwise === true) return { path: ["stepwise"], message: "a provider's model is not scored" };
  if (endpoints === null) return null;
  return { path: ["endpoints"], message: "a provider is reached at one address: `endpoint`" };
}

function placeMistake(written: WrittenPlace & { readonly api: string | null }): Mistake | null {
  const { endpoint, endpoints, api } = written;
  if (endpoint === null && endpoints === null)
    return { path: [], message: "name an endpoint or a provider" };
  if (endpoint !== null && endpoints !== null)
    return { path: [], message: "either `endpoint` or `endpoints` says where the model is" };
  if (endpoints !== null && api === "chat")
    return { path: ["api"], message: "a model that only writes is reached at one `endpoint`" };
  const message = mistakeOf(() => parseModelPlace(addressesOf(written)));
  return message === null ? null : { path: [], message };
}

function addressesOf({ endpoint, endpoints }: WrittenPlace): string {
  return endpoints?.join(",") ?? endpoint ?? "";
}

/** A model by its name or address, or at a server or service with how to speak to that. */
export const modelSchema: z.ZodType<WrittenModel> = z.union([modelName, remoteModel]);

function mistakeOf(parse: () => unknown): string | null {
  try {
    parse();
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
