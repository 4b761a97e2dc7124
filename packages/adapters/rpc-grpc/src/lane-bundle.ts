/**
 * One lane to one peer: one connection, and more beside it while the network loses packets.
 *
 * TCP keeps order, so one lost packet holds up all that is behind it, and TCP waits twice as long
 * before each further try: of three packets in ten lost a connection stands still for seconds at a
 * time, which looks like a dead peer. Connections stand still independently of each other. So when a
 * call is not answered soon, spare connections are dialled and kept for a while;
 * calls that are not answered soon are sent again on another one, and pings go over all. That is safe
 * because messages may arrive twice by the protocol (PROTOCOL, "Taken for granted"), and free while
 * all is well: then there is one connection and no second try.
 */
import { AppError, type Clock } from "@tocsin/foundation";
import type { PeerReply, Ping, RequestKind } from "@tocsin/engine/peer";
import type { LaneLink } from "./lane-link.ts";
import { settling, type Settling } from "./settling.ts";

const SPARE_COUNT = 2;
/** An answer that takes longer is late: round trips take 1 ms, storing some 10. */
const SLOW_MS = 500;
/** With spare connections at hand. */
const REPEATED_AFTER_MS = 300;
const LOOK_INTERVAL_MS = 100;
/** From the last late answer on. */
const SPARES_KEPT_MS = 30_000;
/** More is bulk, which is not sent twice. */
const REPEATED_SIZE_MAX_BYTES = 64 * 1_024;

/** What a bundle asks of a connection. */
export type BundledLink = Pick<
  LaneLink,
  "isOpen" | "callCount" | "openedAtMs" | "keep" | "retryNow" | "renew" | "ping" | "call" | "close"
>;

export interface BundleDeps {
  readonly clock: Clock;
  readonly makeLink: () => BundledLink;
  /** An answer is late, or the peer is silent: its other lane will need spare connections too. */
  readonly onSlow: () => void;
  /** This process has too much to do: nobody can be called late, and more connections would be more to do. */
  readonly isBusy: () => boolean;
}

interface OpenCall extends Settling<PeerReply> {
  readonly kind: RequestKind;
  readonly content: Uint8Array;
  readonly tried: Set<BundledLink>;
  /** Ends all tries. */
  readonly stop: AbortController;
  underWay: number;
  /** Monotonic: from then on the last try is late. */
  lateAtMs: number;
}

export class LaneBundle {
  readonly #deps: BundleDeps;
  readonly #first: BundledLink;
  #spares: readonly BundledLink[] = [];
  #sparesUntilMs = 0;
  readonly #calls = new Set<OpenCall>();
  readonly #closed = new AbortController();
  #isLooking = false;

  constructor(deps: BundleDeps) {
    this.#deps = deps;
    this.#first = deps.makeLink();
  }

  /** As `LaneLink.keep`. */
  keep(): void {
    this.#first.keep();
  }

