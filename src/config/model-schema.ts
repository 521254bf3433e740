import { z } from "zod";
import {
  API_NAMES,
  type EndpointSettings,
  isEndpointAddress,
  KEY_NO_VARIABLE,
  KEY_VARIABLE,
  modelPlaceName,
  parseEndpointAddress,
  parseModelPlace,
} from "../core/endpoint.ts";
import { messageOf } from "../core/errors.ts";
import { orNull, someText, wholeNumber } from "./schema-parts.ts";

/** A model as a task file names it. */
export interface WrittenModel {
  /** A catalogue name, an `hf:` address, a path, or the address of a model at a server. */
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

const modelAtEndpoint: z.ZodType<WrittenModel> = z
  .strictObject({
    endpoint: orNull(address).describe("The server: http://HOST:PORT."),
    endpoints: orNull(z.array(address).min(2)).describe(
      "Several servers that have the same model, instead of `endpoint`.",
    ),
    name: orNull(someText).describe("The model's name there; by default the only one it has."),
    api: orNull(z.enum(API_NAMES)).describe("The server's interface; by default found out."),
    key: orNull(z.string().regex(KEY_VARIABLE, KEY_NO_VARIABLE)).describe(
      "Name of the environment variable that holds the key.",
    ),
    concurrency: orNull(wholeNumber(1)).describe("Requests at the same time; by default 8."),
    batchTokens: orNull(wholeNumber(1)).describe(
      "Tokens of prompts in one HTTP request at most; by default 16384.",
    ),
    timeoutSeconds: orNull(z.number().positive().max(LONGEST_TIMEOUT_SECONDS)).describe(
      "For one HTTP request; by default 600.",
    ),
    patienceSeconds: orNull(z.number().min(0)).describe(
      "How long requests are tried again while the server is away or busy; by default 300.",
    ),
  })
  .superRefine((written, context) => {
    const message =
      (written.endpoint === null) === (written.endpoints === null)
        ? "either `endpoint` or `endpoints` says where the model is"
        : mistakeOf(() => parseModelPlace(addressesOf(written)));
    if (message !== null) context.addIssue({ code: "custom", message });
  })
  .transform(({ endpoint, endpoints, name, ...settings }): WrittenModel => {
    const { urls, model } = parseModelPlace(addressesOf({ endpoint, endpoints }));
    const served = name ?? model;
    return { name: modelPlaceName({ urls, model: served }), settings, servedName: served };
  });

function addressesOf({
  endpoint,
  endpoints,
}: {
  readonly endpoint: string | null;
  readonly endpoints: readonly string[] | null;
}): string {
  return endpoints?.join(",") ?? endpoint ?? "";
}

/** A model by its name or address, or at a server with how to speak to that. */
export const modelSchema: z.ZodType<WrittenModel> = z.union([modelName, modelAtEndpoint]);

function mistakeOf(parse: () => unknown): string | null {
  try {
    parse();
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
