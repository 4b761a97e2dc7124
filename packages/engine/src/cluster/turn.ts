/**
 * One key's turn on one owner (PROTOCOL 7.1): from the tick to *told*, *nothing* or *failed*.
 *
 * ```text
 *   (tick, owed) ─▶ watching ─▶ claiming ─▶ deciding ─▶ sending ─▶ recording ─▶ over
 *                     ▲  ▲ │        │           └────────────────────────────────▶ over (nothing)
 *                     │  │ └────────┼── outcome of another ──────────────────────▶ over
 *                     │  └──────────┘ held by another, or due there
 *                     └──── failed here: to the end of the line ── sending
 * ```
 *
 * All owners run it for each tick. Position is never a sleep that must be finished: whatever changes
 * (suspicion, a grant, an outcome) pokes the turn, and it looks again. What is sent is decided when the
 * turn has come, on the state merged from a majority; a claim by itself never suppresses anything.
 */
import { fraction } from "@tocsin/foundation";
import type { AlertRecord, InstanceId, LogRecord } from "@tocsin/domain/model";
import { NO_RECEIVER_DATA } from "@tocsin/domain/nflog";
import type { Outcome } from "../peer/claim.ts";
import type { NotifyResult } from "../ports/index.ts";
import type { Decision } from "../tenant/types.ts";
import { endSent, endWithout } from "./claim-ends.ts";
import type { Claims } from "./claims.ts";
import type { OpenedClaim } from "./opened-claim.ts";
import type { Timings } from "./timings.ts";
import type { TurnDeps, TurnKey } from "./turn-deps.ts";
import { TurnJudgement } from "./turn-judgement.ts";
import { TurnPlace } from "./turn-place.ts";
import { TurnReport } from "./turn-report.ts";

/** How long a look at the merged state stays good for a first byte and for another attempt. */
const LOOK_FRESH_MS = 500;
/** After this many attempts held back only for an old look the lease alone decides. */
const STALE_LOOKS_MAX = 3;
const CONFIRMATION_POLL_MS = 50;
const CONNECT_FAILURES_MAX = 2;
/** One answer of the ring store may be late. */
const SILENT_MIN_MS = 1_000;
/** Outcomes travel before all bulk, so they stay small. */
const NEWS_TOLD_MAX = 1_000;
const BACKOFF_MIN_MS = 500;
const BACKOFF_MAX_MS = 60_000;
const BACKOFF_FACTOR = 1.5;

type Step = "over" | "again";

export class Turn {
  readonly #deps: TurnDeps;
  readonly #timings: Timings;
  readonly #key: TurnKey;
  readonly #judgement: TurnJudgement;
  readonly #place: TurnPlace;
  readonly #report: TurnReport;
  readonly #signal: AbortSignal;
  /** The tick that is claimed for. */
  readonly #tickMs: number;
  readonly #deadlineAtMs: number;
  /** Monotonic. */
  readonly #startedAtMs: number;
  #attempts = 0;
  #backoffMs = BACKOFF_MIN_MS;
  /** Monotonic: when the last attempt began. */
  #attemptedAtMs = 0;
  #isOver = false;
  /** Monotonic: since when in this look the ring store has not answered. */
  #silentSinceMs: number | undefined;
  #wake: () => void = () => {};

  constructor(
    deps: TurnDeps,
    timings: Timings,
    made: {
      readonly key: TurnKey;
      readonly tickMs: number;
      readonly deadlineMs: number;
      readonly signal: AbortSignal;
    },
  ) {
    this.#deps = deps;
    this.#timings = timings;
    this.#key = made.key;
    this.#judgement = new TurnJudgement(deps, made.key, made.tickMs);
    this.#place = new TurnPlace(deps, timings, made.key);
    this.#report = new TurnReport(deps.logger, made.key);
    this.#tickMs = made.tickMs;
    this.#signal = made.signal;
    this.#startedAtMs = deps.clock.monotonicMs();
    this.#deadlineAtMs = this.#startedAtMs + made.deadlineMs;
  }

  /** Something changed that may concern this turn. */
  poke(): void {
    this.#wake();
  }

