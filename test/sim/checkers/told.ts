/**
 * I10: every change that is owed is told in time; I11: also when the first in order lacks the alert;
 * I18: also within five seconds of its tick when one or two senders were stopped or killed.
 */
import type { InstanceId } from "@tocsin/domain/model";
import type { PartialState } from "@tocsin/engine/peer";
import { DEFAULT_TIMINGS } from "@tocsin/engine/cluster";
import {
  ALL_KINDS,
  CUTTING,
  DISK_LOSING,
  RECEIVING,
  REPLACING,
  type FaultKind,
} from "../faults/index.ts";
import type { AlertWrite, ClientAlert } from "../history.ts";
import { GROUP_INTERVAL_MS, GROUP_WAIT_MS, placesOf } from "../scenario.ts";
import type { Span } from "../traffic.ts";
import { trueEpochMs } from "../world/sim-process.ts";
import { nobodyUntil, noHolderUntil, relapsedMs } from "./copies.ts";
import {
  CLOCK_ERROR_MAX_MS,
  cameTooLate,
  groupIn,
  HEARD_AGAIN_MS,
  isOutvoted,
  ownersAt,
  RECORDING_MS,
  UNSYNCED_MS,
  type Watch,
} from "./watch.ts";
import { writtenIn } from "./written.ts";

const FAILOVER_MS = 5_000;
const MINORITY_WAIT_MS = 20_000;
const ATTEMPT_LIMIT_MS = 30_000;
/** The clocks by which ticks are due, and the answer of the receiver. */
const SLACK_MS = 300;
const BOUND_MS: number = GROUP_WAIT_MS + GROUP_INTERVAL_MS + FAILOVER_MS + SLACK_MS;
const FAILOVER_BOUND_MS: number = GROUP_WAIT_MS + FAILOVER_MS + SLACK_MS;
/** Since the last ping before a fault; and of a member that is back, until the others trust it again. */
const UNHEARD_MS: number = DEFAULT_TIMINGS.pingIntervalMs + 1_000;
/** With these alone a failover takes no longer than it may. */
const FAILING_OVER: readonly FaultKind[] = ["kill", "kill-two", "stop", "stop-two"];

const NOT_FAILING_OVER: readonly FaultKind[] = ALL_KINDS.filter(
  (kind) => !FAILING_OVER.includes(kind),
);

