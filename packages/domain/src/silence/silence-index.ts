/**
 * Which silences match an alert, without asking each.
 *
 * A matcher set can only match an alert that has the label of any of its `name="value"` matchers. So each
 * set is filed under one of them, the one with the longest value, which is a good guess for the rarest;
 * an alert then looks up its own labels. Sets without such a matcher go into a list that everybody tries.
 * With 1,000 silences an alert tries a handful.
 *
 * What matches depends on labels only, so the answer may be kept with `version`, which changes only when it
 * may have changed; whether a silence is active is asked each time.
 */
import { sameMatcher, tryCompileMatcher, type Matcher, type RegexCache } from "../matcher/index.ts";
import { compareText, labelValue, type LabelSet, type SilenceRecord } from "../model/index.ts";
import { judgedAtMs, silenceState } from "./state.ts";

interface Filed {
  readonly id: string;
  /** The label under which it is filed; undefined for those that everybody tries. */
  readonly under: Matcher | undefined;
  /** The other matchers of the set. */
  readonly rest: readonly Matcher[];
}

interface Entry {
  record: SilenceRecord;
  readonly filed: readonly Filed[];
}

export class SilenceIndex {
  readonly #regexes: RegexCache | undefined;
  readonly #entries = new Map<string, Entry>();
  /** By label name, then by value. */
  readonly #byLabel = new Map<string, Map<string, Filed[]>>();
  #unfiled: Filed[] = [];
  #version = 0;

  constructor(regexes?: RegexCache) {
    this.#regexes = regexes;
  }

  /** Changes when `matching` may answer differently; a new end or comment does not change it. */
  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(id: string): SilenceRecord | undefined {
    return this.#entries.get(id)?.record;
  }

  /** Adds a silence or replaces the one with its ID. A matcher set with a bad regex never matches. */
  set(record: SilenceRecord): void {
    const known = this.#entries.get(record.id);
    if (known !== undefined && sameMatchers(known.record, record)) {
      known.record = record;
      return;
    }
    if (known !== undefined) this.#unfile(known);
    const filed = record.matcherSets.flatMap((_, set) => this.#compileSet(record, set) ?? []);
    this.#entries.set(record.id, { record, filed });
    for (const one of filed) this.#file(one);
    this.#version += 1;
  }

  delete(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    this.#unfile(entry);
    this.#entries.delete(id);
    this.#version += 1;
    return true;
  }

  /** The IDs of all silences whose matchers match, in whatever state, sorted. */
  matching(labels: LabelSet): readonly string[] {
    const ids: string[] = [];
    for (let at = 0; at < labels.names.length; at += 1) {
      // Values stand at the place of their name.
      const byValue = this.#byLabel.get(labels.names[at] as string);
      const filed = byValue?.get(labels.values[at] as string);
      if (filed !== undefined) collectMatching(filed, labels, ids);
    }
    collectMatching(this.#unfiled, labels, ids);
    if (ids.length < 2) return ids;
    return [...new Set(ids)].sort(compareText);
  }

  /** The IDs of the silences that mute the labels now (S-68), sorted. */
  mutedBy(labels: LabelSet, nowMs: number): readonly string[] {
    return this.active(this.matching(labels), nowMs);
  }

  /** Those of the IDs that are active: what is asked of a kept answer of `matching`. */
  active(ids: readonly string[], nowMs: number): readonly string[] {
    if (ids.length === 0) return ids;
    return ids.filter((id) => {
      const record = this.#entries.get(id)?.record;
      if (record === undefined) return false;
      return silenceState(record, judgedAtMs(record, nowMs)) === "active";
    });
  }

  /** All records in the order in which they came. */
  values(): Iterable<SilenceRecord> {
    return this.#entries.values().map((entry) => entry.record);
  }

  #compileSet(record: SilenceRecord, set: number): Filed | undefined {
    const matchers: Matcher[] = [];
    for (const spec of record.matcherSets[set] ?? []) {
      const result = tryCompileMatcher(spec, this.#regexes);
      if (!result.ok) return undefined;
      matchers.push(result.matcher);
    }
    if (matchers.length === 0) return undefined;
    const under = chooseLabel(matchers);
    return { id: record.id, under, rest: matchers.filter((matcher) => matcher !== under) };
  }

  #file(filed: Filed): void {
    if (filed.under === undefined) {
      this.#unfiled.push(filed);
      return;
    }
    const { name, value } = filed.under;
    const byValue = this.#byLabel.get(name) ?? new Map<string, Filed[]>();
    this.#byLabel.set(name, byValue);
    const list = byValue.get(value);
    if (list === undefined) byValue.set(value, [filed]);
    else list.push(filed);
  }

  #unfile(entry: Entry): void {
    for (const filed of entry.filed) {
      if (filed.under === undefined) {
        this.#unfiled = this.#unfiled.filter((other) => other !== filed);
        continue;
      }
      const { name, value } = filed.under;
      const byValue = this.#byLabel.get(name);
      const rest = byValue?.get(value)?.filter((other) => other !== filed) ?? [];
      if (rest.length > 0) byValue?.set(value, rest);
      else byValue?.delete(value);
      if (byValue?.size === 0) this.#byLabel.delete(name);
    }
  }
}

function collectMatching(filed: readonly Filed[], labels: LabelSet, ids: string[]): void {
  for (const { id, rest } of filed) {
    if (rest.every((matcher) => matcher.matches(labelValue(labels, matcher.name)))) ids.push(id);
  }
}

/** The equality matcher with the longest value. One with an empty value has no label to be filed under. */
function chooseLabel(matchers: readonly Matcher[]): Matcher | undefined {
  let chosen: Matcher | undefined;
  for (const matcher of matchers) {
    if (matcher.type !== "=" || matcher.value === "") continue;
    if (chosen === undefined || matcher.value.length > chosen.value.length) chosen = matcher;
  }
  return chosen;
}

function sameMatchers(left: SilenceRecord, right: SilenceRecord): boolean {
  if (left.matcherSets === right.matcherSets) return true;
  return (
    left.matcherSets.length === right.matcherSets.length &&
    left.matcherSets.every((set, index) => {
      const other = right.matcherSets[index] ?? [];
      // The lists have equal lengths.
      return set.length === other.length && set.every((m, at) => sameMatcher(m, other[at] ?? m));
    })
  );
}
