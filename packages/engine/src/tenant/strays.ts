/**
 * What was told under a key that is no more. An owner that is cut off while the configuration changes goes
 * on under the old one. What it tells alone stands in the log under a group key that no route makes any
 * more, and no group will ever tell the end of an alert that it called firing there. So the groups that
 * hold the alert now answer for it: an end that they told before counts as told no longer, and one that
 * they never owed is owed (ADR 0023).
 *
 * Only what is merged while no group has its key is noted. A reload by itself leaves what the replaced
 * groups owed behind, as upstream does (S-31).
 */
import type { GroupKey, LogKey, LogRecord } from "@tocsin/domain/model";
import { groupKey, groupLabels, matchRoutes, type Route } from "@tocsin/domain/route";
import type { HashedRecord } from "./alert-entry.ts";
import { includesHash } from "./hash-list.ts";
import type { JudgingState, TenantData } from "./tenant-data.ts";
import type { FlushKey } from "./types.ts";

/** Log entries of firing alerts for which there was no group. Some turn out to be just early. */
export class Strays {
  readonly #records = new Map<LogKey, LogRecord>();

  get size(): number {
    return this.#records.size;
  }

  /** To be called with each log entry that changed. */
  note(data: TenantData, record: LogRecord): void {
    if (record.firing.length > 0 && !hasGroup(data, record.groupKey)) {
      this.#records.set(record.key, record);
    } else {
      this.#records.delete(record.key);
    }
  }

  forget(records: readonly LogRecord[]): void {
    for (const { key } of records) this.#records.delete(key);
  }

  /** Those that were told after this version. */
  *since(versionUs: number): Generator<LogRecord> {
    for (const record of this.#records.values()) if (record.versionUs > versionUs) yield record;
  }
}

/** Tells whether the integration heard last, under a key that no route makes, that this alert fires. */
export function isContradicted(data: JudgingState, entry: HashedRecord, to: FlushKey): boolean {
  const { receiver, integration } = to;
  if (data.strays.size === 0 || !integration.sendResolved) return false;
  for (const stray of data.strays.since(data.log.get(to.key)?.versionUs ?? 0)) {
    const isForIt =
      stray.receiver === receiver &&
      stray.integration === integration.kind &&
      stray.index === integration.index;
    if (!isForIt || !includesHash(stray.firing, entry.logHash)) continue;
    if (!isRoutedTo(data, entry, stray.groupKey)) return true;
  }
  return false;
}

/** The keys of routes begin with those of their parents, so most of the tree is not asked. */
function hasGroup(data: TenantData, key: GroupKey): boolean {
  const isOn = (route: Route): boolean => {
    if (!key.startsWith(route.key)) return false;
    const id = `${route.id}${key.slice(route.key.length)}`;
    return data.groups.get(id) !== undefined || route.children.some(isOn);
  };
  return data.settings !== undefined && isOn(data.settings.root);
}

function isRoutedTo({ settings }: JudgingState, { record }: HashedRecord, key: GroupKey): boolean {
  if (settings === undefined) return false;
  const routes = matchRoutes(settings.root, record);
  return routes.some((route) => groupKey(route, groupLabels(route, record)) === key);
}
