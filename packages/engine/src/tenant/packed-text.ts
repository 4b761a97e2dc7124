import { deflateSizeFor } from "@tocsin/foundation";
import { deflateRawSync, inflateRawSync } from "node:zlib";

/** Shorter texts do not gain by it. */
const DEFLATE_SIZE_MIN = 256;

/** A text that is kept and seldom read, such as a configuration: deflated, a quarter of its size. */
export class PackedText {
  readonly #packed: string;
  readonly #isDeflated: boolean;

  constructor(text: string) {
    this.#isDeflated = text.length >= DEFLATE_SIZE_MIN;
    // `latin1` makes a string of exactly these bytes; the buffer itself is a view of a larger block.
    this.#packed = this.#isDeflated
      ? deflateRawSync(text, deflateSizeFor(text.length)).toString("latin1")
      : text;
  }

  /** Inflated on each reading. */
  get text(): string {
    if (!this.#isDeflated) return this.#packed;
    return inflateRawSync(Buffer.from(this.#packed, "latin1")).toString("utf8");
  }
}
