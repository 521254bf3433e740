import type { EstimatingApiName } from "../../../core/endpoint.ts";
import { CHAT_STEPWISE, DEEPSEEK } from "./chat.ts";
import { COMPLETIONS_STEPWISE } from "./completions.ts";
import type { StepwiseApi } from "./stepwise-api.ts";

/** Every interface that estimates, by its name. */
export const STEPWISE_APIS: Readonly<Record<EstimatingApiName, StepwiseApi>> = {
  "completions-stepwise": COMPLETIONS_STEPWISE,
  "chat-stepwise": CHAT_STEPWISE,
  deepseek: DEEPSEEK,
};
