import { z } from "zod";
import { ApiError } from "./api-error.ts";

/** Likeliest tokens that can be asked for at each place. */
const MAXIMUM_TOP = 20;
/** Prompts in one request. */
export const MAXIMUM_PROMPTS = 4096;
/** Texts for one prompt. */
const MAXIMUM_TEXTS = 16;
const MAXIMUM_STOPS = 16;

/** The value of a field that may be left out. */
export type Maybe<T> = T | null | undefined;

/** A field that is known, and offered only at the value that changes nothing. */
export function only<const T extends string | number | boolean>(value: T): z.ZodType<Maybe<T>> {
  return z
    .literal(value, { error: `this server supports only ${JSON.stringify(value)}` })
    .nullish();
}

export const FLAG: z.ZodType<Maybe<boolean>> = z.boolean().nullish();
export const TOP_COUNT: z.ZodType<Maybe<number>> = z.int().min(0).max(MAXIMUM_TOP).nullish();
export const MODEL_NAME: z.ZodType<Maybe<string>> = z.string().nullish();

const stopText = z.string().min(1);
const onlyEmpty = z
  .record(z.string(), z.unknown())
  .refine((fields) => Object.keys(fields).length === 0, "this server does not support it");

/** What every request to write may say. */
export interface WritingFields {
  readonly model?: Maybe<string>;
  readonly temperature?: Maybe<number>;
  readonly top_p?: Maybe<number>;
  /** −1 and 0: all. */
  readonly top_k?: Maybe<number>;
  readonly min_p?: Maybe<number>;
  readonly seed?: Maybe<number>;
  readonly stop?: Maybe<string | readonly string[]>;
  readonly n?: Maybe<number>;
  readonly stream?: Maybe<boolean>;
  readonly stream_options?: Maybe<{ readonly include_usage?: Maybe<boolean> }>;
  /** Tells users of one program apart, for a queue that is fair between them. */
  readonly user?: Maybe<string>;
  readonly return_token_ids?: Maybe<boolean>;
}

type Schemas<Fields> = { readonly [Name in keyof Fields]-?: z.ZodType<Fields[Name]> };

/** The schemas of these fields, and of others that may say nothing. */
export const WRITING_FIELDS: Schemas<WritingFields> & Readonly<Record<string, z.ZodType>> = {
  model: MODEL_NAME,
  temperature: z.number().min(0).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  top_k: z.int().min(-1).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  seed: z.int().nullish(),
  stop: z.union([stopText, z.array(stopText).max(MAXIMUM_STOPS)]).nullish(),
  n: z.int().min(1).max(MAXIMUM_TEXTS).nullish(),
  stream: FLAG,
  stream_options: z.strictObject({ include_usage: FLAG }).nullish(),
  user: z.string().max(256).nullish(),
  return_token_ids: FLAG,
  presence_penalty: only(0),
  frequency_penalty: only(0),
  repetition_penalty: only(1),
  logit_bias: onlyEmpty.nullish(),
};

/** How tokens are drawn, as OpenAI's fields say it. */
export function samplingOf({ temperature, top_p, top_k, min_p }: WritingFields): {
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
  readonly minP: number;
} {
  return {
    temperature: temperature ?? 1,
    topP: top_p ?? 1,
    topK: Math.max(0, top_k ?? 0),
    minP: min_p ?? 0,
  };
}

/** The texts that end what is written. */
export function stopsOf({ stop }: WritingFields): readonly string[] {
  return typeof stop === "string" ? [stop] : (stop ?? []);
}

/** Refuses a model that is not served here; a request that names none means the one there is. */
export function checkModel(asked: string | null | undefined, served: string): void {
  if (asked === null || asked === undefined || asked === served) return;
  throw new ApiError(404, `The model \`${asked}\` does not exist. This server has \`${served}\`.`, {
    param: "model",
    code: "model_not_found",
  });
}
