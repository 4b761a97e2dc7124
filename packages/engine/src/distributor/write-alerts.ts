/**
 * The way of a client's alerts from the coordinator to a write quorum of owners (PROTOCOL 4).
 *
 * One stamp a batch. An owner that holds an alert with a higher stamp says *behind*: any two quorums
 * meet, so a request that begins after another was acknowledged always learns of it, and is stamped anew
 * above it. One that was overtaken is not (ADR 0028): to lift it would undo a later write, such as the
 * end of the alert (I13). Restamping ends at the deadline, because a stamp drawn late would put an old
 * request above newer ones (A4).
 */
import { AppError } from "@tocsin/foundation";
import type { CompletedAlert } from "@tocsin/domain/alert";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import { isOnlyOwner, ownersInOrder, QuorumTracker, type OwnerSets } from "@tocsin/domain/quorum";
import type { BehindAlert } from "../peer/messages.ts";
import type { AlertBatch } from "../tenant/types.ts";
import type { DistributorDeps } from "./context.ts";
import { underOneView } from "./one-view.ts";
import { assertQuorumInReach } from "./quorum-in-reach.ts";

/** Clocks of members may differ by less. */
const OVERTAKEN_MIN_MS = 1_000;

/** A stamp and when it was drawn, by the monotonic clock. */
export interface DrawnStamp {
  readonly us: number;
  readonly atMs: number;
}

export function drawStamp({ time, clock }: DistributorDeps): DrawnStamp {
  return { us: time.drawStampUs(), atMs: clock.monotonicMs() };
}

interface OwnerAnswer {
  readonly id: InstanceId;
  readonly behind: readonly BehindAlert[];
}

/** Stores the alerts at a write quorum; rejects with `unavailable` if that was not reached. */
export async function writeAlerts(
  deps: DistributorDeps,
  write: {
    readonly tenant: TenantId;
    readonly alerts: readonly CompletedAlert[];
    /** How often the process had been stopped when the alerts were read. */
    readonly pauses: number;
    /** Drawn when they were read, for waiting makes no request a later one. Default: now. */
    readonly stamp?: DrawnStamp;
  },
  signal: AbortSignal,
): Promise<void> {
  const deadlineMs = deps.clock.monotonicMs() + deps.timings.writeDeadlineMs;
  // What was read before a stop is neither stamped after it nor sent again (I17).
  const assertInTime = (): void => {
    if (deps.clock.monotonicMs() < deadlineMs && deps.pauseCount() === write.pauses) return;
    throw refusal("The alerts could not be stamped in time");
  };
  const stampsUs: number[] = [];
  let left = write.alerts;
  for (let stamp = write.stamp ?? drawStamp(deps); left.length > 0; stamp = drawStamp(deps)) {
    assertInTime();
    const batch: AlertBatch = {
      tenant: write.tenant,
      nowMs: left[0]?.updatedAtMs ?? deps.time.nowMs(),
      stampUs: stamp.us,
      stampBy: deps.ownId,
      alerts: left,
    };
    const sentAtMs = deps.clock.monotonicMs();
    stampsUs.push(batch.stampUs);
    const behind = await underOneView(deps, write.tenant, (owners) =>
      isOnlyOwner(owners, deps.ownId)
        ? writeAlone(deps, batch)
        : new BatchWrite(deps, { batch, owners, deadlineMs, assertInTime }).run(signal),
    );
    for (const { stampUs } of behind) deps.time.observeStampUs(stampUs);
    const late = behind.filter((one) => !wasOvertaken(deps, { batch, stamp, sentAtMs }, one));
    left = pick(batch.alerts, late, deps.time.nowMs());
  }
  deps.confirm(write.tenant, stampsUs);
}

/**
 * Whether the write that stands began later. That can be known only when this one has been under way for
 * longer than clocks may differ: then it did if it replaced this one here, or if its stamp is later by as
 * much and lies within that time. What replaced a quick one here may be an earlier one that came late,
 * acknowledged before. The end of what this one says to fire is believed if its stamp is later at all:
 * nobody ends an alert and lets it fire again with its old start.
 */
function wasOvertaken(
  deps: DistributorDeps,
  made: { readonly batch: AlertBatch; readonly stamp: DrawnStamp; readonly sentAtMs: number },
  { index, stampUs, isEnd }: BehindAlert,
): boolean {
  const { batch, stamp, sentAtMs } = made;
  const nowMs = deps.clock.monotonicMs();
  const isOld = nowMs - sentAtMs >= OVERTAKEN_MIN_MS;
  if (isOld && deps.fleet.get(batch.tenant)?.wasReplaced(batch, index) === true) return true;
  const laterMs = (stampUs - stamp.us) / 1_000;
  return laterMs >= (isEnd ? 0 : OVERTAKEN_MIN_MS) && laterMs <= nowMs - stamp.atMs;
}

