import type { TextScoringApiName } from "../../../core/endpoint.ts";
import { LLAMA_CPP_PYTHON } from "./llama-cpp-python.ts";
import { LMDEPLOY } from "./lmdeploy.ts";
import type { TextScoringApi } from "./text-api.ts";
import { TGI } from "./tgi.ts";
import { TOGETHER } from "./together.ts";

export const TEXT_APIS: Readonly<Record<TextScoringApiName, TextScoringApi>> = {
  tgi: TGI,
  together: TOGETHER,
  lmdeploy: LMDEPLOY,
  "llama-cpp-python": LLAMA_CPP_PYTHON,
};
