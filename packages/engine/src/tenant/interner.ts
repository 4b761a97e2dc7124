/**
 * One copy of texts that come again and again, and of each list of label names, for all tenants of an
 * instance.
 *
 * ```text
 *   hash(text) ──▶ pair of places ──▶ one of the two is equal: that copy; else the new one moves in in front
 * ```
 *
 * It is no exact pool but a table of fixed size: a text that others pushed out just gets a second copy.
 * What comes often is seldom pushed out, and neither what comes once nor what is sent to fill the table
 * costs more than its place. It takes a tenth of the time of a `Map`, which grows with all that ever came.
 */
import type { LabelSet } from "@tocsin/domain/model";

/** A power of two. */
const PLACE_COUNT = 65_536;
const SHAPE_COUNT_MAX = 10_000;
/** Longer ones are kept as they are: with the number of places this bounds the table. */
const TEXT_MAX_CHARS = 512;

export class Interner {
  readonly #places: (string | undefined)[];
  readonly #shapes = new Map<string, readonly string[]>();
  /** Most alerts have the label names of the one before: that is tried first. */
  #lastShape: readonly string[] = [];

  /** `placeCount`: a power of two. */
  constructor(placeCount: number = PLACE_COUNT) {
    this.#places = Array.from({ length: placeCount }, () => undefined);
  }

  /** An equal text, mostly the same one for equal texts. */
  text(text: string): string {
    if (text.length > TEXT_MAX_CHARS) return text;
    const places = this.#places;
    const front = hash(text) & (places.length - 2);
    const first = places[front];
    if (first === text) return first;
    const second = places[front + 1];
    places[front + 1] = first;
    const kept = second === text ? second : text;
    places[front] = kept;
    return kept;
  }

  /** Label names that share one list with all others of the same names. */
  shape(names: readonly string[]): readonly string[] {
    if (isSameList(names, this.#lastShape)) return this.#lastShape;
    const key = names.join("\0");
    let shape = this.#shapes.get(key);
    // A name may have that character, too.
    if (shape === undefined || !isSameList(names, shape)) {
      if (this.#shapes.size >= SHAPE_COUNT_MAX) this.#shapes.clear();
      shape = names.map((name) => this.text(name));
      this.#shapes.set(key, shape);
    }
    this.#lastShape = shape;
    return shape;
  }

  labels({ names, values }: LabelSet): LabelSet {
    return { names: this.shape(names), values: values.map((value) => this.text(value)) };
  }
}

/** FNV-1a of the code units. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  }
  // The low digits decide about the place: what is in the high ones goes there, too.
  return sum ^ (sum >>> 15);
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at += 1) if (left[at] !== right[at]) return false;
  return true;
}
