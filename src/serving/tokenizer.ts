import { z } from "zod";
import { ApiError } from "./api-error.ts";
import { type ChatMessage, conversationTokens, MESSAGES } from "./messages.ts";
import { promptTokens } from "./prompts.ts";
import { checkFields } from "./read-body.ts";
import { checkModel, FLAG, type Maybe, MODEL_NAME, only } from "./request-fields.ts";
import type { Service } from "./service.ts";

const textSchema = z.strictObject({
  model: MODEL_NAME,
  prompt: z.string(),
  add_special_tokens: FLAG,
  return_token_strs: FLAG,
});

const idsSchema = z.strictObject({ model: MODEL_NAME, tokens: z.array(z.int().min(0)) });

function chatSchema(templateDate: string): z.ZodType<ChatFields> {
  return z.strictObject({
    model: MODEL_NAME,
    messages: MESSAGES,
    add_generation_prompt: FLAG,
    continue_final_message: only(false),
    add_special_tokens: only(false),
    return_token_strs: FLAG,
    // The day that is written anyway.
    chat_template_kwargs: z.strictObject({ date_string: only(templateDate) }).nullish(),
  });
}

interface ChatFields {
  readonly model?: Maybe<string>;
  readonly messages: readonly ChatMessage[];
  readonly add_generation_prompt?: Maybe<boolean>;
  readonly return_token_strs?: Maybe<boolean>;
}

/** vLLM's /tokenize: a text, or a conversation as the model's template writes it. */
export async function tokenize(body: unknown, service: Service): Promise<object> {
  const isChat = typeof body === "object" && body !== null && "messages" in body;
  const { tokens, named } = await (isChat ? chatTokens(body, service) : textTokens(body, service));
  const { model, vocabulary } = service;
  return {
    count: tokens.length,
    max_model_len: model.capabilities.contextTokens,
    tokens: [...tokens],
    token_strs: named ? [...tokens].map((token) => vocabulary.text(token)) : null,
  };
}

interface Tokenized {
  readonly tokens: Int32Array;
  /** Whether their texts are wanted too. */
  readonly named: boolean;
}

async function textTokens(body: unknown, service: Service): Promise<Tokenized> {
  const { model, prompt, add_special_tokens, return_token_strs } = checkFields(textSchema, body);
  checkModel(model, service.name);
  const addSpecialTokens = add_special_tokens !== false;
  const [tokens = new Int32Array()] = await promptTokens([prompt], { addSpecialTokens }, service);
  return { tokens, named: return_token_strs === true };
}

async function chatTokens(body: unknown, service: Service): Promise<Tokenized> {
  const request = checkFields(chatSchema(service.templateDate), body);
  checkModel(request.model, service.name);
  const options = { addGenerationPrompt: request.add_generation_prompt !== false };
  const tokens = await conversationTokens(request.messages, options, service);
  return { tokens, named: request.return_token_strs === true };
}

/** vLLM's /tokenizer_info: lm-eval needs no tokenizer of its own where a server tells this. */
export function tokenizerInfo({ model }: Service): object {
  const { begin, end } = model.templateTokens;
  return {
    tokenizer_class: "llama.cpp",
    bos_token: begin === "" ? null : begin,
    eos_token: end === "" ? null : end,
    pad_token: null,
    chat_template: model.chatTemplate,
  };
}

/** vLLM's /detokenize. */
export function detokenize(body: unknown, service: Service): object {
  const { model, tokens } = checkFields(idsSchema, body);
  checkModel(model, service.name);
  const place = tokens.findIndex((token) => token >= service.model.vocabularySize);
  if (place >= 0) {
    const param = `tokens[${place}]`;
    throw new ApiError(400, `${param}: ${tokens[place]} is no token of this model`, { param });
  }
  return { prompt: service.vocabulary.join(tokens) };
}