  /** As `LaneLink.retryNow`. */
  retryNow(): void {
    for (const link of this.#links) link.retryNow();
  }

  /** The peer is silent: the connection that is open for longest is replaced, as `LaneLink.renew` says. */
  renew(): void {
    this.#deps.onSlow();
    const open = this.#links.filter((link) => link.isOpen);
    open.sort((a, b) => a.openedAtMs - b.openedAtMs);
    open[0]?.renew();
  }

  /** Dials spare connections, or keeps those that there are for longer. */
  reinforce(): void {
    if (this.#closed.signal.aborted || this.#deps.isBusy()) return;
    this.#sparesUntilMs = this.#deps.clock.monotonicMs() + SPARES_KEPT_MS;
    if (this.#spares.length > 0) return;
    this.#spares = Array.from({ length: SPARE_COUNT }, () => this.#deps.makeLink());
    for (const link of this.#spares) link.keep();
    this.#look();
  }

  ping(ping: Ping): void {
    this.#first.ping(ping);
    for (const link of this.#spares) if (link.isOpen) link.ping(ping);
  }

  /** As `LaneLink.call`; the first answer counts. */
  call(kind: RequestKind, content: Uint8Array, signal: AbortSignal): Promise<PeerReply> {
    const stop = new AbortController();
    const ends = settling<PeerReply>(signal, {
      onAbort: (reason) => stop.abort(reason),
      onSettled: () => {
        this.#calls.delete(call);
        // Nobody waits for the answers of the other tries.
        if (call.underWay > 0) stop.abort(new AppError("aborted", "Another connection was faster"));
      },
    });
    const rest = { stop, tried: new Set<BundledLink>(), underWay: 0, lateAtMs: 0 };
    const call: OpenCall = { ...ends, ...rest, kind, content };
    this.#calls.add(call);
    this.#try(call, this.#untried(call) ?? this.#first);
    this.#look();
    return ends.promise;
  }

  close(): void {
    this.#closed.abort(new AppError("aborted", "The connections are not wanted any more"));
    for (const link of this.#links) link.close();
  }

  get #links(): readonly BundledLink[] {
    return [this.#first, ...this.#spares];
  }

  get #patienceMs(): number {
    return this.#spares.length > 0 ? REPEATED_AFTER_MS : SLOW_MS;
  }

  #try(call: OpenCall, link: BundledLink): void {
    call.tried.add(link);
    call.underWay += 1;
    call.lateAtMs = this.#deps.clock.monotonicMs() + this.#patienceMs;
    link.call(call.kind, call.content, call.stop.signal).then(
      (reply) => {
        call.underWay -= 1;
        if (this.#calls.has(call)) call.resolve(reply);
      },
      (error: unknown) => {
        call.underWay -= 1;
        if (this.#calls.has(call)) this.#failed(call, error);
      },
    );
  }

  /** A connection that broke says nothing while others are open; all other failures are the answer. */
  #failed(call: OpenCall, error: unknown): void {
    const hasBroken = error instanceof AppError && error.code === "unavailable";
    const other = hasBroken && !call.stop.signal.aborted ? this.#untried(call) : undefined;
    if (other !== undefined) this.#try(call, other);
    else if (!hasBroken || call.underWay === 0) call.reject(error);
  }

  /** The open connection with the fewest calls, that this one has not been tried on. */
  #untried({ tried }: OpenCall): BundledLink | undefined {
    if (this.#spares.length === 0) return tried.has(this.#first) ? undefined : this.#first;
    let best: BundledLink | undefined;
    for (const link of this.#links) {
      if (!link.isOpen || tried.has(link)) continue;
      if (best === undefined || link.callCount < best.callCount) best = link;
    }
    return best;
  }

  /** Looks for late answers while calls are open, and lets go of spares that are not needed any more. */
  #look(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    void this.#lookOn().catch(() => {}); // Closed.
  }

  async #lookOn(): Promise<void> {
    const { clock } = this.#deps;
    while (this.#calls.size > 0 || this.#spares.length > 0) {
      await clock.sleep(LOOK_INTERVAL_MS, this.#closed.signal);
      const nowMs = clock.monotonicMs();
      for (const call of this.#calls) {
        if (this.#deps.isBusy()) call.lateAtMs = nowMs + this.#patienceMs;
        else if (call.lateAtMs <= nowMs) this.#isLate(call);
      }
      if (this.#spares.length > 0 && this.#sparesUntilMs <= nowMs) this.#dropSpares();
    }
    this.#isLooking = false;
  }

  #isLate(call: OpenCall): void {
    this.#deps.onSlow();
    const isSmall = call.content.length <= REPEATED_SIZE_MAX_BYTES;
    const other = isSmall ? this.#untried(call) : undefined;
    if (other !== undefined) this.#try(call, other);
    else call.lateAtMs += this.#patienceMs;
  }

  #dropSpares(): void {
    const spares = this.#spares;
    this.#spares = [];
    for (const link of spares) link.close();
  }
}
