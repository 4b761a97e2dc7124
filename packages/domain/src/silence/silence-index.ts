/**
 * Which silences match an alert, and which of them mute it now.
 *
 * What matches depends on labels only, so the answer of `matching` may be kept with `version`, which
 * changes only when it may have changed; whether a silence is active is asked each time. Looking up goes
 * through `MatcherIndex`: of 1,000 silences an alert tries a handful.
 */
import {
  MatcherIndex,
  tryCompileMatcher,
  type Matcher,
  type RegexCache,
} from "../matcher/index.ts";
import {
  compareText,
  type LabelSet,
  type MatcherSpec,
  type SilenceRecord,
} from "../model/index.ts";
import { sameMatcherSets } from "./matcher-sets.ts";
import { judgedAtMs, silenceState } from "./state.ts";

interface Entry {
  record: SilenceRecord;
  readonly sets: readonly (readonly Matcher[])[];
}

export class SilenceIndex {
  readonly #regexes: RegexCache | undefined;
  readonly #entries = new Map<string, Entry>();
  readonly #matchers = new MatcherIndex<string>();
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

  /** How many lists of matchers have been asked so far. */
  get triedCount(): number {
    return this.#matchers.triedCount;
  }

  /** What `matching` may take for each character of a label, see `patternCost`. */
  get regexSteps(): number {
    return this.#matchers.regexSteps;
  }

  get(id: string): SilenceRecord | undefined {
    return this.#entries.get(id)?.record;
  }

  /** All records in the order in which they came. */
  values(): Iterable<SilenceRecord> {
    return this.#entries.values().map((entry) => entry.record);
  }

  /** Adds a silence or replaces the one with its ID. A matcher set with a bad regex never matches. */
  set(record: SilenceRecord): void {
    const known = this.#entries.get(record.id);
    if (known !== undefined && sameMatcherSets(known.record.matcherSets, record.matcherSets)) {
      known.record = record;
      return;
    }
    if (known !== undefined) this.#unfile(known);
    const sets = record.matcherSets.flatMap((set) => {
      const matchers = this.#compile(set);
      return matchers === undefined ? [] : [matchers];
    });
    for (const set of sets) this.#matchers.add(set, record.id);
    this.#entries.set(record.id, { record, sets });
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
    const ids = this.#matchers.matching(labels);
    return ids.length < 2 ? ids : [...new Set(ids)].sort(compareText);
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

  #compile(set: readonly MatcherSpec[]): readonly Matcher[] | undefined {
    const matchers: Matcher[] = [];
    for (const spec of set) {
      const result = tryCompileMatcher(spec, this.#regexes);
      if (!result.ok) return undefined;
      matchers.push(result.matcher);
    }
    // An empty set would match everything; no valid silence has one.
    return matchers.length === 0 ? undefined : matchers;
  }

  #unfile(entry: Entry): void {
    for (const set of entry.sets) this.#matchers.delete(set, entry.record.id);
  }
}
