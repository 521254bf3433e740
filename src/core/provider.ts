/** Services that write texts and score none, by the name that stands before a model's: `anthropic:claude-sonnet-4-5`. */
export const PROVIDER_NAMES = ["openai", "anthropic", "google", "mistral"] as const;

export type ProviderName = (typeof PROVIDER_NAMES)[number];

/** A model of a service. */
export interface ProviderModel {
  readonly provider: ProviderName;
  /** As the service calls it. */
  readonly model: string;
}

/** Where each service's key usually lies. */
export const USUAL_KEYS: Readonly<Record<ProviderName, string>> = {
  openai: "OPENAI_API_KEY",
  anthropic: "ANTHROPIC_API_KEY",
  google: "GEMINI_API_KEY",
  mistral: "MISTRAL_API_KEY",
};

/** The parts of a model's name; null where it is of no service. */
export function parseProviderModel(name: string): ProviderModel | null {
  const colon = name.indexOf(":");
  const provider = PROVIDER_NAMES.find((each) => each === name.slice(0, Math.max(0, colon)));
  const model = name.slice(colon + 1);
  return provider === undefined || model === "" ? null : { provider, model };
}

export function providerModelName({ provider, model }: ProviderModel): string {
  return `${provider}:${model}`;
}
