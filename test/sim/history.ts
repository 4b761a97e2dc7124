/** What clients asked for and were told: the truth that every checker compares with. Times are true time. */
import type { InstanceId, TenantId } from "@tocsin/domain/model";

/** One request and what became of it. */
export interface Write {
  /** Counts the writes to this thing; travels in its text. */
  readonly number: number;
  readonly beganMs: number;
  /** To whom it was sent. */
  by: InstanceId | "";
  /** Undefined: refused, or never answered. */
  ackedMs: number | undefined;
  /** When its client heard a yes, whatever became of the write since. */
  yesMs?: number;
  /** When its client gave up or was refused; it may still take effect for a while. */
  failedMs: number | undefined;
  /** The power went while its yes was on its way: that says nothing any more. */
  isLost?: boolean;
}

export interface AlertWrite extends Write {
  readonly firing: boolean;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
}

/** One label set of one tenant, and all that was written to it. A sender that re-sends does not wait for answers. */
export interface ClientAlert {
  /** What names it in messages and in `ToldState.name`. */
  readonly name: string;
  readonly tenant: TenantId;
  readonly group: string;
  readonly instance: string;
  readonly writes: AlertWrite[];
}

export interface ClientSilence {
  readonly tenant: TenantId;
  readonly group: string;
  id: string | undefined;
  createBeganMs: number | undefined;
  /** Of those that had no yes, each may have made a silence if its coordinator fell. */
  createTries: number;
  createAckedMs: number | undefined;
  expireBeganMs: number | undefined;
  expireAckedMs: number | undefined;
  /** Changes of its comment. */
  readonly updates: Write[];
}

export interface ConfigWrite extends Write {
  readonly groupBy: string;
}

/** The configurations that one tenant was given. */
export interface ClientConfig {
  readonly tenant: TenantId;
  readonly writes: ConfigWrite[];
}

export interface Refusal {
  readonly what: "alerts" | "silence" | "update" | "expire" | "config";
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
  readonly configs: ClientConfig[] = [];
  readonly refusals: Refusal[] = [];
  readonly violations: Violation[] = [];
  /** When ownership moved, or copies went with their machines: the reason of what a read misses. */
  readonly losses: { readonly invariant: "I2" | "I3" | "I4"; readonly atMs: number }[] = [];
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

  configOf(tenant: TenantId): ClientConfig | undefined {
    return this.configs.find((config) => config.tenant === tenant);
  }

  /** All power was lost: alerts acknowledged within the last second may be gone (PROTOCOL 9). */
  losePower(nowMs: number): void {
    for (const { writes } of this.alerts) {
      for (const write of writes) {
        if (write.ackedMs === undefined && write.failedMs === undefined) write.isLost = true;
        if (write.ackedMs === undefined || write.ackedMs < nowMs - UNSYNCED_MS) continue;
        write.ackedMs = undefined;
        write.failedMs = nowMs;
      }
    }
  }
}

const UNSYNCED_MS = 1_000;

/** The last write that was acknowledged before `beforeMs`. */
export function lastAcked<W extends Write>(writes: readonly W[], beforeMs: number): W | undefined {
  return writes.findLast(({ ackedMs }) => ackedMs !== undefined && ackedMs < beforeMs);
}

/** An owner may take a write for this long after its client has given up (PROTOCOL 4). */
const LATE_EFFECT_MS = 5_000;

/** Tells whether `earlier` was over before `later` began, so that `later` must stand. */
export function isBefore(earlier: Write, later: Write): boolean {
  return isOverAt(earlier, later.beganMs);
}

/** Acknowledged by then, or failed for so long that it has no effect any more. */
export function isOverAt(write: Write, atMs: number): boolean {
  const lateMs = write.failedMs === undefined ? Infinity : write.failedMs + LATE_EFFECT_MS;
  return (write.ackedMs ?? lateMs) < atMs;
}
