import { z } from "zod";
import type { Message, Role } from "../core/candidate.ts";
import type { TokenIds } from "../core/model.ts";
import { ApiError } from "./api-error.ts";
import type { Service } from "./service.ts";

const textPart = z.strictObject({ type: z.literal("text"), text: z.string() });

/** A message as OpenAI writes it. */
export interface ChatMessage {
  readonly role: Role;
  readonly content: string | readonly { readonly type: "text"; readonly text: string }[];
}

/** A conversation of texts. */
export const MESSAGES: z.ZodType<readonly ChatMessage[]> = z
  .array(
    z.strictObject({
      role: z.enum(["system", "user", "assistant"]),
      content: z.union([z.string(), z.array(textPart).min(1)], {
        error: "expected a text or parts of the type text",
      }),
    }),
  )
  .min(1);

/** Token ids of a conversation as the model's template writes it. Rejects with an ApiError where it has none. */
export async function conversationTokens(
  messages: readonly ChatMessage[],
  options: { readonly addGenerationPrompt: boolean },
  { model, name }: Service,
): Promise<TokenIds> {
  if (model.capabilities.chat) return model.encodeConversation(messages.map(plainMessage), options);
  throw new ApiError(400, `${name} has no chat template: use /v1/completions`, {
    param: "messages",
    code: "no_chat_template",
  });
}

function plainMessage({ role, content }: ChatMessage): Message {
  return {
    role,
    content: typeof content === "string" ? content : content.map(({ text }) => text).join(""),
  };
}
