/** What owners say to each other to become equal: digests, versions, and the records that differ. */
import { formatFingerprint, parseFingerprint } from "@tocsin/domain/alert";
import { sameDigest, type RecordHash } from "@tocsin/domain/records";
import {
  MAP_NAMES,
  type Digest,
  type Digests,
  type MapName,
  type PartialState,
  type RecordVersion,
} from "../peer/index.ts";
import type { TenantData } from "./tenant-data.ts";

/** Keys from `from` on, before `to`; in UTF-16 units, as `<` compares. */
export interface KeyRange {
  readonly from: string;
  readonly to: string | undefined;
}

const CONFIG_KEY = "config";

export function digestsOf(data: TenantData): Digests {
  return {
    alerts: data.alerts.digest,
    silences: data.silences.digest,
    log: data.log.digest,
    groups: data.groups.digest,
    config: data.config.digest,
  };
}

/** Keys and content hashes of all records in the range, sorted by key. */
export function versionsOf(
  data: TenantData,
  map: MapName,
  { from, to }: KeyRange,
): readonly RecordVersion[] {
  const versions: RecordVersion[] = [];
  for (const version of allVersions(data, map)) {
    if (version.key >= from && (to === undefined || version.key < to)) versions.push(version);
  }
  return versions.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Compares another owner's versions of a range with the own: what it lacks, and what is lacked here. */
export function differingOf(
  data: TenantData,
  map: MapName,
  theirs: KeyRange & { readonly versions: readonly RecordVersion[] },
): { readonly state: PartialState; readonly want: readonly string[] } {
  const known = new Map(theirs.versions.map((version) => [version.key, version]));
  const give: string[] = [];
  const want: string[] = [];
  for (const own of versionsOf(data, map, theirs)) {
    const other = known.get(own.key);
    known.delete(own.key);
    if (other !== undefined && other.hi === own.hi && other.lo === own.lo) continue;
    give.push(own.key);
    if (other !== undefined) want.push(own.key);
  }
  want.push(...known.keys());
  return { state: give.length === 0 ? {} : collectOf(data, map, give), want };
}

/** The records under these keys, as far as they are here. */
export function collectOf(data: TenantData, map: MapName, keys: readonly string[]): PartialState {
  switch (map) {
    case "alerts":
      return { alerts: found(keys, (key) => alertUnder(data, key)?.record) };
    case "silences":
      return { silences: found(keys, (key) => data.silences.get(key)) };
    case "log":
      return { log: found(keys, (key) => data.log.get(key)) };
    case "groups":
      return { groups: found(keys, (key) => data.groups.get(key)?.clock) };
    case "config":
      return { config: data.config.record };
  }
}

/** All records of these maps; with `digests` only of the maps that differ. */
export function stateOf(
  data: TenantData,
  maps: readonly MapName[],
  digests: Digests | undefined,
): PartialState {
  const own = digestsOf(data);
  let state: PartialState = {};
  for (const map of MAP_NAMES) {
    if (!maps.includes(map)) continue;
    if (digests !== undefined && sameDigest(own[map], digests[map])) continue;
    state = { ...state, ...wholeMap(data, map) };
  }
  return state;
}

function wholeMap(data: TenantData, map: MapName): PartialState {
  switch (map) {
    case "alerts":
      return { alerts: data.alerts.sorted.map((entry) => entry.record) };
    case "silences":
      return { silences: [...data.silences.records()] };
    case "log":
      return { log: [...data.log.records()] };
    case "groups":
      return { groups: data.groups.groups.map((group) => group.clock) };
    case "config":
      return { config: data.config.record };
  }
}

function* allVersions(data: TenantData, map: MapName): Generator<RecordVersion> {
  switch (map) {
    case "alerts":
      for (const { record, hashHi, hashLo } of data.alerts.sorted) {
        const key = formatFingerprint(record.fpHi, record.fpLo);
        yield { key, hi: hashHi >>> 0, lo: hashLo >>> 0 };
      }
      break;
    case "silences":
      for (const { id } of data.silences.records()) yield versionOf(id, data.silences.hash(id));
      break;
    case "log":
      for (const { key } of data.log.records()) yield versionOf(key, data.log.hash(key));
      break;
    case "groups":
      for (const { id, hashHi, hashLo } of data.groups.groups) {
        yield { key: id, hi: hashHi >>> 0, lo: hashLo >>> 0 };
      }
      break;
    case "config":
      if (data.config.digest.count > 0) yield versionOf(CONFIG_KEY, data.config.digest);
      break;
  }
}

/** Records that were just listed have a hash. */
function versionOf(key: string, hash: RecordHash | Digest | undefined): RecordVersion {
  return { key, hi: hash?.hi ?? 0, lo: hash?.lo ?? 0 };
}

function alertUnder(data: TenantData, key: string): ReturnType<TenantData["alerts"]["get"]> {
  const fingerprint = parseFingerprint(key);
  return fingerprint && data.alerts.get(fingerprint);
}

function found<R>(keys: readonly string[], find: (key: string) => R | undefined): readonly R[] {
  const records: R[] = [];
  for (const key of keys) {
    const record = find(key);
    if (record !== undefined) records.push(record);
  }
  return records;
}