  /** Another owner's claim on this key ended. */
  outcome(outcome: Outcome): void {
    switch (outcome.kind) {
      case "sent":
      case "nothing":
      case "refused":
        if (outcome.tickMs >= this.#tickMs) this.#isOver = true;
        break;
      case "failed":
        this.#place.fail(outcome.id.by);
        break;
      case "released":
        break;
    }
    this.poke();
  }

  /** Runs until it is over; rejects only with the signal's reason. */
  async run(): Promise<void> {
    for (let step: Step = "again", isFirst = true; step === "again"; isFirst = false) {
      const others = this.#judgement.othersFirst("later");
      if (others !== undefined) await others;
      if (this.#isOver) return;
      const prospect = await this.#judgement.foresee(isFirst);
      if (prospect.kind === "nothing") {
        await this.#judgement.finish("waived");
        return;
      }
      // Whether a quorum can be reached is for the claim to find out.
      if (!this.#mayTellNews(prospect.news, true)) {
        await this.#sleep(CONFIRMATION_POLL_MS);
        continue;
      }
      if (!(await this.#turnComes())) return;
      step = await this.#claimAndSend();
    }
  }

  /** New alerts are told once a quorum holds them. */
  #mayTellNews(news: readonly AlertRecord[], isAlone: boolean): boolean {
    const waits = { sinceMs: this.#startedAtMs, isAlone };
    return this.#deps.mayTell(this.#key.tenant, news, waits);
  }

  /** Waits for the turn. False: it is over without us. */
  async #turnComes(): Promise<boolean> {
    for (;;) {
      // A former owner has handed the tenant over, and with it what is owed.
      if (this.#isOver || !this.#place.isOwner) return false;
      const isHeld = this.#deps.granter.holder(this.#key) !== undefined;
      const waitMs = isHeld ? Infinity : this.#place.waitMs();
      if (waitMs <= 0 && this.#deps.mayClaim(this.#key.tenant)) return true;
      await this.#sleep(waitMs <= 0 ? this.#timings.claimRetryMs : waitMs);
    }
  }

  async #claimAndSend(): Promise<Step> {
    const { tenant, key } = this.#key;
    const ref = { tenant, key, tickMs: this.#tickMs };
    const handle = this.#deps.claims.open(ref, () => this.#deps.owners(tenant));
    if (handle === undefined) return "again";
    try {
      if (!(await this.#look(handle))) return this.#release(handle);
      return await this.#decideAndSend(handle);
    } finally {
      // Closing twice does nothing: this is for an abort in the middle.
      this.#deps.claims.close(handle, endWithout(this.#judgement.claimed, "released"));
    }
  }

  /** Lets go and waits a little: somebody else is at it, or is about to be. */
  #release(handle: OpenedClaim): Step {
    this.#deps.claims.close(handle, endWithout(this.#judgement.claimed, "released"));
    this.#place.rest(this.#timings.claimRetryMs);
    return "again";
  }

  /** Asks until a quorum has granted in this look, which merges all it knows. False: not now. */
  async #look(handle: OpenedClaim): Promise<boolean> {
    handle.beginLook();
    this.#silentSinceMs = undefined;
    const startedAtMs = this.#deps.clock.monotonicMs();
    let nextAskAtMs = startedAtMs;
    handle.onAnswer = (from, answer) => {
      if ("news" in answer) this.#deps.fleet.merge(this.#key.tenant, answer.news);
      if (answer.kind === "older-config") this.#deps.fetchConfig(this.#key.tenant, from);
      this.poke();
    };
    for (;;) {
      if (handle.isGranted) break;
      if (this.#isOver || handle.isBlocked || !handle.hasOwnGrant) return false;
      if (!this.#deps.mayClaim(this.#key.tenant)) return false;
      if (handle.isGrantedByAllTrusted && (await this.#mayGoAlone(handle))) break;
      const nowMs = this.#deps.clock.monotonicMs();
      if (nowMs - startedAtMs >= this.#lookLimitMs()) return false;
      if (nowMs >= nextAskAtMs) {
        this.#deps.claims.ask(handle, this.#claim(handle), handle.missing);
        nextAskAtMs = nowMs + this.#timings.claimRetryMs;
      }
      await this.#sleep(nextAskAtMs - nowMs);
    }
    const { clock, fleet, metrics } = this.#deps;
    const read = (): LogRecord | undefined => fleet.get(this.#key.tenant)?.logEntry(this.#key.key);
    const entry = metrics.queryLog(clock, read);
    if (entry !== undefined) this.#deps.time.observeStampUs(entry.versionUs);
    handle.drawVersion(this.#deps.time);
    return true;
  }

  #lookLimitMs(): number {
    return this.#timings.minorityWaitMs + this.#timings.attemptLimitMs;
  }

  /** Without a majority: wait while the ring store shows the others alive (PROTOCOL 7.5). */
  async #mayGoAlone(handle: OpenedClaim): Promise<boolean> {
    const isLate = this.#deps.time.nowMs() - this.#tickMs >= this.#timings.minorityWaitMs;
    if (!isLate && !(await this.#areGone(handle.missing))) return false;
    // The answer took time, and may have brought another view: the others may have come back, or granted.
    if (!handle.isGrantedByAllTrusted || !handle.hasOwnGrant) return false;
    if (!handle.alone) this.#report.alone(handle);
    handle.alone = true;
    return true;
  }

  async #areGone(missing: readonly InstanceId[]): Promise<boolean> {
    const found = await this.#deps.whereAre(missing, this.#signal);
    if (found !== "unknown") {
      this.#silentSinceMs = undefined;
      return found === "gone";
    }
    const nowMs = this.#deps.clock.monotonicMs();
    this.#silentSinceMs ??= nowMs;
    return nowMs - this.#silentSinceMs >= SILENT_MIN_MS;
  }

  #claim(handle: OpenedClaim): Parameters<Claims["ask"]>[1] {
    const tenant = this.#deps.fleet.open(this.#key.tenant);
    return {
      ...this.#judgement.claimed,
      id: {
        by: this.#deps.ownId,
        incarnation: this.#deps.claims.incarnation,
        number: handle.number,
      },
      configVersion: tenant.configRecord?.version ?? 0,
      digests: tenant.decisionDigests(this.#key.groupId, this.#key.key),
    };
  }

  async #decideAndSend(handle: OpenedClaim): Promise<Step> {
    let connectFailures = 0;
    let staleLooks = 0;
    for (;;) {
      const others = this.#judgement.othersFirst("first");
      if (others !== undefined) await others;
      const decision = await this.#judgement.decide();
      if (decision.kind === "nothing") return this.#end(handle, "nothing");
      // The look has brought an alert whose write is under way.
      if (!this.#mayTellNews(decision.told.news, handle.alone)) return this.#release(handle);
      const result = await this.#attempt(handle, decision, staleLooks < STALE_LOOKS_MAX);
      switch (result.kind) {
        case "accepted":
          return this.#record(handle, decision, result);
        case "refused":
          this.#report.failed(this.#attempts, "due to unrecoverable error ", result.error);
          return this.#end(handle, "refused", result.reason);
        case "fenced":
          if (handle.holdsLease && this.#deps.mayClaim(this.#key.tenant)) staleLooks += 1;
          else return this.#release(handle);
          break;
        case "unreachable":
          connectFailures += 1;
          if (connectFailures >= CONNECT_FAILURES_MAX && this.#place.hasNext) {
            return this.#passOn(handle, result.error);
          }
          await this.#backOff(result.error);
          break;
        case "retry":
          await this.#backOff(result.error);
          break;
      }
      if (this.#deps.clock.monotonicMs() >= this.#deadlineAtMs && result.kind !== "fenced") {
        this.#report.failed(this.#attempts, "", "error" in result ? result.error : "");
        return this.#end(handle, "failed", "reason" in result ? result.reason : "other");
      }
      if (!handle.isFresh(LOOK_FRESH_MS) && !(await this.#look(handle)))
        return this.#release(handle);
    }
  }

  async #attempt(
    handle: OpenedClaim,
    decision: Exclude<Decision, { kind: "nothing" }>,
    checksLook: boolean,
  ): Promise<NotifyResult> {
    if (decision.kind === "record") return { kind: "accepted" };
    // Alone and without an answer of the ring store each look takes longer than it is good for.
    const mayBeStale = !checksLook || (handle.alone && this.#silentSinceMs !== undefined);
    const fence = (): boolean =>
      handle.holdsLease &&
      this.#deps.mayClaim(this.#key.tenant) &&
      (mayBeStale || handle.isFresh(2 * LOOK_FRESH_MS));
    const limit = new AbortController();
    const onAbort = (): void => limit.abort(this.#signal.reason);
    this.#signal.addEventListener("abort", onAbort, { once: true });
    const timer = this.#deps.timers.after(this.#timings.attemptLimitMs, () =>
      limit.abort(new Error("The receiver did not answer within the attempt limit")),
    );
    handle.sending = true;
    this.#attempts += 1;
    this.#attemptedAtMs = this.#deps.clock.monotonicMs();
    let kind: NotifyResult["kind"] = "retry";
    try {
      const result = await this.#deps.notifier.notify(decision.job, fence, limit.signal);
      kind = result.kind;
      return result;
    } catch (error) {
      this.#signal.throwIfAborted();
      return { kind: "retry", error: String(error), reason: "contextDeadlineExceeded" };
    } finally {
      handle.sending = false;
      timer.cancel();
      this.#signal.removeEventListener("abort", onAbort);
      const tookMs = this.#deps.clock.monotonicMs() - this.#attemptedAtMs;
      this.#deps.metrics.attempted(this.#key, { tookMs, kind });
    }
  }

  async #record(
    handle: OpenedClaim,
    decision: Exclude<Decision, { kind: "nothing" }>,
    result: NotifyResult & { kind: "accepted" },
  ): Promise<Step> {
    const { tenant: id, key, receiver, integration } = this.#key;
    const tenant = this.#deps.fleet.open(id);
    const entry = tenant.recordFor(decision.told, {
      key,
      receiver,
      integration: integration.kind,
      index: integration.index,
      groupId: this.#key.groupId,
      groupKey: this.#key.groupKey,
      version: { us: handle.versionUs, by: this.#deps.ownId },
      timestampMs: this.#deps.time.nowMs(),
      tickMs: this.#tickMs,
      receiverData: result.receiverData ?? decision.told.previous?.receiverData ?? NO_RECEIVER_DATA,
      retentionMs: this.#deps.retentionMs,
    });
    this.#deps.fleet.merge(id, { log: [entry] });
    if (decision.kind === "send") tenant.recordNotification(this.#key.groupId, decision);
    // A disk that fails must not make anybody be told twice: the outcome goes out all the same.
    await this.#deps.journaled().catch((error: unknown) => {
      this.#deps.logger.log("error", "Notification log entry is in memory only", {
        tenant: id,
        err: String(error),
      });
    });
    const { told } = decision;
    // Nobody else need hold what is told without a majority.
    const ends = handle.alone ? [...told.ends, ...told.news.slice(0, NEWS_TOLD_MAX)] : told.ends;
    this.#deps.claims.close(handle, endSent(this.#judgement.claimed, { entry, ends }));
    this.#deps.metrics.sent(this.#key);
    if (handle.alone) this.#deps.metrics.sentAlone();
    await this.#judgement.finish("told");
    return "over";
  }

  /** `reason` is that of the last attempt, if there was one. */
  async #end(
    handle: OpenedClaim,
    kind: "nothing" | "failed" | "refused",
    reason = "other",
  ): Promise<Step> {
    this.#deps.claims.close(handle, endWithout(this.#judgement.claimed, kind));
    if (kind !== "nothing") this.#deps.metrics.failed(this.#key, reason);
    await this.#judgement.finish(kind === "nothing" ? "waived" : "failed");
    return "over";
  }

  #passOn(handle: OpenedClaim, error: string): Step {
    this.#report.attemptFailed(this.#attempts, error, "another owner tries now");
    this.#deps.claims.close(handle, endWithout(this.#judgement.claimed, "failed"));
    this.#place.fail(this.#deps.ownId);
    this.#place.rest(this.#backoffMs);
    return "again";
  }

  /** S-44: 0.5 s from the attempt's beginning, each time half as long again, ± a half, up to a minute. */
  async #backOff(error: string): Promise<void> {
    if (this.#attempts === 1) this.#report.attemptFailed(1, error, "will retry later");
    const delayMs = this.#backoffMs * (0.5 + fraction(this.#deps.random));
    this.#backoffMs = Math.min(this.#backoffMs * BACKOFF_FACTOR, BACKOFF_MAX_MS);
    const untilMs = Math.min(this.#attemptedAtMs + delayMs, this.#deadlineAtMs);
    for (;;) {
      const leftMs = untilMs - this.#deps.clock.monotonicMs();
      if (leftMs <= 0) return;
      await this.#sleep(leftMs);
    }
  }

  /** Waits until poked or until `delayMs` have passed. */
  #sleep(delayMs: number): Promise<void> {
    this.#signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = delayMs === Infinity ? undefined : this.#deps.timers.after(delayMs, resolve);
    const onAbort = (): void => reject(this.#signal.reason);
    this.#signal.addEventListener("abort", onAbort, { once: true });
    this.#wake = resolve;
    return promise.finally(() => {
      timer?.cancel();
      this.#signal.removeEventListener("abort", onAbort);
      this.#wake = () => {};
    });
  }
}
