/**
 * How an instance gives up ownership (PROTOCOL 3.4): for good when its process ends, or as a drain, which
 * goes on serving and can be taken back.
 *
 * ```text
 *   serving ──drain, leave──▶ draining ──others have taken over──▶ drained
 *      ▲                         │                                   │
 *      └────── stay, or nobody is there to take over ────────────────┘   not once the process ends
 * ```
 */
import { AppError, rejectOnAbort, withDeadline, type Clock, type Logger } from "@tocsin/foundation";
import type { DrainState } from "../api/types.ts";
import type { Membership } from "../membership/index.ts";
import type { Parts } from "./parts.ts";

export interface DepartureDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly membership: Membership;
  /** The instance stops: nothing is waited for. */
  readonly signal: AbortSignal;
}

export interface DepartureOptions {
  /** Nobody is ever there to take over. */
  readonly isAlone: boolean;
  /** For how long a process that ends waits for others to take over. */
  readonly leaveBudgetMs: number;
}

/** One that has begun; if it is taken back, the next one is another. */
interface Drain {
  readonly takenBack: AbortController;
  hasLeft: boolean;
  isOver: boolean;
  done: Promise<void>;
}

type Leaving = Pick<Parts, "pinger" | "claims">;

/** `late`: others are at it. */
type Outcome = "taken-over" | "nobody" | "late";

type Work = (signal: AbortSignal) => Promise<void>;

const NOBODY = new AppError(
  "unavailable",
  "No other instance is in the ring, or the ring store does not answer",
);
const QUIET_POLL_MS = 20;
export const LAST_ACT_MS = 10_000;

export class Departure {
  readonly #deps: DepartureDeps;
  readonly #options: DepartureOptions;
  readonly #hurry = new AbortController();
  #drain: Drain | undefined;
  #isForGood = false;

  constructor(deps: DepartureDeps, options: DepartureOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  get state(): DrainState {
    if (this.#drain === undefined) return "serving";
    return this.#drain.isOver ? "drained" : "draining";
  }

  get isDraining(): boolean {
    return this.#drain !== undefined;
  }

  /** Sends nothing any more: others have taken over, or its time is over. */
  get hasLeft(): boolean {
    return this.#drain?.hasLeft === true;
  }

  /** For good: resolves when others have taken over and nothing is under way, or when its time is over. */
  leave(parts: Leaving): Promise<void> {
    this.#isForGood = true;
    return this.drain(parts);
  }

  /** The same without an end of its time, and it can be taken back. */
  drain(parts: Leaving): Promise<void> {
    if (this.#drain !== undefined) return this.#drain.done;
    const drain: Drain = {
      takenBack: new AbortController(),
      hasLeft: false,
      isOver: false,
      done: Promise.resolve(),
    };
    this.#drain = drain;
    drain.done = this.#run(drain, parts).finally(() => {
      drain.isOver = true;
    });
    return drain.done;
  }

  /** As `OperatorApi.stay` says. */
  stay(): void {
    const drain = this.#drain;
    if (drain === undefined) return;
    if (this.#isForGood) {
      throw new AppError("conflict", "The process ends: only its next start joins the ring again");
    }
    this.#deps.logger.log("info", "Drain is taken back");
    this.#takeBack(drain);
  }

  /** Waits for nobody any more. */
  hurry(): void {
    this.#hurry.abort(new AppError("aborted", "Told to hurry"));
  }

  /** Like `within`, and cut short by `hurry`. */
  async waiting(delayMs: number, warning: string, work: Work): Promise<void> {
    this.#warn(warning, await this.#wait(delayMs, this.#hurry.signal, work));
  }

  /** Runs `work` with a deadline; what went wrong is for the log, leaving goes on. */
  async within(delayMs: number, warning: string, work: Work): Promise<void> {
    this.#warn(warning, await this.#try(delayMs, work));
  }

  async #run(drain: Drain, { pinger, claims }: Leaving): Promise<void> {
    if (!(await this.#handOver(drain))) return;
    drain.hasLeft = true;
    // Who hears of the view only by the next ping would ask this instance, which may be gone by then.
    pinger.pingAll();
    const { clock } = this.#deps;
    const error = await this.#wait(LAST_ACT_MS, this.#earlyEnd(drain), async (signal) => {
      while (claims.isBusy) await clock.sleep(QUIET_POLL_MS, signal);
    });
    if (!drain.takenBack.signal.aborted) this.#warn("Left while a message was under way", error);
  }

  /** True: others have taken over, or there is no time to wait for that. False: it was taken back. */
  async #handOver(drain: Drain): Promise<boolean> {
    const { clock, membership } = this.#deps;
    const { signal: takenBack } = drain.takenBack;
    for (;;) {
      const found: { outcome: Outcome } = { outcome: "late" };
      const { leaveBudgetMs } = this.#options;
      const error = await this.#wait(leaveBudgetMs, this.#earlyEnd(drain), async (signal) => {
        if (await membership.leave(signal)) found.outcome = "taken-over";
        else if (!signal.aborted && !membership.isReplaced) found.outcome = "nobody";
      });
      const { outcome } = found;
      if (takenBack.aborted) return false;
      this.#tell(outcome, error);
      if (outcome === "taken-over" || this.#isOver) return true;
      if (outcome === "nobody") {
        this.#takeBack(drain);
        return false;
      }
      await clock.sleep(QUIET_POLL_MS, takenBack).catch(() => {});
    }
  }

  /** Nothing is waited for any longer than it takes to end. */
  get #isOver(): boolean {
    return this.#isForGood || this.#deps.signal.aborted || this.#deps.membership.isReplaced;
  }

  #tell(outcome: Outcome, error: AppError | undefined): void {
    if (outcome === "taken-over") return;
    const isNobody = outcome === "nobody";
    if (this.#isForGood) {
      if (!isNobody) this.#warn("Left before others had taken over", error);
      else if (!this.#options.isAlone)
        this.#deps.logger.log("info", "Nobody is there to take over");
      return;
    }
    const what = isNobody ? "The drain ends, as nobody takes over" : "The drain takes long";
    this.#warn(`${what}; the instance goes on`, error ?? NOBODY);
  }

  #takeBack(drain: Drain): void {
    this.#drain = undefined;
    this.#deps.membership.stay();
    drain.takenBack.abort(new AppError("aborted", "The drain was taken back"));
  }

  #earlyEnd(drain: Drain): AbortSignal {
    return AbortSignal.any([this.#hurry.signal, drain.takenBack.signal]);
  }

  #wait(delayMs: number, early: AbortSignal, work: Work): Promise<AppError | undefined> {
    return this.#try(delayMs, async (signal) => {
      const either = AbortSignal.any([signal, early]);
      await Promise.race([work(either), rejectOnAbort(either)]);
    });
  }

  /** Returns what went wrong. */
  async #try(delayMs: number, work: Work): Promise<AppError | undefined> {
    const options = { clock: this.#deps.clock, delayMs, what: "Leaving" };
    try {
      await withDeadline(options, this.#deps.signal, work);
      return undefined;
    } catch (error) {
      return AppError.from(error);
    }
  }

  #warn(message: string, error: AppError | undefined): void {
    if (error === undefined) return;
    this.#deps.logger.log("warn", message, { err: error.message });
  }
}
