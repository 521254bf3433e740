import type { LocalModel } from "../core/local-model.ts";

/** A model's tokens as texts, read once: the engine may be busy when an answer is written down. */
export class Vocabulary {
  readonly #bytes: readonly Uint8Array[];
  readonly #texts: readonly string[];

  private constructor(bytes: readonly Uint8Array[], texts: readonly string[]) {
    this.#bytes = bytes;
    this.#texts = texts;
  }

  static async of(model: LocalModel): Promise<Vocabulary> {
    const all = Int32Array.from({ length: model.vocabularySize }, (_, token) => token);
    const bytes = await model.tokenBytes(all);
    return new Vocabulary(
      bytes.map((each, token) => (model.endTokens.includes(token) ? new Uint8Array() : each)),
      await model.tokenTexts(all),
    );
  }

  /** What a token adds to a text; nothing for control tokens and those that end it. */
  bytes(token: number): Uint8Array {
    return this.#bytes[token] ?? new Uint8Array();
  }

  /** A token's text alone; control tokens by name, byte pieces as replacement characters. */
  text(token: number): string {
    return this.#texts[token] ?? "";
  }

  /** The text of tokens together; control tokens by name. */
  join(tokens: Iterable<number>): string {
    const pieces = [...tokens].map((token) => {
      const bytes = this.bytes(token);
      return bytes.length > 0 ? bytes : Buffer.from(this.text(token));
    });
    return Buffer.concat(pieces).toString("utf8");
  }
}
