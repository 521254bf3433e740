import type { ReadData } from "../../project/read-data.ts";
import { grouped } from "../../report/numbers.ts";
import type { Output } from "../context.ts";

/** Tells on one line each what was left out of the data. */
export function dataReporter(output: Output): (read: ReadData) => void {
  return ({ files, dataset }) => {
    const { sampled, examples } = dataset;
    if (sampled === undefined) return;
    const { fromRows, seed } = sampled;
    output.write(
      `${files.name}: kept ${grouped(examples.length)} of ${grouped(fromRows)} rows, seed ${seed}\n`,
    );
  };
}
