import type { Fingerprint } from "../model/index.ts";

/** A source with the instant of its end; without end both numbers are infinite. */
export interface SourceEnd {
  readonly fp: Fingerprint;
  readonly endsAtMs: number;
  /** For how long its last post vouched for it. */
  readonly validMs: number;
}

/** How long one has listened for a later end: what could have been heard and was not is not. */
export interface Listened {
  /** Whether the end of one that has passed is believed. */
  readonly isOver: (source: Pick<SourceEnd, "endsAtMs" | "validMs">) => boolean;
  /** Until now without a break; what was valid for no longer is believed. Infinite: the clock decides. */
  readonly unbrokenMs: number;
  /** Ends before this instant are believed, however long the alert was valid. */
  readonly enoughSinceMs: number;
}

export const ALWAYS_LISTENED: Listened = {
  isOver: () => true,
  unbrokenMs: Infinity,
  enoughSinceMs: Infinity,
};

/** So many are asked one by one. */
const ASKED_COUNT_MAX = 64;

/**
 * Sources that inhibit the same targets. All of them are kept, since any may outlive the others, but only
 * the one that ends last is asked: if it has ended, all have. It is looked for again only after it was
 * shortened or removed.
 */
export class SourceSet {
  /** Made with the second source: mostly there is one. */
  #sources: Map<Fingerprint, SourceEnd> | undefined;
  #last: SourceEnd | undefined;
  #longest: SourceEnd | undefined;

  get isEmpty(): boolean {
    return this.#sources === undefined ? this.#last === undefined : this.#sources.size === 0;
  }

  /** The source that ends last; undefined if there is none. */
  get last(): SourceEnd | undefined {
    if (this.#last !== undefined || this.#sources === undefined) return this.#last;
    for (const source of this.#sources.values()) {
      if (this.#last === undefined || source.endsAtMs > this.#last.endsAtMs) this.#last = source;
    }
    return this.#last;
  }

  /**
   * A source that still fires: an end that has passed is believed only if a later one could have been heard.
   * Of very many, one that has ended may count for longer after a break in what was heard.
   */
  firing(nowMs: number, listened: Listened): SourceEnd | undefined {
    const { last } = this;
    if (last === undefined || last.endsAtMs > nowMs) return last;
    const { isOver, unbrokenMs, enoughSinceMs } = listened;
    if (unbrokenMs === Infinity || last.endsAtMs <= enoughSinceMs) return undefined;
    if (this.#sources === undefined) return isOver(last) ? undefined : last;
    if (this.#sources.size <= ASKED_COUNT_MAX) {
      return this.#sources.values().find((source) => !isOver(source));
    }
    const longest = this.#findLongest();
    return longest !== undefined && longest.validMs > unbrokenMs ? longest : undefined;
  }

  set(source: SourceEnd): void {
    const { last } = this;
    this.#longest = undefined;
    if (this.#sources === undefined) {
      if (last === undefined || last.fp === source.fp) {
        this.#last = source;
        return;
      }
      this.#sources = new Map([[last.fp, last]]);
    }
    this.#sources.set(source.fp, source);
    if (last === undefined || source.endsAtMs >= last.endsAtMs) this.#last = source;
    else if (last.fp === source.fp) this.#last = undefined;
  }

  delete(fp: Fingerprint): boolean {
    const isLast = this.#last?.fp === fp;
    this.#longest = undefined;
    if (isLast) this.#last = undefined;
    return this.#sources === undefined ? isLast : this.#sources.delete(fp);
  }

  /** Asked for in the first minutes after a start only, so it is not kept up to date. */
  #findLongest(): SourceEnd | undefined {
    if (this.#sources === undefined) return this.#last;
    if (this.#longest !== undefined) return this.#longest;
    for (const source of this.#sources.values()) {
      if (this.#longest === undefined || source.validMs > this.#longest.validMs) {
        this.#longest = source;
      }
    }
    return this.#longest;
  }
}
