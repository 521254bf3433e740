/**
 * For those who write a model of their own: what every implementation must do.
 * @module
 */
export { type ContractCase, LANGUAGE_MODEL_CONTRACT } from "./language-model-contract.ts";
export { SCORING_CASES } from "./scoring-contract.ts";
