/**
 * State in portions that are merged one by one, with others having turns between them. Merging is
 * commutative and each portion is state by itself, as if its sender had sent many small messages; so what is
 * merged, written down or granted between two portions is right. Only the order of `mergeState` is kept: the
 * configuration, log entries, silences, then alerts.
 */
import { patternCost } from "@tocsin/domain/matcher";
import type { GroupRecord, SilenceRecord } from "@tocsin/domain/model";
import type { Slicing } from "@tocsin/foundation";
import type { PartialState } from "../peer/state.ts";

/** What it takes to compile a regular expression of a silence, in alerts. */
const COMPILED_SIZE = 20;

/** Clocks of groups, by ID, that came with alerts. */
export type GroupClocks = ReadonlyMap<string, GroupRecord>;

/**
 * Merges the state in portions, if it is much and others may have turns; undefined: it is done, in one act.
 * A group that comes about by an alert of one portion has its clock from another.
 */
export function inPortions(
  state: PartialState,
  slicing: Slicing | undefined,
  merge: (portion: PartialState, clocks?: GroupClocks) => void,
): Promise<void> | undefined {
  if (slicing !== undefined && sizeOfMerge(state) > slicing.sizeMax) {
    return mergePortions(state, slicing, merge);
  }
  merge(state);
  return undefined;
}

async function mergePortions(
  state: PartialState,
  { sizeMax, rest }: Slicing,
  merge: (portion: PartialState, clocks: GroupClocks) => void,
): Promise<void> {
  const clocks = new Map((state.groups ?? []).map((clock) => [clock.id, clock]));
  for (const portion of portionsOf(state, sizeMax)) {
    merge(portion, clocks);
    await rest();
  }
}

/** How much work it is to merge a silence that was not known, in alerts. */
function sizeOfSilence({ matcherSets }: SilenceRecord): number {
  let size = 1;
  for (const set of matcherSets) {
    for (const { type, value } of set) {
      const isRegex = type === "=~" || type === "!~";
      if (isRegex && patternCost(value) > 0) size += COMPILED_SIZE;
    }
  }
  return size;
}

/** How much work it is at most to merge this, in alerts. */
export function sizeOfMerge(state: PartialState): number {
  const { alerts = [], silences = [], log = [], groups = [] } = state;
  return silences.reduce(
    (sum, silence) => sum + sizeOfSilence(silence),
    alerts.length + log.length + groups.length,
  );
}

/** The state in portions of about this size. */
export function* portionsOf(state: PartialState, sizeMax: number): Generator<PartialState> {
  const { alerts = [], silences = [], log = [], groups = [], config } = state;
  if (config !== undefined) yield { config };
  const one = (): number => 1;
  for (const part of cut(log, one, sizeMax)) yield { log: part };
  for (const part of cut(silences, sizeOfSilence, sizeMax)) yield { silences: part };
  for (const part of cut(alerts, one, sizeMax)) yield { alerts: part };
  for (const part of cut(groups, one, sizeMax)) yield { groups: part };
}

function* cut<R>(
  records: readonly R[],
  sizeOf: (record: R) => number,
  sizeMax: number,
): Generator<readonly R[]> {
  let from = 0;
  let size = 0;
  for (const [at, record] of records.entries()) {
    size += sizeOf(record);
    if (size < sizeMax) continue;
    yield records.slice(from, at + 1);
    from = at + 1;
    size = 0;
  }
  if (from < records.length) yield records.slice(from);
}
