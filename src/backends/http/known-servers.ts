import { modelError, type PmpoError } from "../../core/errors.ts";
import type { ApiName } from "../../core/endpoint.ts";

/** What a server is by what it says of whose its models are. */
type KnownServer =
  | { readonly label: string; readonly api: ApiName }
  | { readonly label: string; readonly api: null; readonly instead: string };

const GGUF_INSTEAD =
  "pmpo scores the GGUF file itself: name it as the model, such as ./model.gguf. Or serve the model with vLLM or SGLang.";

const BY_OWNER: Readonly<Record<string, KnownServer>> = {
  vllm: { label: "vLLM", api: "vllm" },
  sglang: { label: "SGLang", api: "sglang" },
  fireworks: { label: "Fireworks", api: "fireworks" },
  llamacpp: { label: "llama-server", api: null, instead: GGUF_INSTEAD },
  library: { label: "Ollama", api: null, instead: GGUF_INSTEAD },
  ollama: { label: "Ollama", api: null, instead: GGUF_INSTEAD },
  organization_owner: { label: "LM Studio", api: null, instead: GGUF_INSTEAD },
};

/** The server that says `owned_by` so of its models; undefined for an unknown one. */
export function serverOwning(ownedBy: string | undefined): KnownServer | undefined {
  return ownedBy === undefined ? undefined : BY_OWNER[ownedBy.toLowerCase()];
}

/** The refusal of a server that cannot score. */
export function cannotScore(
  url: string,
  { label, instead }: Extract<KnownServer, { readonly api: null }>,
): PmpoError {
  return modelError(
    "ENDPOINT_CANNOT_SCORE",
    `${url} is ${label}: it says how likely the tokens are that it writes itself, and not how likely a given answer is`,
    { hint: instead },
  );
}
