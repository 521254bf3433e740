import { type Context, createContext } from "preact";
import { useContext } from "preact/hooks";
import { type LossUnit, lossUnit } from "../report/loss-unit.ts";

/** How the losses of the run are shown that a page is about. */
export const LossUnitContext: Context<LossUnit> = createContext(lossUnit("likelihood"));

export function useLossUnit(): LossUnit {
  return useContext(LossUnitContext);
}
