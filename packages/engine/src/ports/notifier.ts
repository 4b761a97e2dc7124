import type { IntegrationConfig } from "@tocsin/domain/config";
import type {
  AlertRecord,
  GroupKey,
  LabelSet,
  ReceiverDataValue,
  TenantId,
} from "@tocsin/domain/model";
import type { TemplateSource } from "@tocsin/domain/template";

/** An alert as a receiver is told of it: what was decided, not what the record says by itself. */
export interface ToldAlert {
  readonly record: AlertRecord;
  readonly resolved: boolean;
}

/** One message to one integration. */
export interface NotifyJob {
  readonly tenant: TenantId;
  readonly receiver: string;
  readonly integration: IntegrationConfig;
  readonly groupKey: GroupKey;
  readonly groupLabels: LabelSet;
  /** Rendered. */
  readonly routeLabels: Readonly<Record<string, string>>;
  /** What the configuration's `templates:` name. */
  readonly templateFiles: readonly TemplateSource[];
  /** Sorted as upstream does (S-29). */
  readonly alerts: readonly ToldAlert[];
  /** Why it is sent, in upstream's words (S-42). */
  readonly reason: string;
  readonly nowMs: number;
  readonly repeatIntervalMs: number;
  /** What the last message left here (S-47). */
  readonly receiverData: Readonly<Record<string, ReceiverDataValue>>;
  /** Equal for every attempt at this message, whoever makes it. */
  readonly idempotencyKey: string;
}

export type NotifyResult =
  | {
      readonly kind: "accepted";
      readonly receiverData?: Readonly<Record<string, ReceiverDataValue>>;
    }
  /** The fence said no before the first byte: nothing was sent. */
  | { readonly kind: "fenced" }
  /** No connection came about (refused, DNS, TLS, connect timeout): nothing was sent. */
  | { readonly kind: "unreachable"; readonly error: string }
  /** Worth another attempt (429, 5xx, timeout). `reason` is upstream's metric label. */
  | { readonly kind: "retry"; readonly error: string; readonly reason: string }
  /** The receiver will not take it (other 4xx, a template error). */
  | { readonly kind: "refused"; readonly error: string; readonly reason: string };

/**
 * Performs one attempt to deliver. `fence` is asked after connecting and TLS, with no turn of the event
 * loop between its answer and the first byte (PROTOCOL 7.3). Never throws for a failed delivery; rejects
 * only with the signal's reason.
 */
export interface Notifier {
  notify(job: NotifyJob, fence: () => boolean, signal: AbortSignal): Promise<NotifyResult>;
}
