import type { RegexCache } from "@tocsin/domain/matcher";
import type { AlertRecord, GroupRecord, LogRecord, TenantId } from "@tocsin/domain/model";
import { hashLogRecord, newerLogEntry } from "@tocsin/domain/records";
import type { ZoneOffsets } from "@tocsin/domain/time-interval";
import type { EventSink } from "../ports/index.ts";
import { AlertStore } from "./alert-store.ts";
import { internAlert, type AlertEntry } from "./alert-entry.ts";
import { ConfigSlot } from "./config-slot.ts";
import { GroupStore } from "./group-store.ts";
import { Inhibitors } from "./inhibitors.ts";
import type { Interner } from "./interner.ts";
import { NameLimits, type NameLimit } from "./name-limits.ts";
import { RecordStore, type RecordKind } from "./record-store.ts";
import type { StartRouteLabels } from "./route-labels.ts";
import type { TenantSettings } from "./settings.ts";
import { SilenceStore, type SilenceQueries } from "./silence-store.ts";
import { Strays } from "./strays.ts";

/** What all tenants of an instance have in common. */
export interface TenantShared {
  readonly interner: Interner;
  readonly zones: ZoneOffsets;
  readonly regexes?: RegexCache;
  /** `--data.retention`: how long ended silences are shown. */
  readonly retentionMs: number;
  /** There are no other owners, nor any clock but this one. Default false. */
  readonly isAlone?: boolean;
  /** Without it nothing is recorded. */
  readonly events?: EventSink;
  /** Without it a tenant may have any number of alerts of one name. */
  readonly nameLimit?: NameLimit;
  /** Hears of every look for silences; without it nobody counts them. */
  readonly silenceQueries?: SilenceQueries;
  /** Without it route labels are shown as they are configured. */
  readonly startRouteLabels?: StartRouteLabels;
}

const LOG_KIND: RecordKind<LogRecord> = {
  keyOf: (record) => record.key,
  hashOf: hashLogRecord,
  merge: newerLogEntry,
};

/** Hears of alerts while a configuration is prepared beside the one in force. */
export interface AlertWatcher {
  readonly added: (entry: AlertEntry) => void;
  /** Before its record is replaced. */
  readonly replacing: (entry: AlertEntry) => void;
  readonly replaced: (entry: AlertEntry, nowMs: number) => void;
  readonly removed: (entry: AlertEntry) => void;
}

/** What decides whether somebody is owed a message, besides the group. */
export type JudgingState = Pick<
  TenantData,
  "shared" | "settings" | "inhibitors" | "silences" | "log" | "strays"
>;

/** All that one tenant is on one instance. The modules beside it are what can be done with it. */
export class TenantData {
  readonly id: TenantId;
  readonly shared: TenantShared;
  readonly alerts: AlertStore = new AlertStore();
  readonly groups: GroupStore = new GroupStore();
  readonly silences: SilenceStore;
  readonly log: RecordStore<LogRecord> = new RecordStore(LOG_KIND);
  readonly strays: Strays = new Strays();
  readonly config: ConfigSlot = new ConfigSlot();
  readonly nameLimits: NameLimits | undefined;
  inhibitors: Inhibitors = new Inhibitors(undefined);
  settings: TenantSettings | undefined = undefined;
  /** The settings that are being prepared to follow. */
  change: AlertWatcher | undefined = undefined;
  /** A newer configuration than the one in force has been merged, or there is none in force. */
  awaitsSettings = true;
  /** Clocks of groups that no route makes yet, since the configuration they belong to is awaited. */
  awaitedClocks: Map<string, GroupRecord> | undefined = undefined;

  constructor(id: TenantId, shared: TenantShared) {
    this.id = id;
    this.shared = shared;
    this.silences = new SilenceStore(shared.regexes, shared.silenceQueries);
    this.nameLimits = shared.nameLimit && new NameLimits(shared.nameLimit);
  }

  /** Stores an alert that is not known yet. It is in no group then. */
  addAlert(record: AlertRecord, nowMs: number): AlertEntry {
    const entry = this.alerts.add(internAlert(record, undefined, this.shared.interner));
    entry.isSource = this.inhibitors.add(entry, nowMs);
    this.change?.added(entry);
    this.nameLimits?.note(record, nowMs);
    return entry;
  }

  /** Puts another version, its texts shared already, in the place of a known alert's record. */
  replaceAlert(entry: AlertEntry, record: AlertRecord, nowMs: number): void {
    if (entry.isSource) this.inhibitors.subtract(entry);
    this.change?.replacing(entry);
    this.alerts.replace(entry, record);
    this.nameLimits?.note(record, nowMs);
    if (entry.isSource) this.inhibitors.update(entry, nowMs);
    this.change?.replaced(entry, nowMs);
  }

  /** Forgets alerts that are in no group any more. */
  removeAlerts(gone: ReadonlySet<AlertEntry>): void {
    for (const entry of gone) {
      if (entry.isSource) this.inhibitors.remove(entry);
      this.change?.removed(entry);
    }
    this.alerts.remove(gone);
  }
}
