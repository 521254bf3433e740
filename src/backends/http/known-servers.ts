import { modelError, type PmpoError } from "../../core/errors.ts";
import type { ScoringApiName } from "../../core/endpoint.ts";
import { ACCURACY_INSTEAD } from "../../core/scoring-mode.ts";

/** What a server is by what it says of whose its models are. */
type KnownServer =
  | { readonly label: string; readonly api: ScoringApiName }
  | {
      readonly label: string;
      readonly api: null;
      /** An interface that is spoken where it is asked for, because it takes long. */
      readonly slowApi?: ScoringApiName;
      /** What it says instead of how likely each token of a given answer is. */
      readonly says: string;
      readonly instead: string;
    };

const OWN_WORDS =
  "how likely the tokens are that it writes itself, and not how likely a given answer is";

const OF_GGUF = {
  api: null,
  says: OWN_WORDS,
  instead:
    "pmpo scores the GGUF file itself: name it as the model, such as ./model.gguf. Or serve the model with vLLM or SGLang.",
} as const;

const BY_OWNER: Readonly<Record<string, KnownServer>> = {
  vllm: { label: "vLLM", api: "vllm" },
  sglang: { label: "SGLang", api: "sglang" },
  pmpo: { label: "pmpo serve", api: "pmpo" },
  fireworks: { label: "Fireworks", api: "fireworks" },
  llamacpp: {
    label: "llama-server",
    ...OF_GGUF,
    slowApi: "llama-server",
    instead: `${OF_GGUF.instead} \`api: llama-server\` makes the server write each answer token by token: exact, and slow.`,
  },
  library: { label: "Ollama", ...OF_GGUF },
  ollama: { label: "Ollama", ...OF_GGUF },
  organization_owner: { label: "LM Studio", ...OF_GGUF },
  lmdeploy: {
    label: "LMDeploy",
    api: null,
    says: "how likely a whole text is on average, and not how likely each token of an answer is",
    instead: "Serve the model with vLLM or SGLang.",
  },
};

/** The server that says `owned_by` so of its models; undefined for an unknown one. */
export function serverOwning(ownedBy: string | undefined): KnownServer | undefined {
  return ownedBy === undefined ? undefined : BY_OWNER[ownedBy.toLowerCase()];
}

/** The refusal of a server that cannot score. */
export function cannotScore(
  url: string,
  { label, says, instead }: Extract<KnownServer, { readonly api: null }>,
): PmpoError {
  return modelError("ENDPOINT_CANNOT_SCORE", `${url} is ${label}: it says ${says}`, {
    hint: `${instead} ${ACCURACY_INSTEAD} As rewriter or judge it serves as it is.`,
  });
}
