/**
 * Which silences match an alert, and which of them mute it now.
 *
 * What matches depends on labels only, so the answer of `matching` may be kept with `version`, which
 * changes only when it may have changed; whether a silence is active is asked each time. Looking up goes
 * through `MatcherIndex`: of 1,000 silences an alert tries a handful. Where that is work, as with regular
 * expressions, an answer that was kept is brought up to date: only the silences that came, went or match
 * something else since are asked. So one more silence costs an alert one question, however many there are.
 */
import { atOnce, type Steps } from "@tocsin/foundation";
import {
  askingCost,
  matchesAll,
  MatcherIndex,
  tryCompileMatcher,
  workOnLabels,
  type AskingCost,
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

/** What `matching` said at a version. */
export interface KnownMatching {
  readonly version: number;
  readonly ids: readonly string[];
}

/** What made one version. */
interface Change {
  readonly id: string;
  /** What asking the silences of all changes before may take. */
  readonly costBefore: AskingCost;
}

/** So many are known at least: an answer that is much older is not brought up to date. */
const CHANGES_MAX = 1_000;

export class SilenceIndex {
  readonly #regexes: RegexCache | undefined;
  readonly #entries = new Map<string, Entry>();
  readonly #matchers = new MatcherIndex<string>();
  #version: number;
  /** Those that made the last versions, the newest last. */
  readonly #changes: Change[] = [];
  #costOfAll: AskingCost = { steps: 0, lookUps: 0 };
  #triedSince = 0;

  /** Its versions follow `version`. */
  constructor(regexes?: RegexCache, version = 0) {
    this.#regexes = regexes;
    this.#version = version;
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
    return this.#matchers.triedCount + this.#triedSince;
  }

  /** What `matchingSince` may take for an answer of this version, see `MatcherIndex.workOf`. */
  workSince(version: number, labels: LabelSet): number {
    if (version === this.#version) return 0;
    const work = this.#matchers.workOf(labels);
    return work === 0 ? 0 : Math.min(work, this.#workOfChanges(version, labels));
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
    this.#note(record.id, sets.flat());
  }

  delete(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    this.#unfile(entry);
    this.#entries.delete(id);
    this.#note(id, []);
    return true;
  }

  /** The IDs of all silences whose matchers match, in whatever state, sorted. */
  matching(labels: LabelSet): readonly string[] {
    const ids = this.#matchers.matching(labels);
    return ids.length < 2 ? ids : [...new Set(ids)].sort(compareText);
  }

  /** The same for labels of which an earlier answer is known. */
  matchingSince(labels: LabelSet, known: KnownMatching): readonly string[] {
    if (known.version === this.#version) return known.ids;
    if (!this.#asksChanges(known.version, labels)) return this.matching(labels);
    return atOnce(this.#withChanges(labels, known));
  }

  /**
   * The same in steps, for when it takes long: what is true of this version, whatever comes meanwhile. Yields
   * before each list of matchers what it may take.
   */
  *matchingSinceSteps(labels: LabelSet, known: KnownMatching): Steps<readonly string[]> {
    if (known.version === this.#version) return known.ids;
    if (this.#asksChanges(known.version, labels)) {
      return yield* this.#withChanges(labels, known);
    }
    return [...new Set(yield* this.#matchers.matchingSteps(labels))].sort(compareText);
  }

  *#withChanges(labels: LabelSet, known: KnownMatching): Steps<readonly string[]> {
    const ids = new Set(known.ids);
    const workOf = workOnLabels(labels);
    for (const { id } of this.#changes.slice(known.version - this.#version)) {
      const sets = this.#entries.get(id)?.sets ?? [];
      for (const set of sets) yield workOf(askingCost(set));
      this.#triedSince += sets.length;
      if (sets.some((set) => matchesAll(set, labels))) ids.add(id);
      else ids.delete(id);
    }
    return [...ids].sort(compareText);
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

  #note(id: string, matchers: readonly Matcher[]): void {
    this.#version += 1;
    this.#changes.push({ id, costBefore: this.#costOfAll });
    const { steps, lookUps } = askingCost(matchers);
    const before = this.#costOfAll;
    // To ask a silence is a step, too.
    this.#costOfAll = { steps: before.steps + 1 + steps, lookUps: before.lookUps + lookUps };
    if (this.#changes.length >= 2 * CHANGES_MAX) this.#changes.splice(0, CHANGES_MAX);
  }

  /** Whether it is less work to ask the silences that changed since this version than all. */
  #asksChanges(version: number, labels: LabelSet): boolean {
    const work = this.#matchers.workOf(labels);
    return work > 0 && this.#workOfChanges(version, labels) < work;
  }

  #workOfChanges(version: number, labels: LabelSet): number {
    const before = this.#changes.at(version - this.#version)?.costBefore;
    if (before === undefined) return Infinity;
    return workOnLabels(labels)({
      steps: this.#costOfAll.steps - before.steps,
      lookUps: this.#costOfAll.lookUps - before.lookUps,
    });
  }

  #unfile(entry: Entry): void {
    for (const set of entry.sets) this.#matchers.delete(set, entry.record.id);
  }
}
