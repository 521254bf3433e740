import { expect, test } from "vitest";
import type * as Libraries from "../../src/backends/llama-cpp/library.ts";
import type * as Models from "../../src/backends/llama-cpp/native-model.ts";
import type * as Checks from "../../src/backends/llama-cpp/self-check.ts";
import { built } from "../built.ts";
import { smollm2 } from "../model.ts";

const FOLDER = "backends/llama-cpp";
const { loadLibrary } = (await built(`${FOLDER}/library.js`)) as typeof Libraries;
const { NativeModel } = (await built(`${FOLDER}/native-model.js`)) as typeof Models;
const { findSharingObstacle } = (await built(`${FOLDER}/self-check.js`)) as typeof Checks;

test("a library whose restored trunks give other numbers keeps a model from sharing prefixes", async () => {
  let restored = 0;
  /** Puts back what was evaluated for the same tokens in another order. */
  class Forgetful extends NativeModel {
    #entered = false;

    override enterTrunk(
      ...[trunk, prefixes]: Parameters<Models.NativeModel["enterTrunk"]>
    ): number {
      const isSecond = trunk.length > 0 && this.#entered;
      this.#entered = trunk.length > 0;
      if (!isSecond) return super.enterTrunk(trunk, prefixes);
      restored++;
      return super.enterTrunk(trunk.toReversed(), prefixes);
    }
  }
  const options = {
    path: await smollm2("q8_0"),
    threads: 1,
    gpu: "off",
    contextTokens: 256,
    mapWeights: true,
  } as const;
  const library = loadLibrary("off");
  using sound = new NativeModel(library, options);
  expect(findSharingObstacle(sound)).toBeNull();
  using forgetful = new Forgetful(library, options);
  expect(findSharingObstacle(forgetful)).toMatch(/^a check at load gave numbers that differ by /);
  expect(restored).toBe(1);
});
