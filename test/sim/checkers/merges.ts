/** I16: merges are commutative, associative and idempotent, on records that a run has made. */
import type { TenantId } from "@tocsin/domain/model";
import {
  hashAlertRecord,
  hashConfigRecord,
  hashGroupRecord,
  hashLogRecord,
  hashSilenceRecord,
  mergeGroupClocks,
  newerAlert,
  newerConfig,
  newerLogEntry,
  newerSilence,
  type RecordHash,
} from "@tocsin/domain/records";
import type { PartialState } from "@tocsin/engine/peer";

/** How the records of one map merge and are told apart. */
export interface Law<R> {
  readonly merge: (left: R, right: R) => R;
  readonly hash: (record: R) => RecordHash;
  readonly keyOf: (record: R) => string;
  /** The second as if it came from the same write as the first. */
  readonly tied: (first: R, second: R) => R;
}

/** The merges of all maps; a checker's test puts a wrong one in. */
export type Laws = { readonly [Map in keyof RecordsOf]: Law<RecordsOf[Map]> };

export interface RecordsOf {
  readonly alerts: NonNullable<PartialState["alerts"]>[number];
  readonly silences: NonNullable<PartialState["silences"]>[number];
  readonly log: NonNullable<PartialState["log"]>[number];
  readonly groups: NonNullable<PartialState["groups"]>[number];
  readonly config: NonNullable<PartialState["config"]>;
}

export const LAWS: Laws = {
  alerts: {
    merge: newerAlert,
    hash: hashAlertRecord,
    keyOf: ({ fpHi, fpLo }) => `${fpHi} ${fpLo}`,
    // What was posted is the same then.
    tied: ({ stampUs, stampBy, startsAtMs, endsAtMs, sent, past }, second) => ({
      ...second,
      stampUs,
      stampBy,
      startsAtMs,
      endsAtMs,
      sent,
      past,
    }),
  },
  silences: {
    merge: newerSilence,
    hash: hashSilenceRecord,
    keyOf: ({ id }) => id,
    tied: ({ stampUs, stampBy }, second) => ({ ...second, stampUs, stampBy }),
  },
  log: {
    merge: newerLogEntry,
    hash: hashLogRecord,
    keyOf: ({ key }) => key,
    tied: ({ versionUs, versionBy }, second) => ({ ...second, versionUs, versionBy }),
  },
  groups: {
    merge: mergeGroupClocks,
    hash: hashGroupRecord,
    keyOf: ({ id }) => id,
    tied: ({ bornMs }, second) => ({ ...second, bornMs }),
  },
  config: {
    merge: newerConfig,
    hash: hashConfigRecord,
    keyOf: () => "",
    tied: ({ version }, second) => ({ ...second, version }),
  },
};

const KEY_COUNT_MAX = 40;
const VERSION_COUNT_MAX = 4;

/** Versions of records as they came about: a few of each of the first keys of each map. */
export class RecordSample {
  /** By map, by key, by hash. */
  readonly #records = new Map<keyof Laws, Map<string, Map<string, unknown>>>();

  add(tenant: TenantId, { alerts, silences, log, groups, config }: PartialState): void {
    if (alerts !== undefined) this.#take("alerts", tenant, alerts);
    if (silences !== undefined) this.#take("silences", tenant, silences);
    if (log !== undefined) this.#take("log", tenant, log);
    if (groups !== undefined) this.#take("groups", tenant, groups);
    if (config !== undefined) this.#take("config", tenant, [config]);
  }

  /** The versions of each record of one map. */
  versions<Map extends keyof Laws>(map: Map): readonly (readonly RecordsOf[Map][])[] {
    const taken = [...(this.#records.get(map)?.values() ?? [])];
    return taken.map((versions) => [...versions.values()] as RecordsOf[Map][]); // As `add` put them in.
  }

  #take<Name extends keyof Laws>(
    map: Name,
    tenant: TenantId,
    records: readonly RecordsOf[Name][],
  ): void {
    const { keyOf, hash }: Law<RecordsOf[Name]> = LAWS[map];
    let taken = this.#records.get(map);
    if (taken === undefined)
      this.#records.set(map, (taken = new Map<string, Map<string, unknown>>()));
    for (const record of records) {
      const key = `${tenant} ${keyOf(record)}`;
      let versions = taken.get(key);
      if (versions === undefined) {
        if (taken.size >= KEY_COUNT_MAX) continue;
        taken.set(key, (versions = new Map<string, unknown>()));
      }
      if (versions.size >= VERSION_COUNT_MAX) continue;
      const { hi, lo } = hash(record);
      versions.set(`${hi}:${lo}`, record);
    }
  }
}

/** What is wrong with the merges, a sentence for each map and law. */
export function checkMerges(sample: RecordSample, laws: Laws = LAWS): readonly string[] {
  return [
    ...broken("alerts", laws.alerts, sample.versions("alerts")),
    ...broken("silences", laws.silences, sample.versions("silences")),
    ...broken("log", laws.log, sample.versions("log")),
    ...broken("groups", laws.groups, sample.versions("groups")),
    ...broken("config", laws.config, sample.versions("config")),
  ];
}

function broken<R>(
  map: string,
  law: Law<R>,
  versions: readonly (readonly R[])[],
): readonly string[] {
  const found = new Set<string>();
  const hashes = new Map<R, RecordHash>();
  const hashOf = (record: R): RecordHash => {
    const known = hashes.get(record) ?? law.hash(record);
    hashes.set(record, known);
    return known;
  };
  const same = (left: R, right: R): boolean => {
    if (left === right) return true;
    const [one, other] = [hashOf(left), hashOf(right)];
    return one.hi === other.hi && one.lo === other.lo;
  };
  for (const drawn of versions) {
    const [first] = drawn;
    if (first === undefined) continue;
    const records = [...drawn, ...drawn.slice(1).map((one) => law.tied(first, one))];
    const merge = mergeOnce(law, records);
    for (const a of records) {
      if (!same(merge(a, a), a)) found.add(`merge of ${map} is not idempotent`);
      for (const b of records) {
        const ab = merge(a, b);
        if (!same(ab, merge(b, a))) found.add(`merge of ${map} is not commutative`);
        for (const c of records) {
          if (same(merge(ab, c), merge(a, merge(b, c)))) continue;
          found.add(`merge of ${map} is not associative`);
        }
      }
    }
  }
  return [...found];
}

/** Most merges return one of the two, so all of them are merges of few pairs, each of which is made once. */
function mergeOnce<R>({ merge }: Law<R>, records: readonly R[]): Law<R>["merge"] {
  const made = new Map<R, Map<R, R>>(records.map((one) => [one, new Map()]));
  return (left, right) => {
    const known = made.get(left);
    if (known === undefined) return merge(left, right);
    let merged = known.get(right);
    if (merged === undefined) known.set(right, (merged = merge(left, right)));
    return merged;
  };
}
