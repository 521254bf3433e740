import type { ReadData } from "../../project/read-data.ts";
import { grouped } from "../../report/numbers.ts";
import type { Output } from "../context.ts";

/** Tells on one line each which revision of the hub's data was read, and what was left out. */
export function dataReporter(output: Output): (read: ReadData) => void {
  return ({ asked, files, dataset }) => {
    const { sampled, examples } = dataset;
    if (files.name !== asked) output.write(`${asked} is ${files.name}\n`);
    if (sampled === undefined) return;
    const { fromRows, seed } = sampled;
    output.write(
      `${files.name}: kept ${grouped(examples.length)} of ${grouped(fromRows)} rows, seed ${seed}\n`,
    );
  };
}
