import type { LanguageModelV3 } from "@ai-sdk/provider";
import type { ProviderName } from "../../core/provider.ts";

/** Where a model's service is, and how requests get there. */
export interface SdkSettings {
  /** With the version at its end. */
  readonly baseUrl: string;
  readonly key: string | null;
  readonly fetch: typeof globalThis.fetch;
}

/** A service as the Vercel AI SDK speaks to it. */
interface Provider {
  readonly label: string;
  readonly url: string;
  open(model: string, settings: SdkSettings): Promise<LanguageModelV3>;
}

/** Each package is loaded when a model of its service is opened. */
export const PROVIDERS: Readonly<Record<ProviderName, Provider>> = {
  openai: {
    label: "OpenAI",
    url: "https://api.openai.com/v1",
    open: async (model, settings) => {
      const { createOpenAI } = await import("@ai-sdk/openai");
      return createOpenAI(sdkOptions(settings)).chat(model);
    },
  },
  anthropic: {
    label: "Anthropic",
    url: "https://api.anthropic.com/v1",
    open: async (model, settings) => {
      const { createAnthropic } = await import("@ai-sdk/anthropic");
      return createAnthropic(sdkOptions(settings))(model);
    },
  },
  google: {
    label: "Google",
    url: "https://generativelanguage.googleapis.com/v1beta",
    open: async (model, settings) => {
      const { createGoogleGenerativeAI } = await import("@ai-sdk/google");
      return createGoogleGenerativeAI(sdkOptions(settings))(model);
    },
  },
  mistral: {
    label: "Mistral",
    url: "https://api.mistral.ai/v1",
    open: async (model, settings) => {
      const { createMistral } = await import("@ai-sdk/mistral");
      return createMistral(sdkOptions(settings))(model);
    },
  },
};

/** A model behind OpenAI's chat completions at any address. */
export async function openChat(
  model: string,
  { baseUrl, key, fetch }: SdkSettings,
): Promise<LanguageModelV3> {
  const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
  const provider = createOpenAICompatible({
    name: "chat",
    baseURL: baseUrl,
    fetch,
    ...(key === null ? {} : { apiKey: key }),
  });
  return provider.chatModel(model);
}

function sdkOptions({ baseUrl, key, fetch }: SdkSettings): {
  readonly baseURL: string;
  readonly apiKey: string;
  readonly fetch: typeof globalThis.fetch;
} {
  return { baseURL: baseUrl, apiKey: key ?? "", fetch };
}
