import type { IntegrationConfig } from "@tocsin/domain/config";
import type { InhibitRule } from "@tocsin/domain/inhibit";
import type { Matcher } from "@tocsin/domain/matcher";
import type {
  AlertRecord,
  GroupKey,
  LabelSet,
  SilenceRecord,
  TenantId,
} from "@tocsin/domain/model";
import type { ToldAlert } from "./notifier.ts";

/** An aggregation group as events show it. */
export interface EventGroup {
  /** Route and group labels, and when this life of the group began. */
  readonly id: string;
  readonly bornMs: number;
  readonly key: GroupKey;
  readonly labels: LabelSet;
  readonly receiver: string;
  readonly matchers: readonly Matcher[];
}

/** What happens to alerts, in the kinds of upstream's event recorder. Everything in it is immutable. */
export type EngineEvent =
  /** A client has posted an alert that was not known. */
  | { readonly kind: "alert-created"; readonly alert: AlertRecord }
  /** A posted alert has gone into a group, each time it is posted, as upstream has it. */
  | { readonly kind: "alert-grouped"; readonly alert: AlertRecord; readonly group: EventGroup }
  /** An ended alert has left its group after a flush. */
  | { readonly kind: "alert-resolved"; readonly alert: AlertRecord; readonly group: EventGroup }
  | { readonly kind: "notification"; readonly notification: EventNotification }
  | { readonly kind: "silence-created"; readonly silence: SilenceRecord }
  | { readonly kind: "silence-updated"; readonly silence: SilenceRecord }
  /** At a flush: this silence, one of those that mute the alert. */
  | {
      readonly kind: "silence-muted-alert";
      readonly silence: SilenceRecord;
      readonly alert: LabelSet;
    }
  /** At a flush, with the fingerprint of the source in hex. */
  | {
      readonly kind: "inhibition-muted-alert";
      readonly rule: InhibitRule;
      readonly alert: LabelSet;
      readonly source: string;
    };

/** A message that an integration has accepted. Hashes are those of the notification log. */
export interface EventNotification {
  readonly group: EventGroup;
  readonly integration: IntegrationConfig;
  readonly alerts: readonly ToldAlert[];
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly muted: readonly string[];
  readonly repeatIntervalMs: number;
  readonly reason: string;
  /** Of the group's flushes since it was made here, from 1. */
  readonly flushCount: number;
}

/** Takes events. Returns at once, whatever becomes of them, and never throws. */
export interface EventSink {
  record(tenant: TenantId, event: EngineEvent): void;
}