/** Where nobody else owns the tenant there is nothing to count, which is half of what a small batch costs. */
function writeAlone(deps: DistributorDeps, batch: AlertBatch): Promise<readonly BehindAlert[]> {
  try {
    return writeHere(deps, batch);
  } catch (error) {
    const { message } = AppError.from(error, "unavailable");
    throw refusal(`this instance is the only owner and could not store them (${message})`);
  }
}

/** Throws when they cannot be stored, and never rejects. */
function writeHere(deps: DistributorDeps, batch: AlertBatch): Promise<readonly BehindAlert[]> {
  deps.assertTakesWrites();
  const behind = deps.fleet.applyBatch(batch);
  const answer = (): readonly BehindAlert[] => behind;
  // A failing disk is alarmed by the journal; alerts are taken in memory all the same (PROTOCOL 9).
  return deps.journal.written().then(answer, answer);
}

/** One batch under one stamp on its way to all owners. */
class BatchWrite {
  readonly #deps: DistributorDeps;
  readonly #batch: AlertBatch;
  readonly #delayMs: number;
  readonly #assertInTime: () => void;
  readonly #owners: OwnerSets;
  readonly #answers: OwnerAnswer[] = [];
  readonly #tracker: QuorumTracker;
  readonly #failures: string[] = [];

  constructor(
    deps: DistributorDeps,
    write: {
      readonly batch: AlertBatch;
      readonly owners: OwnerSets;
      readonly deadlineMs: number;
      readonly assertInTime: () => void;
    },
  ) {
    this.#deps = deps;
    this.#batch = write.batch;
    this.#assertInTime = write.assertInTime;
    this.#delayMs = write.deadlineMs - deps.clock.monotonicMs();
    this.#owners = write.owners;
    this.#tracker = new QuorumTracker(write.owners, "write");
  }

  /** Resolves with the alerts that must be stamped anew: none, mostly. */
  async run(signal: AbortSignal): Promise<readonly BehindAlert[]> {
    this.#assertInReach();
    const { promise, resolve } = Promise.withResolvers<void>();
    const ids = ownersInOrder(this.#owners);
    const either = AbortSignal.any([signal, this.#deps.signal]);
    let waiting = ids.length;
    for (const id of ids) {
      void this.#writeTo(id, either).finally(() => {
        waiting -= 1;
        // Whoever is behind is stamped anew at once: to wait for a stopped owner would use up the deadline.
        if (waiting === 0 || this.#tracker.outcome !== "open") resolve();
      });
    }
    await promise;
    if (this.#tracker.outcome !== "reached") this.#refuse();
    return this.#behindQuorum();
  }

  #assertInReach(): void {
    try {
      assertQuorumInReach(this.#deps, this.#owners);
    } catch (error) {
      throw refusal(AppError.from(error).message);
    }
  }

  async #writeTo(id: InstanceId, signal: AbortSignal): Promise<void> {
    try {
      const behind = await (id === this.#deps.ownId
        ? writeHere(this.#deps, this.#batch)
        : this.#writeThere(id, signal));
      this.#answers.push({ id, behind });
      this.#tracker.succeeded(id);
    } catch (error) {
      this.#failures.push(`${id}: ${AppError.from(error, "unavailable").message}`);
      this.#tracker.failed(id);
    }
  }

  async #writeThere(id: InstanceId, signal: AbortSignal): Promise<readonly BehindAlert[]> {
    const reply = await this.#deps.calls.callInView(
      { id, delayMs: this.#delayMs },
      () => {
        this.#assertInTime();
        const viewVersion = this.#deps.view().version;
        return { kind: "write-alerts" as const, body: { viewVersion, batches: [this.#batch] } };
      },
      signal,
    );
    if (reply.kind === "refused") throw new AppError("unavailable", reply.reason);
    return reply.results[0]?.behind ?? [];
  }

  #refuse(): never {
    const { need } = this.#tracker.progress;
    const why = this.#failures.join("; ");
    throw refusal(`${need} owners must store them and too few could (${why})`);
  }

  /** Alerts for which fewer than a quorum took this stamp. */
  #behindQuorum(): readonly BehindAlert[] {
    const highest = new Map<number, BehindAlert>();
    for (const one of this.#answers.flatMap(({ behind }) => behind)) {
      const known = highest.get(one.index);
      if (known === undefined || known.stampUs < one.stampUs) highest.set(one.index, one);
    }
    return [...highest.values()].filter(({ index }) => {
      const tracker = new QuorumTracker(this.#owners, "write");
      for (const { id, behind } of this.#answers) {
        if (!behind.some((one) => one.index === index)) tracker.succeeded(id);
      }
      return tracker.outcome !== "reached";
    });
  }
}

/** The alerts at these indexes, updated now. */
function pick(
  alerts: readonly CompletedAlert[],
  behind: readonly BehindAlert[],
  nowMs: number,
): readonly CompletedAlert[] {
  return behind.flatMap(({ index }) => {
    const alert = alerts[index];
    return alert === undefined ? [] : [{ ...alert, updatedAtMs: nowMs }];
  });
}

function refusal(why: string): AppError {
  return new AppError(
    "unavailable",
    `Alerts not acknowledged: ${why}. Some owners may have stored them; send again`,
  );
}
