import type { ScoringApi } from "../scoring-api.ts";
import { VLLM } from "./vllm.ts";

/** `pmpo serve`, which speaks as vLLM does. */
export const PMPO: ScoringApi = {
  ...VLLM,
  name: "pmpo",
  label: "pmpo serve",
  prefixSharingNote:
    "beginnings of prompts that are scored at the same time are shared, which is not told",
};
