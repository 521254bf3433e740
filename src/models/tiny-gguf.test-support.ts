/** A metadata value of a made-up GGUF file; numbers are written as unsigned 32 bit. */
type TinyValue = string | number | boolean | readonly string[] | readonly number[];

export interface TinyGguf {
  readonly version?: number;
  readonly metadata?: Readonly<Record<string, TinyValue>>;
  /** [name, dimensions, type number, bytes]; the data is a repeated byte. */
  readonly tensors?: readonly (readonly [string, readonly number[], number, number])[];
  readonly fill?: number;
}

const ALIGNMENT = 32;

const u32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
};

const u64 = (value: number | bigint): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
};

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([u64(bytes.length), bytes]);
};

function typed(value: TinyValue): Buffer {
  if (typeof value === "string") return Buffer.concat([u32(8), text(value)]);
  if (typeof value === "number") return Buffer.concat([u32(4), u32(value)]);
  if (typeof value === "boolean") return Buffer.concat([u32(7), Buffer.from([Number(value)])]);
  const isText = value.every((element) => typeof element === "string");
  const elements = value.map((element) =>
    typeof element === "string" ? text(element) : u32(element),
  );
  return Buffer.concat([u32(9), u32(isText ? 8 : 4), u64(value.length), ...elements]);
}

const padded = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** The bytes of a small, whole GGUF file; by default one that says it is a llama model of 64 numbers. */
export function tinyGguf({ version = 3, metadata, tensors, fill = 1 }: TinyGguf = {}): Buffer {
  const entries = Object.entries(metadata ?? { "general.architecture": "llama" });
  const infos = tensors ?? [["token_embd.weight", [64], 0, 256]];
  const header: Buffer[] = [
    Buffer.from("GGUF"),
    u32(version),
    u64(infos.length),
    u64(entries.length),
  ];
  for (const [key, value] of entries) header.push(text(key), typed(value));
  let offset = 0;
  for (const [name, dimensions, type, bytes] of infos) {
    header.push(text(name), u32(dimensions.length), ...dimensions.map(u64), u32(type), u64(offset));
    offset += padded(bytes);
  }
  const head = Buffer.concat(header);
  const last = infos.at(-1);
  const dataBytes = last === undefined ? 0 : offset - padded(last[3]) + last[3];
  const gap = last === undefined ? 0 : padded(head.length) - head.length;
  return Buffer.concat([head, Buffer.alloc(gap), Buffer.alloc(dataBytes, fill)]);
}
