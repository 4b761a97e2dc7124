import type { CompletedAlert, HeardTime } from "@tocsin/domain/alert";
import type { IntegrationConfig } from "@tocsin/domain/config";
import type { Route } from "@tocsin/domain/route";
import type {
  AlertRecord,
  Fingerprint,
  GroupKey,
  InstanceId,
  LabelSet,
  LogKey,
  LogRecord,
  SilenceRecord,
  TenantId,
} from "@tocsin/domain/model";
import type { Steps } from "@tocsin/foundation";
import type { RouteLabels } from "./route-labels.ts";
import type { TenantSettings } from "./settings.ts";
import type { NotifyJob } from "../ports/notifier.ts";

/** Alerts of one tenant from one request, stamped by the coordinator. */
export interface AlertBatch {
  readonly tenant: TenantId;
  /** `updatedAt` of every alert, cluster time; all judgement is made at this instant. */
  readonly nowMs: number;
  readonly stampUs: number;
  readonly stampBy: InstanceId;
  /** Completed and validated; the `updatedAtMs` of each is `nowMs`. */
  readonly alerts: readonly CompletedAlert[];
}

/** One group whose tick has come. The tick is spent by making this. */
export interface DueFlush {
  readonly groupId: string;
  readonly groupKey: GroupKey;
  /** Nominal time of the tick, cluster time. */
  readonly tickMs: number;
  /** How long the flush may go on: max(group_interval, 10 s) (S-28). */
  readonly deadlineMs: number;
  /** One for each integration of the route's receiver. */
  readonly keys: readonly FlushKey[];
}

/** One integration's share of a flush. */
export interface FlushKey {
  readonly key: LogKey;
  readonly receiver: string;
  readonly integration: IntegrationConfig;
}

/** What one integration is owed now (PROTOCOL 7.1, S-42). */
export type Decision =
  /** Not owed. `gone`: the group or its receiver is no more. */
  | { readonly kind: "nothing"; readonly why: "gone" | "empty" | "muted" | "told" }
  /** Owed to the log but not to the receiver (S-43). */
  | { readonly kind: "record"; readonly told: Told }
  | { readonly kind: "send"; readonly told: Told; readonly job: NotifyJob };

/** What is known of a decision before its turn has come. */
export type Prospect =
  | Extract<Decision, { readonly kind: "nothing" }>
  /** `news`: see `Told`. */
  | { readonly kind: "owed"; readonly news: readonly AlertRecord[] };

/** What the log entry will say when the receiver has said yes. */
export interface Told {
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly previous: LogRecord | undefined;
  readonly repeatIntervalMs: number;
  /** Ends that a sender reported and that nobody was told of before. */
  readonly ends: readonly AlertRecord[];
  /** Firing alerts that this integration was not told of before. */
  readonly news: readonly AlertRecord[];
  /** Hashes that were told as firing of alerts that this owner did not hold when it decided. */
  readonly unheard: readonly string[];
}

/** How a flush of one key ended, for the group's book-keeping (S-30). */
export type FlushResult = "told" | "waived" | "failed";

/** An alert as the API shows it. */
export interface AlertView {
  readonly record: AlertRecord;
  readonly fingerprint: Fingerprint;
  readonly receivers: readonly string[];
  readonly inhibitedBy: readonly Fingerprint[];
  readonly silencedBy: readonly string[];
  /** Names of the mute intervals; in groups only (S-90, S-91). */
  readonly mutedBy: readonly string[];
  /** A group of it was flushed, or it is in none. What is not is `unprocessed` in API v1. */
  readonly isProcessed: boolean;
  /** What it took to work the status out, in steps of regular expressions on a character. */
  readonly matchWork: number;
}

/** A group with at least one alert that is shown. */
export interface GroupView {
  readonly labels: LabelSet;
  readonly receiver: string;
  readonly route: Route;
  /** Names of the mute intervals. */
  readonly mutedBy: readonly string[];
  /** Rendered when it is asked for, each time. */
  readonly routeLabels: RouteLabels;
  /** Those that are shown, in no particular order, each made when it is asked for; `compareAlerts` sorts. */
  alerts(): Iterable<AlertView>;
}

/**
 * A reading of one tenant at one instant, for the API. Lists are made while they are read, so that a reader
 * may let others have turns. Which alerts and groups are in a list is settled when it is asked for; an
 * alert that is sent again meanwhile may be shown in its new version, never twice and never in part.
 */
export interface TenantReader {
  readonly id: TenantId;
  /** Undefined: the tenant has neither a configuration of its own nor a fallback. */
  readonly settings: TenantSettings | undefined;
  /**
   * Every alert that is shown at all (S-9), sorted by fingerprint: one that ran out only if it was for want
   * of news in what was `heard`, else it counts as firing for messages and is shown.
   */
  alerts(nowMs: number, heard?: HeardTime): Iterable<AlertView>;
  /**
   * To be run before, with turns of others between: works out what silences mute of alerts with which that
   * takes long. Yields the work of the next step, as `matchWork`.
   */
  prepareAlerts(): Steps<void>;
  /** In no particular order: `compareGroups` sorts them. */
  groups(nowMs: number, heard?: HeardTime): Iterable<GroupView>;
  silences(): readonly SilenceRecord[];
}
