import koffi from "koffi";
import type { NativeStruct } from "./layouts.ts";
import type { Library } from "./library.ts";
import type { PlannedToken } from "./plan.ts";

interface BatchCapacity {
  readonly tokens: number;
  /** Sequences that one token may belong to. */
  readonly sequences: number;
}

/** A native batch, and how one of its places is filled. */
export interface BatchViews {
  readonly native: NativeStruct;
  put(index: number, token: PlannedToken, output: boolean): void;
}

/** A batch whose C arrays are written through typed arrays: no call per token. */
export function createBatch(library: Library, capacity: BatchCapacity): BatchViews {
  const native = library.batchInit(capacity.tokens, 0, capacity.sequences);
  const int32 = (field: string): Int32Array =>
    new Int32Array(koffi.view(native[field], capacity.tokens * Int32Array.BYTES_PER_ELEMENT));
  const tokens = int32("token");
  const positions = int32("pos");
  const sequenceCounts = int32("n_seq_id");
  const outputs = new Int8Array(koffi.view(native["logits"], capacity.tokens));
  const sequences = Array.from({ length: capacity.tokens }, (_, index) => {
    const row: unknown = koffi.decode(native["seq_id"], index * 8, "void*");
    return new Int32Array(koffi.view(row, capacity.sequences * Int32Array.BYTES_PER_ELEMENT));
  });
  return {
    native,
    put: (index, token, output) => {
      tokens[index] = token.token;
      positions[index] = token.position;
      sequenceCounts[index] = token.sequences.length;
      outputs[index] = output ? 1 : 0;
      (sequences[index] as Int32Array).set(token.sequences);
    },
  };
}
