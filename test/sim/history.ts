/** What clients asked for and were told: the truth that every checker compares with. Times are true time. */
import type { TenantId } from "@tocsin/domain/model";

export interface AlertWrite {
  /** Counts the writes to this alert; travels in its annotations. */
  readonly number: number;
  readonly firing: boolean;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly beganMs: number;
  /** Undefined: refused, or never answered. */
  ackedMs: number | undefined;
  /** When its client gave up or was refused; it may still take effect for a while. */
  failedMs: number | undefined;
}

/** One label set of one tenant, and all that was written to it. A sender that re-sends does not wait for answers. */
export interface ClientAlert {
  readonly tenant: TenantId;
  readonly group: string;
  readonly instance: string;
  readonly kind: "prometheus" | "one-shot";
  readonly writes: AlertWrite[];
}

export interface ClientSilence {
  readonly tenant: TenantId;
  readonly group: string;
  id: string | undefined;
  createBeganMs: number | undefined;
  createAckedMs: number | undefined;
  expireBeganMs: number | undefined;
  expireAckedMs: number | undefined;
}

export interface Refusal {
  readonly what: "alerts" | "silence" | "expire";
  readonly by: string;
  readonly beganMs: number;
  readonly endedMs: number;
  readonly why: string;
}

export interface Violation {
  readonly invariant: string;
  readonly atMs: number;
  readonly message: string;
}

export class History {
  readonly alerts: ClientAlert[] = [];
  readonly silences: ClientSilence[] = [];
  readonly refusals: Refusal[] = [];
  readonly violations: Violation[] = [];
  readCount = 0;

  violate(invariant: string, atMs: number, message: string): void {
    const isKnown = this.violations.some(
      (one) => one.invariant === invariant && one.message === message,
    );
    if (!isKnown) this.violations.push({ invariant, atMs, message });
  }

  alertsOf(tenant: TenantId, group: string): readonly ClientAlert[] {
    return this.alerts.filter((alert) => alert.tenant === tenant && alert.group === group);
  }
}

/** The last write that was acknowledged before `beforeMs`. */
export function lastAcked(alert: ClientAlert, beforeMs: number): AlertWrite | undefined {
  return alert.writes.findLast(({ ackedMs }) => ackedMs !== undefined && ackedMs < beforeMs);
}

/** An owner may take a write for this long after its client has given up (PROTOCOL 4). */
const LATE_EFFECT_MS = 5_000;

/** Tells whether `earlier` was over before `later` began, so that `later` must stand. */
export function isBefore(earlier: AlertWrite, later: AlertWrite): boolean {
  const lateMs = earlier.failedMs === undefined ? Infinity : earlier.failedMs + LATE_EFFECT_MS;
  return (earlier.ackedMs ?? lateMs) < later.beganMs;
}

/** Text that names an alert in messages and in `ToldState.name`. */
export function alertName(alert: ClientAlert): string {
  return `alertname=${alert.group},inst=${alert.instance},tenant=${alert.tenant}`;
}
