import type { ScoringApiName } from "../../../core/endpoint.ts";
import type { ScoringApi } from "../scoring-api.ts";
import { FIREWORKS } from "./fireworks.ts";
import { LLAMA_SERVER } from "./llama-server.ts";
import { OPENAI_ECHO } from "./openai-echo.ts";
import { PMPO } from "./pmpo.ts";
import { SGLANG } from "./sglang.ts";
import { VLLM } from "./vllm.ts";
import { VLLM_SUFFIX } from "./vllm-suffix.ts";

/** Every interface by its name. */
export const APIS: Readonly<Record<ScoringApiName, ScoringApi>> = {
  vllm: VLLM,
  "vllm-suffix": VLLM_SUFFIX,
  sglang: SGLANG,
  "openai-echo": OPENAI_ECHO,
  fireworks: FIREWORKS,
  "llama-server": LLAMA_SERVER,
  pmpo: PMPO,
};
