/** The groups of one tenant by ID, with their digest and the next due time. */
import type { Digest } from "../peer/index.ts";
import type { GroupRecord } from "@tocsin/domain/model";
import type { Group } from "./group.ts";
import { appended } from "./lists.ts";

const SCAN_SIZE_MAX = 12;

export class GroupStore {
  #groups: Group[] = [];
  #byId: Map<string, Group> | undefined;
  #digestHi = 0;
  #digestLo = 0;
  /** Undefined: to be worked out. */
  #nextDueMs: number | undefined = Infinity;

  get size(): number {
    return this.#groups.length;
  }

  get digest(): Digest {
    return { hi: this.#digestHi >>> 0, lo: this.#digestLo >>> 0, count: this.#groups.length };
  }

  /** In no order that means anything. Not to be kept. */
  get groups(): readonly Group[] {
    return this.#groups;
  }

  /** The earliest due time; Infinity without groups. */
  get nextDueMs(): number {
    if (this.#nextDueMs === undefined) {
      let nextMs = Infinity;
      for (const group of this.#groups) if (group.dueMs < nextMs) nextMs = group.dueMs;
      this.#nextDueMs = nextMs;
    }
    return this.#nextDueMs;
  }

  get(id: string): Group | undefined {
    if (this.#groups.length <= SCAN_SIZE_MAX) return this.#groups.find((group) => group.id === id);
    this.#byId ??= new Map(this.#groups.map((group) => [group.id, group]));
    return this.#byId.get(id);
  }

  add(group: Group): void {
    this.#groups = appended(this.#groups, group);
    this.#byId?.set(group.id, group);
    this.#count(group, 1);
    if (this.#nextDueMs !== undefined && group.dueMs < this.#nextDueMs) {
      this.#nextDueMs = group.dueMs;
    }
  }

  /** Merges a clock into the group of its ID, which is there. True if that changed it. */
  mergeClock(group: Group, received: GroupRecord): boolean {
    this.#count(group, -1);
    const hasChanged = group.mergeClock(received);
    this.#count(group, 1);
    if (hasChanged) this.#nextDueMs = undefined;
    return hasChanged;
  }

  spendTick(group: Group, nowMs: number, fromMs: number): number {
    this.#count(group, -1);
    const tickMs = group.spendTick(nowMs, fromMs);
    this.#count(group, 1);
    this.#nextDueMs = undefined;
    return tickMs;
  }

  /** Moves on to the first tick after `nowMs`; the clock, which others share, stays as it is. */
  passTicks(group: Group, nowMs: number): void {
    group.passTicks(nowMs);
    this.#nextDueMs = undefined;
  }

  hasten(group: Group, dueMs: number): void {
    group.hasten(dueMs);
    this.#nextDueMs = undefined;
  }

  setBack(group: Group, nowMs: number): void {
    this.#count(group, -1);
    group.setBack(nowMs);
    this.#count(group, 1);
    this.#nextDueMs = undefined;
  }

  /** Those that are due, in order of time, and of content at one instant: not of how they came here. */
  due(nowMs: number): readonly Group[] {
    if (this.nextDueMs > nowMs) return [];
    const due = this.#groups.filter((group) => group.dueMs <= nowMs);
    return due.sort(compareDue);
  }

  /** Takes a group out that is there. */
  remove(group: Group): void {
    const last = this.#groups.pop();
    if (last !== undefined && last !== group) this.#groups[this.#groups.indexOf(group)] = last;
    this.#byId?.delete(group.id);
    this.#count(group, -1);
    if (group.dueMs === this.#nextDueMs) this.#nextDueMs = undefined;
  }

  /** Puts these groups in the place of all. */
  replaceAll(groups: Group[]): void {
    this.#groups = groups;
    this.#byId = undefined;
    this.#digestHi = 0;
    this.#digestLo = 0;
    for (const group of groups) this.#count(group, 1);
    this.#nextDueMs = undefined;
  }

  #count(group: Group, sign: 1 | -1): void {
    this.#digestHi = (this.#digestHi + sign * group.hashHi) | 0;
    this.#digestLo = (this.#digestLo + sign * group.hashLo) | 0;
  }
}

/** Numbers are compared five times as fast as IDs, which begin alike. */
function compareDue(a: Group, b: Group): number {
  const byHash = a.dueMs - b.dueMs || a.hashHi - b.hashHi || a.hashLo - b.hashLo;
  return byHash || (a.id < b.id ? -1 : 1);
}
