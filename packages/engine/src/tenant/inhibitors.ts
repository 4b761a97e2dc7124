import { ageOfHeardMs, formatFingerprint, unbrokenMs } from "@tocsin/domain/alert";
import {
  InhibitIndex,
  type Listened,
  type InhibitRule,
  type InhibitRules,
  type SourceEnd,
} from "@tocsin/domain/inhibit";
import type { LabelSet } from "@tocsin/domain/model";
import type { Digest } from "../peer/index.ts";
import type { AlertEntry } from "./alert-entry.ts";
import {
  CONTACT_SPAN_MAX_MS,
  CONTACT_WANTED_MAX_MS,
  hasFullContact,
  hasRunOut,
  type Judgement,
} from "./judgement.ts";

/**
 * The alerts of one tenant that can inhibit others: those that match the source side of any rule, with
 * their digest, which claims carry. Costs nothing while there are none.
 */
export class Inhibitors {
  readonly #rules: InhibitRules | undefined;
  #index: InhibitIndex | undefined;
  #digestHi = 0;
  #digestLo = 0;
  #size = 0;

  constructor(rules: InhibitRules | undefined) {
    this.#rules = rules;
  }

  get digest(): Digest {
    return { hi: this.#digestHi >>> 0, lo: this.#digestLo >>> 0, count: this.#size };
  }

  /** Changes when `find` may answer differently other than by the passing of time. */
  get version(): number {
    return this.#index?.version ?? 0;
  }

  /** What `find` may take for each character of a label, in steps of regular expressions; a rule is one, too. */
  get regexSteps(): number {
    const rules = this.#rules;
    if (this.#index === undefined || rules === undefined) return 0;
    return rules.targetSteps + rules.list.length;
  }

  /** Takes a new alert in if it is a source, and tells whether it is. */
  add(entry: AlertEntry, nowMs: number): boolean {
    const rules = this.#rules;
    if (rules === undefined || rules.withSource(entry.record).length === 0) return false;
    this.#index ??= new InhibitIndex(rules);
    this.#count(entry, 1);
    this.#file(entry, nowMs);
    return true;
  }

  /** To be called before a source's record is replaced. */
  subtract(entry: AlertEntry): void {
    this.#count(entry, -1);
  }

  /** To be called after a source's record was replaced. */
  update(entry: AlertEntry, nowMs: number): void {
    this.#count(entry, 1);
    this.#file(entry, nowMs);
  }

  /** To be called when a source turns out to be over. */
  over(entry: AlertEntry): void {
    this.#file(entry, entry.record.endsAtMs);
  }

  /** Forgets a source. */
  remove(entry: AlertEntry): void {
    const { record } = entry;
    this.#count(entry, -1);
    this.#index?.remove(formatFingerprint(record.fpHi, record.fpLo), record);
  }

  /** The source that inhibits these labels at this instant, by the clock alone. */
  find(labels: LabelSet, nowMs: number): SourceEnd | undefined {
    return this.#index?.findInhibitor(labels, nowMs);
  }

  /** The same, with the rule that it follows from. */
  findWithRule(
    labels: LabelSet,
    nowMs: number,
  ): { readonly rule: InhibitRule; readonly source: SourceEnd } | undefined {
    return this.#index?.findWithRule(labels, nowMs);
  }

  /** Whether a source that has not ended by this judgement inhibits these labels. */
  inhibits(labels: LabelSet, judgement: Judgement): boolean {
    if (this.#index === undefined) return false;
    const { nowMs, heard } = judgement;
    const listened: Listened = {
      isOver: (source) => hasRunOut(source, judgement),
      unbrokenMs: hasFullContact(judgement) ? Infinity : unbrokenMs(heard),
      enoughSinceMs: nowMs - ageOfHeardMs(heard, CONTACT_WANTED_MAX_MS, CONTACT_SPAN_MAX_MS),
    };
    return this.#index.findInhibitor(labels, nowMs, listened) !== undefined;
  }

  #file({ record, isOver }: AlertEntry, nowMs: number): void {
    const { endsAtMs, updatedAtMs } = record;
    const hasEnded = isOver || endsAtMs <= updatedAtMs;
    this.#index?.upsert(
      {
        fp: formatFingerprint(record.fpHi, record.fpLo),
        labels: record,
        // An end that was reported, or told, is an end also for a clock that is behind.
        endsAtMs: hasEnded ? 0 : endsAtMs,
        validMs: hasEnded ? 0 : endsAtMs - updatedAtMs,
      },
      nowMs,
    );
  }

  #count(entry: AlertEntry, sign: 1 | -1): void {
    this.#digestHi = (this.#digestHi + sign * entry.hashHi) | 0;
    this.#digestLo = (this.#digestLo + sign * entry.hashLo) | 0;
    this.#size += sign;
  }
}
