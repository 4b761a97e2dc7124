import type { ReadResult } from "@tocsin/engine/api";
import { labelValue, type TenantId } from "@tocsin/domain/model";
import { judgedAtMs, silenceState } from "@tocsin/domain/silence";
import { isBefore, lastAcked, type History } from "../history.ts";
import type { TenantSettings } from "@tocsin/engine/tenant";
import { configNumber } from "../scenario.ts";
import { trueEpochMs } from "../world/sim-process.ts";
import { holdersFelledUntil } from "./copies.ts";
import { clockErrorMs, type Watch } from "./watch.ts";
import { writtenIn } from "./written.ts";

export interface ReadAt {
  readonly tenant: TenantId;
  readonly beganMs: number;
  readonly nowMs: number;
}

/**
 * I1, with I2 to I4: a quorum read shows, for each alert and silence, the last write acknowledged before it
 * began, or a later one. I6: an ended silence is ended. I23: nothing of another tenant is in it.
 */
export function checkRead(watch: Watch, read: ReadAt, result: ReadResult): void {
  checkAlerts(watch, read, result);
  checkSilences(watch, read, result);
  checkConfig(watch, read, result);
}

function checkAlerts(watch: Watch, read: ReadAt, { reader, nowMs, heard }: ReadResult): void {
  const { history } = watch;
  const shown = new Map<string, number>();
  for (const { record } of reader.alerts(nowMs, heard)) {
    const tenant = labelValue(record, "tenant");
    if (tenant !== read.tenant) {
      history.violate("I23", read.nowMs, `"${read.tenant}" was shown an alert of "${tenant}"`);
    }
    const { name, number } = writtenIn(record);
    shown.set(name, number);
  }
  for (const alert of history.alerts) {
    if (alert.tenant !== read.tenant) continue;
    const wanted = lastAcked(alert.writes, read.beganMs);
    if (wanted === undefined) continue;
    const number = shown.get(alert.name);
    // An alert that has ended is not shown, also by a write that was under way at the same time.
    if (number === undefined) {
      const mayStand = alert.writes.filter((write) => write === wanted || !isBefore(write, wanted));
      if (hasEnded(mayStand, read.nowMs + clockErrorMs(watch, read.nowMs))) continue;
    }
    const stands = number === undefined ? undefined : alert.writes[number - 1];
    if (stands === undefined || (stands.number < wanted.number && isBefore(stands, wanted))) {
      missed(watch, read, {
        ackedMs: wanted.ackedMs,
        message:
          `${alert.name}: write ${wanted.number} was acknowledged at ${wanted.ackedMs?.toFixed(0)}, ` +
          `a read begun at ${read.beganMs.toFixed(0)} shows ${number ?? "nothing"}`,
      });
    }
  }
}

function checkConfig(watch: Watch, read: ReadAt, { reader }: ReadResult): void {
  const writes = watch.history.configOf(read.tenant)?.writes ?? [];
  const wanted = lastAcked(writes, read.beganMs);
  if (wanted === undefined) return;
  const number = reader.settings === undefined ? NaN : numberOf(reader.settings);
  const stands = writes[number - 1];
  if (stands !== undefined && (stands.number >= wanted.number || !isBefore(stands, wanted))) return;
  const message =
    `Configuration ${wanted.number} of "${read.tenant}" was acknowledged at ${wanted.ackedMs?.toFixed(0)}, ` +
    `a read begun at ${read.beganMs.toFixed(0)} shows ${number}`;
  missed(watch, read, { ackedMs: wanted.ackedMs, message });
}

/** Settings last, and keep their text deflated: it is read once. */
const numbers = new WeakMap<TenantSettings, number>();

function numberOf(settings: TenantSettings): number {
  let number = numbers.get(settings);
  if (number === undefined) {
    numbers.set(settings, (number = configNumber(settings.source.text)));
  }
  return number;
}

interface Missing {
  readonly ackedMs: number | undefined;
  readonly message: string;
}

/** With one owner cut off from bulk data and two killed, nobody may be left who has it. */
function missed(watch: Watch, read: ReadAt, { ackedMs = -Infinity, message }: Missing): void {
  if (read.beganMs < holdersFelledUntil(watch, read.tenant, ackedMs)) return;
  watch.history.violate(invariantOf(watch.history, ackedMs), read.nowMs, message);
}

/** I2 is I1 after ownership has moved, I3 and I4 after a disk was lost or all processes at once. */
function invariantOf({ losses }: History, ackedMs: number): string {
  return losses.findLast(({ atMs }) => atMs > ackedMs)?.invariant ?? "I1";
}

/** Some write that may stand says that the alert is over by then. */
function hasEnded(writes: readonly { readonly endsAtMs: number }[], byMs: number): boolean {
  return writes.some(({ endsAtMs }) => endsAtMs - trueEpochMs <= byMs);
}

function checkSilences(watch: Watch, read: ReadAt, { reader, nowMs }: ReadResult): void {
  const { history } = watch;
  const byId = new Map(reader.silences().map((silence) => [silence.id, silence]));
  for (const silence of history.silences) {
    const { id, createAckedMs, expireAckedMs } = silence;
    if (silence.tenant !== read.tenant || id === undefined) continue;
    if (createAckedMs === undefined || createAckedMs >= read.beganMs) continue;
    const found = byId.get(id);
    if (found === undefined) {
      const message = `Silence of ${silence.group} is acknowledged and not there`;
      missed(watch, read, { ackedMs: createAckedMs, message });
      continue;
    }
    const state = silenceState(found, judgedAtMs(found, nowMs));
    const isEnded = expireAckedMs !== undefined && expireAckedMs < read.beganMs;
    if (isEnded && state !== "expired") {
      history.violate("I6", read.nowMs, `Silence of ${silence.group} was ended and is ${state}`);
    }
    if (silence.expireBeganMs === undefined && state === "expired") {
      history.violate(
        "I6",
        read.nowMs,
        `Silence of ${silence.group} is expired and nobody ended it`,
      );
    }
  }
}