/** Since when each machine has held each alert in any version. */
export class Holdings {
  readonly #watch: Watch;
  readonly #sinceMs = new Map<InstanceId, Map<string, number>>();

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  add(id: InstanceId, state: PartialState): void {
    if (state.alerts === undefined) return;
    let sinceMs = this.#sinceMs.get(id);
    if (sinceMs === undefined) this.#sinceMs.set(id, (sinceMs = new Map<string, number>()));
    for (const record of state.alerts) {
      const { name } = writtenIn(record);
      if (!sinceMs.has(name)) sinceMs.set(name, this.#watch.world.events.nowMs);
    }
  }

  heldSinceMs(id: InstanceId, alert: ClientAlert): number {
    return this.#sinceMs.get(id)?.get(alert.name) ?? Infinity;
  }
}

/** One message about one alert at one place. */
export interface Tell {
  readonly resolved: boolean;
  readonly firstByteMs: number;
  readonly acceptedMs: number;
  /** The sender had given up or fell before it could record the yes, so nobody knows of it (PROTOCOL 12.1, 2). */
  readonly isUnheard: boolean;
  readonly isAlone: boolean;
  readonly from: InstanceId;
}

interface Case {
  readonly alert: ClientAlert;
  readonly place: string;
  readonly tells: readonly Tell[];
}

export function checkTold(watch: Watch, holdings: Holdings): void {
  for (const alert of watch.history.alerts) {
    if (isMuted(watch, alert)) continue;
    for (const place of placesOf(alert.group)) {
      const tells = tellsOf(watch, alert, place);
      const one = { alert, place, tells };
      checkFirst(watch, holdings, one);
      for (const write of alert.writes) checkEnd(watch, one, write);
      checkRunOut(watch, one);
      checkLast(watch, one);
    }
  }
}

/** Groups that are silenced or inhibited at some time are left to `checkUnmuted`. */
function isMuted({ history }: Watch, { tenant, group }: ClientAlert): boolean {
  if (group.startsWith("I")) return true;
  return history.silences.some((one) => one.tenant === tenant && one.group === group);
}

export function tellsOf(
  { world, faults }: Watch,
  alert: ClientAlert,
  place: string,
): readonly Tell[] {
  const name = alert.name;
  return world.receiver.attempts
    .flatMap((attempt) => {
      const { acceptedMs, alerts, firstByteMs, from, isAlone, place: at } = attempt;
      const told = at === place ? alerts.find((one) => one.name === name) : undefined;
      if (told === undefined || acceptedMs === undefined) return [];
      const inFlight = { fromMs: firstByteMs, untilMs: acceptedMs + RECORDING_MS };
      const isUnheard = cameTooLate(attempt) || faults.touched(REPLACING, inFlight, from);
      return [{ resolved: told.resolved, firstByteMs, acceptedMs, isUnheard, isAlone, from }];
    })
    .sort((a, b) => a.firstByteMs - b.firstByteMs);
}

/** The alert's first acknowledged write, if it fires for as long as it takes to be told. */
function checkFirst(watch: Watch, holdings: Holdings, { alert, place, tells }: Case): void {
  const first = alert.writes.find(({ ackedMs }) => ackedMs !== undefined);
  if (first?.ackedMs === undefined || !first.firing) return;
  const told = tells.find(({ resolved }) => !resolved);
  const toldMs = told?.acceptedMs ?? Infinity;
  const dueMs = deadline(watch, first.ackedMs, alert);
  if (toldMs > dueMs && firesUntil(alert, first, dueMs)) {
    const owner = ownersAt(watch.world, alert.tenant, first.ackedMs)[0];
    const lacks =
      owner !== undefined && holdings.heldSinceMs(owner, alert) > first.ackedMs + GROUP_WAIT_MS;
    report(watch, lacks ? "I11" : "I10", { alert, place, what: "firing", dueMs, toldMs });
  }
  const failoverMs = first.ackedMs + FAILOVER_BOUND_MS;
  const isQuick = opensGroup(watch, alert, first) && failsOver(watch, alert, { first, failoverMs });
  if (isQuick && toldMs > failoverMs && firesUntil(alert, first, failoverMs)) {
    report(watch, "I18", { alert, place, what: "firing", dueMs: failoverMs, toldMs });
  }
}

/** An end that was reported, if the place was told before that the alert fires. */
function checkEnd(watch: Watch, { alert, place, tells }: Case, write: AlertWrite): void {
  const { ackedMs } = write;
  if (write.firing || ackedMs === undefined || isOutvoted(watch, write)) return;
  const isFirstEnd = alert.writes.every(
    (one) => one.firing || one.number >= write.number || one.startsAtMs < write.startsAtMs,
  );
  if (!isFirstEnd) return;
  const fired = tells.findLast(({ resolved, firstByteMs }) => !resolved && firstByteMs < ackedMs);
  if (fired === undefined || isTold(tells, fired, ackedMs)) return;
  if (fired.isUnheard || isRecordLost(watch, fired)) return;
  const dueMs = deadline(watch, Math.max(ackedMs, fired.acceptedMs), alert);
  if (regrouped(watch, alert, { fromMs: fired.firstByteMs, untilMs: dueMs })) return;
  if (alert.writes.some((one) => one.startsAtMs > write.startsAtMs && one.beganMs <= dueMs)) return;
  const toldMs = tells.find((one) => one.resolved && one.firstByteMs >= write.beganMs)?.acceptedMs;
  if ((toldMs ?? Infinity) <= dueMs || dueMs > watch.world.events.nowMs) return;
  report(watch, "I10", { alert, place, what: "resolved", dueMs, toldMs: toldMs ?? Infinity });
}

/** Its end was on its way already: it had run out, or the end is that of an episode before. */
function isTold(tells: readonly Tell[], fired: Tell, untilMs: number): boolean {
  return tells.some(
    ({ resolved, acceptedMs, firstByteMs }) =>
      resolved && acceptedMs > fired.acceptedMs && firstByteMs < untilMs,
  );
}

/**
 * An alert whose sender has vanished: it runs out as soon as it could have been heard for as long as it was
 * valid, and each fault takes from that no more than it lasted, and what it took to be seen as over.
 */
function checkRunOut(watch: Watch, { alert, place, tells }: Case): void {
  const last = alert.writes.at(-1);
  if (last?.ackedMs === undefined || !last.firing) return;
  const endMs = last.endsAtMs - trueEpochMs;
  const fired = tells.findLast(({ resolved, firstByteMs }) => !resolved && firstByteMs < endMs);
  if (fired === undefined || fired.isUnheard) return;
  const span = { fromMs: last.ackedMs, untilMs: endMs };
  for (let before = -1; before !== span.untilMs;) {
    before = span.untilMs;
    // Who is gone for good is reckoned with for as long as senders may still post to it.
    const since = { ...span, fromMs: span.fromMs - DEFAULT_TIMINGS.heartbeatTimeoutMs };
    if (watch.faults.touched(NOT_FAILING_OVER, since)) return;
    const breaks = watch.faults.during(FAILING_OVER, span);
    const brokenMs = breaks.reduce((sum, one) => sum + one.untilMs - one.fromMs + UNHEARD_MS, 0);
    span.untilMs = deadline(watch, Math.max(endMs, fired.acceptedMs), alert) + brokenMs;
  }
  const dueMs = span.untilMs;
  if (regrouped(watch, alert, { fromMs: fired.firstByteMs, untilMs: dueMs })) return;
  // By an owner's clock the end may come a little sooner.
  const told = tells.find((one) => one.resolved && one.firstByteMs > fired.firstByteMs);
  const toldMs = told?.acceptedMs;
  if ((toldMs ?? Infinity) <= dueMs) return;
  report(watch, "I10", { alert, place, what: "ended", dueMs, toldMs: toldMs ?? Infinity });
}

/** When all is over the last message says what is. */
function checkLast(watch: Watch, { alert, place, tells }: Case): void {
  const nowMs = watch.world.events.nowMs;
  const acked = alert.writes.findLast(({ ackedMs }) => ackedMs !== undefined);
  const last = alert.writes.at(-1);
  if (acked === undefined || last === undefined) return;
  const told = tells.at(-1);
  if (told !== undefined && isRecordLost(watch, told)) return;
  // A refused end may have been taken all the same (PROTOCOL 12.6).
  const mayHaveEnded = alert.writes.some((one) => !one.firing && one.number > acked.number);
  const isOn = acked.firing && !mayHaveEnded && acked.endsAtMs - trueEpochMs > nowMs;
  if (isOn && told?.resolved !== false) {
    report(watch, "I10", { alert, place, what: "firing", dueMs: nowMs, toldMs: Infinity });
  }
  if (!acked.firing && isOutvoted(watch, acked)) return;
  const endMs = (acked.firing ? acked.endsAtMs - trueEpochMs : acked.ackedMs) ?? Infinity;
  if (isOn || told?.resolved !== false || told.isUnheard || deadline(watch, endMs, alert) > nowMs)
    return;
  if (regrouped(watch, alert, { fromMs: told.firstByteMs, untilMs: nowMs })) return;
  if (isCoveredUp(watch, { alert, place, tells }, told) || isUndecided(tells, told)) return;
  report(watch, "I10", { alert, place, what: "resolved", dueMs: nowMs, toldMs: Infinity });
}

/**
 * Two parts of a partition told of different alerts of the group: the later record stands, and does not
 * name what only the other part told (PROTOCOL 12.4). So an end that others had told before a cut-off owner
 * called the alert firing counts as told, and one of an alert that only the majority called firing is owed
 * by nobody.
 */
function isCoveredUp({ world, faults }: Watch, { alert, place, tells }: Case, told: Tell): boolean {
  const wasEnded = tells.some((one) => one.resolved && one.firstByteMs <= told.firstByteMs);
  if (told.isAlone && !wasEnded) return false;
  return world.receiver.attempts.some(
    ({ tenant, group, place: at, isAlone, firstByteMs, from }) =>
      (isAlone !== told.isAlone || (isAlone && from !== told.from)) &&
      tenant === alert.tenant &&
      groupIn(group) === alert.group &&
      at === place &&
      firstByteMs > told.firstByteMs &&
      faults.touched(CUTTING, { fromMs: told.firstByteMs, untilMs: firstByteMs }),
  );
}

/** Another one that was cut off, too, had told the end, and by its clock did so later (PROTOCOL 12.4). */
function isUndecided(tells: readonly Tell[], told: Tell): boolean {
  if (!told.isAlone) return false;
  const sinceMs = told.firstByteMs - CLOCK_ERROR_MAX_MS;
  return tells.some(
    ({ resolved, isAlone, firstByteMs }) =>
      resolved && isAlone && firstByteMs >= sinceMs && firstByteMs <= told.firstByteMs,
  );
}

/**
 * The last second of the log, and with it who was told what, goes with the power (PROTOCOL 9): with that of
 * all, or of a sender that was cut off, whose record nobody else has. All of that record goes with its disk,
 * until somebody has heard of it (PROTOCOL 12.4).
 */
function isRecordLost({ faults }: Watch, told: Tell): boolean {
  const { firstByteMs: fromMs, acceptedMs, isAlone, from } = told;
  const unsynced = { fromMs, untilMs: acceptedMs + UNSYNCED_MS };
  if (faults.touched(["power-all"], unsynced)) return true;
  if (!isAlone) return false;
  const cuts = faults.during(CUTTING, { fromMs, untilMs: acceptedMs });
  const apartUntilMs = Math.max(...cuts.map(({ untilMs }) => untilMs)) + HEARD_AGAIN_MS;
  const isLost = faults
    .during(DISK_LOSING, { fromMs, untilMs: apartUntilMs }, from)
    .some((fault) => fault.fromMs >= fromMs);
  return isLost || faults.touched(["power"], unsynced, from);
}

/** Of what was acknowledged something fires all the time up to an instant, and nothing says that it ended. */
export function firesUntil(alert: ClientAlert, first: AlertWrite, untilMs: number): boolean {
  if (alert.writes.some(({ firing, beganMs }) => !firing && beganMs < untilMs)) return false;
  let coveredMs = first.endsAtMs - trueEpochMs;
  for (const { ackedMs, endsAtMs } of alert.writes) {
    if (ackedMs !== undefined && ackedMs < coveredMs - FAILOVER_MS) {
      coveredMs = Math.max(coveredMs, endsAtMs - trueEpochMs);
    }
  }
  return coveredMs > untilMs;
}

/** By when a change that was acknowledged at `ackedMs` is told, an owner and the receiver being there. */
export function deadline(watch: Watch, ackedMs: number, alert: ClientAlert): number {
  let dueMs = ackedMs + BOUND_MS;
  for (let before = -1; before !== dueMs;) {
    before = dueMs;
    const span = { fromMs: ackedMs, untilMs: dueMs };
    if (watch.faults.touched(CUTTING, span))
      dueMs = Math.max(dueMs, ackedMs + BOUND_MS + MINORITY_WAIT_MS);
    // What hangs since before does so for as long as an attempt may last.
    const since = { ...span, fromMs: ackedMs - ATTEMPT_LIMIT_MS };
    for (const fault of watch.faults.during(RECEIVING, since)) {
      const waitsMs =
        fault.kind === "receiver-down" || fault.kind === "receiver-fails" ? 0 : ATTEMPT_LIMIT_MS;
      dueMs = Math.max(dueMs, fault.untilMs + BOUND_MS + waitsMs);
    }
    const goneMs = Math.max(
      nobodyUntil(watch, alert.tenant, span),
      noHolderUntil(watch, alert.tenant, span),
    );
    const againMs = relapsedMs(watch, alert.tenant, span);
    dueMs = Math.max(dueMs, goneMs + BOUND_MS, againMs + FAILOVER_MS + SLACK_MS);
    for (const { beganMs, ackedMs: done, failedMs } of watch.history.configOf(alert.tenant)
      ?.writes ?? []) {
      const overMs = done ?? failedMs ?? beganMs;
      if (beganMs <= dueMs && overMs >= ackedMs) dueMs = Math.max(dueMs, overMs + BOUND_MS);
    }
  }
  return dueMs;
}

/** Its group was made anew meanwhile, which forgets what the old one owed (S-31). */
function regrouped({ history }: Watch, { tenant }: ClientAlert, span: Span): boolean {
  const writes = history.configOf(tenant)?.writes ?? [];
  return writes.some(
    ({ beganMs, ackedMs, failedMs }) =>
      beganMs <= span.untilMs && (ackedMs ?? failedMs ?? Infinity) >= span.fromMs,
  );
}

/** Nothing was ever written to this group before: its first tick is `group_wait` after this write. */
function opensGroup({ history }: Watch, alert: ClientAlert, first: AlertWrite): boolean {
  return history
    .alertsOf(alert.tenant, alert.group)
    .every(({ writes }) => writes.every((one) => one === first || one.beganMs > first.beganMs));
}

/** At most two members fail, one or two at a time, and nothing else is wrong. */
function failsOver(
  watch: Watch,
  alert: ClientAlert,
  { first, failoverMs: untilMs }: { readonly first: AlertWrite; readonly failoverMs: number },
): boolean {
  const { faults, history } = watch;
  const { beganMs } = first;
  const span = { fromMs: beganMs - FAILOVER_MS, untilMs };
  const all = faults.all.filter(
    ({ fromMs, untilMs: end }) => fromMs <= span.untilMs && end >= span.fromMs,
  );
  if (!all.every(({ kind }) => FAILING_OVER.includes(kind))) return false;
  if (new Set(all.flatMap(({ targets }) => targets)).size > 2) return false;
  if (nobodyUntil(watch, alert.tenant, span) > span.fromMs) return false;
  return history.configs.every(({ writes }) =>
    writes.every(({ beganMs: began }) => began > untilMs || began < span.fromMs),
  );
}

function report(
  watch: Watch,
  invariant: string,
  found: {
    readonly alert: ClientAlert;
    readonly place: string;
    readonly what: string;
    readonly dueMs: number;
    readonly toldMs: number;
  },
): void {
  if (found.dueMs > watch.world.events.nowMs) return;
  const { alert, place, what, dueMs, toldMs } = found;
  const when = toldMs === Infinity ? "never" : `only at ${toldMs.toFixed(0)}`;
  const owed = `${alert.name} was to be told as ${what} to ${place} by ${dueMs.toFixed(0)}`;
  watch.history.violate(invariant, dueMs, `${owed}, and was ${when}`);
}
