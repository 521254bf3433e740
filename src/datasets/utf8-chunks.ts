import { isUtf8 } from "node:buffer";
import { dataError, type PmpoError } from "../core/errors.ts";

const MARK = "\uFEFF";

/** Decodes the bytes of a file as they come; a byte-order mark is dropped, a bad byte refused by its place. */
export async function* decodeUtf8(
  chunks: AsyncIterable<Uint8Array>,
  path: string,
): AsyncGenerator<string> {
  const place = { bytes: 0, lines: 0, isUtf16: false };
  let carried: Uint8Array = new Uint8Array();
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([carried, chunk]);
    if (place.bytes === 0) place.isUtf16 = /^(fffe|feff)/.test(bytes.toString("hex", 0, 2));
    const whole = bytes.subarray(0, bytes.length - unfinishedBytes(bytes));
    if (!isUtf8(whole)) throw notUtf8(whole, path, place);
    const text = whole.toString("utf8");
    if (text !== "") yield place.bytes === 0 && text.startsWith(MARK) ? text.slice(1) : text;
    place.bytes += whole.length;
    place.lines += lineBreaks(whole);
    carried = bytes.subarray(whole.length);
  }
  if (carried.length > 0) throw notUtf8(Buffer.from(carried), path, place);
}

/** How many bytes at the end begin a character that the next chunk goes on with: at most 3. */
function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}

function notUtf8(
  bytes: Buffer,
  path: string,
  before: { readonly bytes: number; readonly lines: number; readonly isUtf16: boolean },
): PmpoError {
  // Invalid bytes decode to U+FFFD, so the text encodes back to the same bytes only where all were valid.
  const again = Buffer.from(bytes.toString("utf8"), "utf8");
  const offset = bytes.findIndex((byte, index) => byte !== again[index]);
  const line = before.lines + lineBreaks(bytes.subarray(0, offset)) + 1;
  return dataError(
    "DATA_NOT_UTF8",
    `${path}, line ${line}: byte ${before.bytes + offset + 1} of the file is not valid UTF-8`,
    before.isUtf16 ? "The file looks like UTF-16. Save it as UTF-8." : "Save the file as UTF-8.",
  );
}

function lineBreaks(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}
