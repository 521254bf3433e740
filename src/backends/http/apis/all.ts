import type { ApiName } from "../../../core/endpoint.ts";
import type { ScoringApi } from "../scoring-api.ts";
import { FIREWORKS } from "./fireworks.ts";
import { OPENAI_ECHO } from "./openai-echo.ts";
import { PMPO } from "./pmpo.ts";
import { SGLANG } from "./sglang.ts";
import { VLLM } from "./vllm.ts";

/** Every interface by its name. */
export const APIS: Readonly<Record<ApiName, ScoringApi>> = {
  vllm: VLLM,
  sglang: SGLANG,
  "openai-echo": OPENAI_ECHO,
  fireworks: FIREWORKS,
  pmpo: PMPO,
};
