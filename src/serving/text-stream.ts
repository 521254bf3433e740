import { StringDecoder } from "node:string_decoder";

/** Cuts a text that grows by bytes into pieces that are certain to be part of it. */
export class TextStream {
  readonly #decoder = new StringDecoder("utf8");
  readonly #stop: readonly string[];
  #text = "";
  #told = 0;

  /** @param stop what ends the text and is no part of it */
  constructor(stop: readonly string[]) {
    this.#stop = stop;
  }

  /** What is certain since the last time: whole characters that begin no text that would end it. */
  push(bytes: Uint8Array): string {
    this.#text += this.#decoder.write(Buffer.from(bytes));
    return this.#tell(this.#text.slice(0, this.#certainLength()));
  }

  /** The rest, now that the whole text is known. */
  end(text: string): string {
    return this.#tell(text);
  }

  #tell(text: string): string {
    const piece = text.slice(this.#told);
    this.#told = Math.max(this.#told, text.length);
    return piece;
  }

  #certainLength(): number {
    const text = this.#text;
    const lengths = this.#stop.map((stop) => {
      const place = text.indexOf(stop);
      if (place >= 0) return place;
      let begun = Math.min(stop.length - 1, text.length);
      while (begun > 0 && !text.endsWith(stop.slice(0, begun))) begun--;
      return text.length - begun;
    });
    return Math.min(text.length, ...lengths);
  }
}
