import type { Endpoints } from "../core/endpoint-settings.ts";
import type { Prices } from "../core/prices.ts";
import type { WrittenModel } from "./model-schema.ts";

/** The models of a task file by what they do. */
interface ModelsByRole {
  readonly model: WrittenModel;
  readonly rewriter: WrittenModel | null;
  readonly metric: { readonly judge: WrittenModel | null } | null;
}

/** Where in the file a model stands with other settings than further up. */
export function contradictingRoles({
  model,
  rewriter,
  metric,
}: ModelsByRole): readonly (readonly string[])[] {
  const judge = metric?.judge ?? null;
  return [
    ...(hasOtherSettings(rewriter, model) ? [["rewriter"]] : []),
    ...(hasOtherSettings(judge, model) || hasOtherSettings(judge, rewriter)
      ? [["metric", "judge", "model"]]
      : []),
  ];
}

/** Of one model there is one connection, which cannot be spoken to in two ways. */
function hasOtherSettings(a: WrittenModel | null, b: WrittenModel | null): boolean {
  if (a === null || b === null || a.name !== b.name) return false;
  if (a.settings === null || b.settings === null) return false;
  return JSON.stringify(a.settings) !== JSON.stringify(b.settings);
}

/** How the servers of models are spoken to, by the models' names. */
export function endpointsOf(models: readonly WrittenModel[]): Endpoints {
  return Object.fromEntries(
    models.flatMap(({ name, settings }) => (settings === null ? [] : [[name, settings]])),
  );
}

/** A price under the name that servers have for models is that of each of them. */
export function pricesByAddress(prices: Prices, models: readonly WrittenModel[]): Prices {
  const namesOf = (priced: string): readonly string[] => {
    const served = models.filter(({ servedName }) => servedName === priced);
    return served.length === 0 ? [priced] : served.map(({ name }) => name);
  };
  const entries = Object.entries(prices.models);
  return {
    ...prices,
    models: Object.fromEntries(
      entries.flatMap(([priced, price]) => namesOf(priced).map((name) => [name, price])),
    ),
  };
}
