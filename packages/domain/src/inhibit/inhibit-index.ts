/**
 * Which firing alert inhibits an alert.
 *
 * For each rule the sources are filed by their values of the `equal` labels, so a target looks in one
 * place. A target that matches the source side too must not be inhibited by a source that matches the
 * target side too, or alerts would inhibit one another or themselves; hence each place has two sets of
 * sources, one-sided and two-sided, and such a target asks only the first.
 *
 * Upstream remembers one source for each place, and forgets that others fire when it ends, when it is
 * excluded as two-sided, or when another ended one is collected. Here all are kept: a target is inhibited
 * while any firing source qualifies. So this inhibits more than upstream in those cases, and never less.
 */
import { ZERO_TIME_MS } from "../alert/index.ts";
import { matchesAll } from "../matcher/index.ts";
import { labelValue, type Fingerprint, type LabelSet } from "../model/index.ts";
import type { InhibitRule } from "./rule.ts";
import { SourceSet, type SourceEnd } from "./source-set.ts";

/** An alert as the index wants it. */
export interface InhibitSource {
  readonly fp: Fingerprint;
  readonly labels: LabelSet;
  /** Go's zero time: it never ends. */
  readonly endsAtMs: number;
}

interface Place {
  readonly oneSided: SourceSet;
  readonly twoSided: SourceSet;
}

/** Stands between values in the key of a place: half a character, which no valid value contains. */
const SEPARATOR = "\udfff";
const NONE: readonly Fingerprint[] = [];

export class InhibitIndex {
  readonly #rules: readonly InhibitRule[];
  /** For each rule the places by key. */
  readonly #places: readonly Map<string, Place>[];
  #version = 0;

  constructor(rules: readonly InhibitRule[]) {
    this.#rules = rules;
    this.#places = rules.map(() => new Map<string, Place>());
  }

  /**
   * Changes when an answer may have changed other than by the passing of time. An answer `inhibited` also
   * ends with the source's `endsAtMs`, as `findInhibitor` gives it.
   */
  get version(): number {
    return this.#version;
  }

  /** Adds an alert, firing or not, or takes its new end. Alerts that match no source side cost nothing more. */
  upsert(source: InhibitSource, nowMs: number): void {
    const endsAtMs = source.endsAtMs === ZERO_TIME_MS ? Number.POSITIVE_INFINITY : source.endsAtMs;
    for (const [index, rule] of this.#rules.entries()) {
      if (!matchesAll(rule.sourceMatchers, source.labels)) continue;
      const set = this.#setFor(index, source.labels);
      const before = set.last;
      set.set(source.fp, endsAtMs);
      // A re-sent alert only ends later: every answer stays as it is.
      const wasFiring = before !== undefined && before.endsAtMs > nowMs;
      const endsEarlier = before !== undefined && (set.last?.endsAtMs ?? 0) < before.endsAtMs;
      if (!wasFiring || endsEarlier) this.#version += 1;
    }
  }

  /** Forgets an alert; the others that inhibit the same targets stay. */
  remove(fp: Fingerprint, labels: LabelSet): void {
    for (const [index, rule] of this.#rules.entries()) {
      const places = this.#places[index];
      const key = placeKey(rule, labels);
      const place = places?.get(key);
      if (place === undefined) continue;
      const wasThere = [place.oneSided.delete(fp), place.twoSided.delete(fp)].includes(true);
      if (wasThere) this.#version += 1;
      if (place.oneSided.isEmpty && place.twoSided.isEmpty) places?.delete(key);
    }
  }

  /** The alert that inhibits these labels now, by the first rule that has one (S-71); else nothing. */
  findInhibitor(labels: LabelSet, nowMs: number): SourceEnd | undefined {
    for (const [index, rule] of this.#rules.entries()) {
      const places = this.#places[index];
      if (places === undefined || places.size === 0) continue;
      if (!matchesAll(rule.targetMatchers, labels)) continue;
      const place = places.get(placeKey(rule, labels));
      if (place === undefined) continue;
      const { last } = place.oneSided;
      if (last !== undefined && last.endsAtMs > nowMs) return last;
      const other = place.twoSided.last;
      if (other === undefined || other.endsAtMs <= nowMs) continue;
      if (!matchesAll(rule.sourceMatchers, labels)) return other;
    }
    return undefined;
  }

  /** The fingerprints that the API shows: one or none. */
  inhibitedBy(labels: LabelSet, nowMs: number): readonly Fingerprint[] {
    const inhibitor = this.findInhibitor(labels, nowMs);
    return inhibitor === undefined ? NONE : [inhibitor.fp];
  }

  #setFor(index: number, labels: LabelSet): SourceSet {
    // There is a map of places for each rule.
    const rule = this.#rules[index] as InhibitRule;
    const places = this.#places[index] as Map<string, Place>;
    const key = placeKey(rule, labels);
    const known = places.get(key);
    const place = known ?? { oneSided: new SourceSet(), twoSided: new SourceSet() };
    if (known === undefined) places.set(key, place);
    return matchesAll(rule.targetMatchers, labels) ? place.twoSided : place.oneSided;
  }
}

function placeKey(rule: InhibitRule, labels: LabelSet): string {
  const [only] = rule.equal;
  if (only === undefined) return "";
  if (rule.equal.length === 1) return labelValue(labels, only);
  return rule.equal.map((name) => labelValue(labels, name)).join(SEPARATOR);
}
