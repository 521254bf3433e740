import { modelError, type PmpoError } from "../../core/errors.ts";
import type { EstimatingApiName, ScoringApiName, TextScoringApiName } from "../../core/endpoint.ts";
import { ACCURACY_INSTEAD } from "../../core/scoring-mode.ts";

/** What a server is by what it says of whose its models are. */
type KnownServer =
  | {
      readonly label: string;
      readonly api: ScoringApiName | TextScoringApiName;
      readonly slowApi?: undefined;
    }
  | {
      readonly label: string;
      readonly api: null;
      /** An interface that is spoken where it is asked for, because it takes long. */
      readonly slowApi?: ScoringApiName;
      /** What estimates are made through. */
      readonly estimatingApi?: EstimatingApiName;
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
  library: { label: "Ollama", ...OF_GGUF, estimatingApi: "chat-stepwise" },
  ollama: { label: "Ollama", ...OF_GGUF, estimatingApi: "chat-stepwise" },
  organization_owner: { label: "LM Studio", ...OF_GGUF, estimatingApi: "completions-stepwise" },
  deepseek: {
    label: "DeepSeek",
    api: null,
    says: OWN_WORDS,
    instead: "Score a model with open weights.",
    estimatingApi: "deepseek",
  },
  lmdeploy: { label: "LMDeploy", api: "lmdeploy" },
  me: { label: "llama-cpp-python", api: "llama-cpp-python" },
};

/** The server that says `owned_by` so of its models; undefined for an unknown one. */
export function serverOwning(ownedBy: string | undefined): KnownServer | undefined {
  return ownedBy === undefined ? undefined : BY_OWNER[ownedBy.toLowerCase()];
}

/** How an estimate is asked for. */
export const ASK_FOR_ESTIMATE =
  "With `stepwise: true` of the model, or --stepwise, answers are estimated, by one request for each of their tokens: docs/guide/servers.md says what that is worth.";

/** The refusal of a server that cannot score. */
export function cannotScore(
  url: string,
  { label, says, instead, estimatingApi }: Extract<KnownServer, { readonly api: null }>,
): PmpoError {
  const estimate = estimatingApi === undefined ? "" : ` ${ASK_FOR_ESTIMATE}`;
  return modelError("ENDPOINT_CANNOT_SCORE", `${url} is ${label}: it says ${says}`, {
    hint: `${instead}${estimate} ${ACCURACY_INSTEAD} As rewriter or judge it serves as it is.`,
  });
}
