import type { ReadData } from "../../project/read-data.ts";
import { counted, grouped } from "../../report/numbers.ts";
import type { Output } from "../context.ts";

/** Tells on one line each which revision of the hub's data was read, and what was left out. */
export function dataReporter(output: Output): (read: ReadData) => void {
  return ({ asked, files, dataset }) => {
    const { leftOut, sampled, examples } = dataset;
    if (files.name !== asked) output.write(`${asked} is ${files.name}\n`);
    if (leftOut !== undefined) {
      output.write(`${files.name}: left out ${counted(leftOut.rows, "row")}: ${leftOut.because}\n`);
    }
    if (sampled !== undefined) {
      const { fromRows, seed } = sampled;
      output.write(
        `${files.name}: kept ${grouped(examples.length)} of ${grouped(fromRows)} rows, seed ${seed}\n`,
      );
    }
  };
}
