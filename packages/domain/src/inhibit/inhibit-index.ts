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
import type { InhibitRule, InhibitRules } from "./rule.ts";
import { ALWAYS_LISTENED, SourceSet, type Listened, type SourceEnd } from "./source-set.ts";

/** An alert as the index wants it. */
export interface InhibitSource {
  readonly fp: Fingerprint;
  readonly labels: LabelSet;
  /** Go's zero time: it never ends. */
  readonly endsAtMs: number;
  /** For how long its last post vouched for it. Absent: its end is believed at once. */
  readonly validMs?: number;
}

interface Place {
  readonly oneSided: SourceSet;
  readonly twoSided: SourceSet;
}

/** Stands between values in the key of a place: half a character, which no valid value contains. */
const SEPARATOR = "\udfff";
const NONE: readonly Fingerprint[] = [];
/** Up to so many rules are asked one by one. */
const ASKED_COUNT_MAX = 8;

export class InhibitIndex {
  readonly #rules: InhibitRules;
  /** For each rule that has sources, the places by key. */
  readonly #places = new Map<number, Map<string, Place>>();
  #version = 0;

  constructor(rules: InhibitRules) {
    this.#rules = rules;
  }

  /**
   * Changes when an answer may have changed other than by the passing of time. An answer `inhibited` also
   * ends with the source's `endsAtMs`, as `findInhibitor` gives it.
   */
  get version(): number {
    return this.#version;
  }

  /** Adds an alert, firing or not, or takes its new end. What matches no source side costs nothing more. */
  upsert(source: InhibitSource, nowMs: number): void {
    const end = endOf(source);
    for (const index of this.#rules.withSource(source.labels)) {
      const set = this.#setFor(index, source.labels);
      const before = set.last;
      set.set(end);
      // A re-sent alert only ends later: every answer stays as it is.
      const wasFiring = before !== undefined && before.endsAtMs > nowMs;
      const endsEarlier = before !== undefined && (set.last?.endsAtMs ?? 0) < before.endsAtMs;
      if (!wasFiring || endsEarlier) this.#version += 1;
    }
  }

  /** Forgets an alert; the others that inhibit the same targets stay. */
  remove(fp: Fingerprint, labels: LabelSet): void {
    for (const index of this.#rules.withSource(labels)) {
      const places = this.#places.get(index);
      const key = placeKey(this.#rules.list[index], labels);
      const place = places?.get(key);
      if (place === undefined) continue;
      const wasThere = [place.oneSided.delete(fp), place.twoSided.delete(fp)].includes(true);
      if (wasThere) this.#version += 1;
      if (!place.oneSided.isEmpty || !place.twoSided.isEmpty) continue;
      places?.delete(key);
      if (places?.size === 0) this.#places.delete(index);
    }
  }

  /**
   * The alert that inhibits these labels now, by the first rule that has one (S-71); else nothing.
   * An end that has passed is believed as `listened` says.
   */
  findInhibitor(
    labels: LabelSet,
    nowMs: number,
    listened: Listened = ALWAYS_LISTENED,
  ): SourceEnd | undefined {
    return this.findWithRule(labels, nowMs, listened)?.source;
  }

  /** The same, with the rule. */
  findWithRule(
    labels: LabelSet,
    nowMs: number,
    listened: Listened = ALWAYS_LISTENED,
  ): { readonly rule: InhibitRule; readonly source: SourceEnd } | undefined {
    if (this.#places.size === 0) return undefined;
    let first = Infinity;
    let source: SourceEnd | undefined;
    for (const index of this.#rulesFor(labels)) {
      if (index > first) continue;
      const found = this.#sourceOf(index, labels, { nowMs, listened });
      if (found !== undefined) [first, source] = [index, found];
    }
    const rule = this.#rules.list[first];
    return rule && source && { rule, source };
  }

  /** The rules with this target, in no order, as far as they have sources: thousands may have none. */
  #rulesFor(labels: LabelSet): Iterable<number> {
    if (this.#places.size > ASKED_COUNT_MAX) return this.#rules.withTarget(labels);
    return this.#places
      .keys()
      .filter((index) => matchesAll(this.#rules.list[index]?.targetMatchers ?? [], labels));
  }

  /** The source by which a rule inhibits these labels, which are a target of it. */
  #sourceOf(
    index: number,
    labels: LabelSet,
    { nowMs, listened }: { readonly nowMs: number; readonly listened: Listened },
  ): SourceEnd | undefined {
    const rule = this.#rules.list[index];
    const place = this.#places.get(index)?.get(placeKey(rule, labels));
    if (rule === undefined || place === undefined) return undefined;
    const source = place.oneSided.firing(nowMs, listened);
    if (source !== undefined) return source;
    const other = place.twoSided.firing(nowMs, listened);
    return other !== undefined && !matchesAll(rule.sourceMatchers, labels) ? other : undefined;
  }

  /** The fingerprints that the API shows: one or none. */
  inhibitedBy(labels: LabelSet, nowMs: number): readonly Fingerprint[] {
    const inhibitor = this.findInhibitor(labels, nowMs);
    return inhibitor === undefined ? NONE : [inhibitor.fp];
  }

  #setFor(index: number, labels: LabelSet): SourceSet {
    const rule = this.#rules.list[index];
    const places = this.#places.get(index) ?? new Map<string, Place>();
    this.#places.set(index, places);
    const key = placeKey(rule, labels);
    const known = places.get(key);
    const place = known ?? { oneSided: new SourceSet(), twoSided: new SourceSet() };
    if (known === undefined) places.set(key, place);
    const isTwoSided = matchesAll(rule?.targetMatchers ?? [], labels);
    return isTwoSided ? place.twoSided : place.oneSided;
  }
}

function endOf({ fp, endsAtMs, validMs = 0 }: InhibitSource): SourceEnd {
  const isEndless = endsAtMs === ZERO_TIME_MS;
  return isEndless ? { fp, endsAtMs: Infinity, validMs: Infinity } : { fp, endsAtMs, validMs };
}

function placeKey(rule: InhibitRule | undefined, labels: LabelSet): string {
  const equal = rule?.equal ?? [];
  const [only] = equal;
  if (only === undefined) return "";
  if (equal.length === 1) return labelValue(labels, only);
  return equal.map((name) => labelValue(labels, name)).join(SEPARATOR);
}
