import { PmpoError } from "../../core/errors.ts";
import { type ProviderName, USUAL_KEYS } from "../../core/provider.ts";

/** The client's error with what to do about it at a service that writes texts. */
export function withHints(
  error: PmpoError,
  { provider, model }: { readonly provider: ProviderName | null; readonly model: string },
): PmpoError {
  const hints: Readonly<Record<string, string>> = {
    ENDPOINT_UNAUTHORIZED:
      provider === null
        ? "Name the environment variable that holds its key: `key` of the model in pmpo.yaml."
        : `Is the key in ${USUAL_KEYS[provider]}, or in the variable that \`key\` names, valid for this model?`,
    ENDPOINT_NOT_FOUND: `Is there a model "${model}" here, and does the address take chat completions?`,
    ENDPOINT_BUSY:
      "Ask less at a time: lower `concurrency` of the model. Or is the credit used up?",
    ENDPOINT_TIMEOUT: "Raise `timeoutSeconds` of the model.",
  };
  const hint = hints[error.code];
  return hint === undefined
    ? error
    : new PmpoError(error.kind, error.code, error.message, { hint, cause: error });
}
