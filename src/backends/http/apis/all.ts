import type { ApiName } from "../../../core/endpoint.ts";
import type { ScoringApi } from "../scoring-api.ts";
import { VLLM } from "./vllm.ts";

/** Every interface by its name. */
export const APIS: Readonly<Record<ApiName, ScoringApi>> = { vllm: VLLM };
