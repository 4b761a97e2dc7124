/**
 * Texts that come again and again (label names and values, instances, receivers) are the same text in
 * memory, and mostly they are not even decoded: the bytes are hashed, the slot that the hash names is
 * compared with them, and on a match its text is taken. So a pool costs less than it saves, beyond the
 * memory. A slot holds one text and is simply overwritten: the pool never grows and never asks how
 * often a text is used. Only ASCII is kept; everything else is decoded each time.
 */
const SLOT_COUNT = 8_192;
const TEXT_SIZE_MAX_BYTES = 64;
const SHAPE_COUNT_MAX = 1_024;

/** Shares texts, and lists of label names, between the messages that are decoded with it. */
export class StringPool {
  readonly #texts: (string | undefined)[] = Array.from({ length: SLOT_COUNT });
  readonly #shapes = new Map<string, readonly string[]>();
  #lastShape: readonly string[] = [];

  /** The text in UTF-8 between two places of a buffer. */
  text(bytes: Buffer, start: number, end: number): string {
    const size = end - start;
    if (size === 0) return "";
    if (size > TEXT_SIZE_MAX_BYTES) return bytes.toString("utf8", start, end);
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at += 1) {
      hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
    }
    const slot = (hash ^ (hash >>> 15)) & (SLOT_COUNT - 1);
    const known = this.#texts[slot];
    if (known !== undefined && known.length === size && isAt(known, bytes, start)) return known;
    const text = bytes.toString("utf8", start, end);
    // As many characters as bytes: it is ASCII, and can be compared with bytes one by one. (Or a byte was
    // invalid and became U+FFFD, which then equals no byte: the slot is of no use, and does no harm.)
    if (text.length === size) this.#texts[slot] = text;
    return text;
  }

  /** The shared list equal to `names`: alerts with the same label names share one (see `LabelSet`). */
  shape(names: readonly string[]): readonly string[] {
    if (isSameList(names, this.#lastShape)) return this.#lastShape;
    const key = names.join("\u0000");
    let shape = this.#shapes.get(key);
    // A name may have that character, too.
    if (shape === undefined || !isSameList(names, shape)) {
      if (this.#shapes.size >= SHAPE_COUNT_MAX) this.#shapes.clear();
      shape = names;
      this.#shapes.set(key, shape);
    }
    this.#lastShape = shape;
    return shape;
  }
}

function isAt(text: string, bytes: Buffer, start: number): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) !== bytes[start + at]) return false;
  }
  return true;
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((text, at) => text === right[at]);
}
