import { createHash } from "node:crypto";
import type { ModelIdentity, TokenIds } from "../../core/model.ts";
import type { ServedModel } from "./endpoint-facts.ts";
import type { HttpModelSettings } from "./model-options.ts";
import type { ScoringApi } from "./scoring-api.ts";
import type { ServerTokenizer } from "./server-tokenizer.ts";
import type { ServerWriting } from "./server-writing.ts";
import type { Transport } from "./transport.ts";

/** What was learned of a model when it was opened. */
interface Connection {
  readonly client: Transport;
  readonly options: HttpModelSettings;
  readonly served: ServedModel;
  readonly api: ScoringApi;
  readonly version: string | null;
  readonly writing: ServerWriting;
  readonly tokenizer: ServerTokenizer;
}

/** A text of many kinds of characters: what tells tokenizers apart. */
const TOKENIZER_SAMPLE = "The 12 quick\n\n  foxes' naïve Größe — 東京, \t{x: 3.14}";

/** Weights cannot be seen from here: address, model and tokenizer stand for them. */
export async function identityOf({
  client: { place },
  options: { name },
  served,
  api,
  version,
  writing,
  tokenizer,
}: Connection): Promise<ModelIdentity> {
  const [sample] = await tokenizer.tokenize([TOKENIZER_SAMPLE]);
  const { id, contextTokens } = served;
  // Endpoints that come and go may have the same weights in folders of their own.
  const root = place === null ? null : served.root;
  const facts = JSON.stringify([
    place,
    api.numbersOf ?? api.name,
    id,
    root,
    [...(sample as TokenIds)],
  ]);
  return {
    name,
    weights: createHash("sha256").update(facts).digest("hex"),
    format: root === null || root === id ? id : `${id} (${root})`,
    engine: [
      version === null ? api.label : `${api.label} ${version}`,
      `context ${contextTokens ?? "unknown"}`,
    ].join(", "),
    template: writing.template,
  };
}
