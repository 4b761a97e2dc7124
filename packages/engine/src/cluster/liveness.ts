/**
 * Who is there (PROTOCOL 2).
 *
 * Each instance pings each other one and echoes the highest number that it got. A peer is trusted while
 * I hear it AND it hears me: its echo must name a ping that I sent lately (A18). Both are measured in
 * own running time, so that a process that was stopped does not find itself alone on waking (A3).
 * Suspicion moves turns; it never moves ownership.
 *
 * The lease of a sender rests on the same echoes, but on the monotonic clock: what matters there is how
 * old the echo is, stopped or not. A lease that has lapsed for a peer is never revived by a later echo:
 * `leaseEpoch` counts the lapses, and a grant is good only in the epoch in which it was given (A30).
 */
import type { Clock } from "@tocsin/foundation";
import type { InstanceId } from "@tocsin/domain/model";
import type { Ping } from "../peer/ping.ts";
import { OffsetFilter, type RunningTime } from "../time/index.ts";
import type { Timings } from "./timings.ts";

/** Sent numbers are remembered for longer than any timeout asks for them. */
const SENT_COUNT_MAX = 64;

/** What this instance's clock counts at least of a time that a peer's clock counted: each may be off by a tenth. */
const HELD_PART = 0.8;

interface Sent {
  readonly number: number;
  /** The incarnation of the addressee that this message told it was heard; 0 for none. */
  readonly echoed: number;
  readonly atMonotonicMs: number;
  readonly atRunningMs: number;
}

export interface PeerFlags {
  readonly catchingUp: boolean;
  readonly draining: boolean;
}

/**
 * What must outlive a member's absence: what its last process granted ends when the next one is heard, and no
 * lease of before counts again.
 */
type FormerPeer = Pick<Peer, "incarnation" | "leaseEpoch">;

const NEVER_MET: FormerPeer = { incarnation: 0, leaseEpoch: 0 };

export class Peer {
  readonly id: InstanceId;
  /** 0 until it was heard. */
  incarnation = 0;
  /** Of its process when it was last a member and left; 0 if it never was. */
  readonly formerIncarnation: number;
  numberHeard = 0;
  heardAtRunningMs: number;
  readonly sent: Sent[] = [];
  echoed: Sent | undefined;
  /** It has received a ping that told it that it is heard: from then on it trusts this instance. */
  trustsUs = false;
  /** In running time: when the newest echoed ping was sent, or when this peer was first expected. */
  echoSentAtRunningMs: number;
  leaseEpoch: number;
  suspected = false;
  /** Heard, and hears me. Unlike `suspected` not for what the peer says of itself. */
  isReachable = true;
  /** Its process was seen to be gone; until it is heard again. */
  refused = false;
  impaired = false;
  flags: PeerFlags = { catchingUp: false, draining: false };
  readonly clock: OffsetFilter = new OffsetFilter();
  /** Of the last ping: one that was sent before it says nothing new. */
  pingNumber = 0;
  viewVersion = 0;
  /** Of the last message that told it to end all grants. */
  disclaimedNumber = 0;
  /** Monotonic: since when it has been suspected; undefined while it is trusted. */
  suspectedSinceMs: number | undefined;

  constructor(id: InstanceId, runningMs: number, former: FormerPeer = NEVER_MET) {
    this.id = id;
    this.formerIncarnation = former.incarnation;
    this.leaseEpoch = former.leaseEpoch + 1;
    this.heardAtRunningMs = runningMs;
    this.echoSentAtRunningMs = runningMs;
  }

  /** Of its wall clock against the own one. */
  get offsetMs(): number {
    return this.clock.offsetMs;
  }
}

/** Whom senders' posts reach through which peer. */
export interface MembersHeard {
  /** Heard and not suspected. */
  readonly trusted: ReadonlySet<InstanceId>;
  /** Whether one of the trusted says that it has caught up. */
  readonly isAnyCaughtUp: boolean;
  /** The others of the ring. */
  readonly silent: readonly InstanceId[];
  /**
   * Monotonic: until then a member is silent to which senders may still post. One that has been silent
   * for the heartbeat timeout counts as taken out of service; Infinity: one was never heard.
   */
  readonly quietUntilMs: number;
}

export interface LivenessEvents {
  /** Trusted became suspected, or the other way round. */
  onChange(peer: InstanceId, suspected: boolean): void;
  /** What `membersHeard` answers has changed; not called by `setPeers`. */
  onMembers(): void;
  /** Heard for the first time, or again after it was suspected: what it hears of us is old or nothing. */
  onNews(peer: InstanceId): void;
  /** The process that was known under this ID is gone: its claims are over. */
  onGone(peer: InstanceId): void;
}

export class Liveness {
  readonly #clock: Clock;
  readonly #running: RunningTime;
  readonly #timings: Timings;
  readonly #peers = new Map<InstanceId, Peer>();
  readonly #former = new Map<InstanceId, FormerPeer>();
  #numberDrawn = 0;
  events: LivenessEvents = {
    onChange: () => {},
    onMembers: () => {},
    onNews: () => {},
    onGone: () => {},
  };

  constructor(deps: { clock: Clock; running: RunningTime }, timings: Timings) {
    this.#clock = deps.clock;
    this.#running = deps.running;
    this.#timings = timings;
  }

  get peers(): Iterable<Peer> {
    return this.#peers.values();
  }

  peer(id: InstanceId): Peer | undefined {
    return this.#peers.get(id);
  }

  /** Sets who is expected. New ones count as trusted and unheard. */
  setPeers(ids: readonly InstanceId[]): void {
    for (const [id, peer] of this.#peers) {
      if (ids.includes(id)) continue;
      this.#peers.delete(id);
      const incarnation = lastIncarnation(peer);
      this.#former.set(id, { incarnation, leaseEpoch: peer.leaseEpoch });
    }
    for (const id of ids) {
      if (this.#peers.has(id)) continue;
      this.#peers.set(id, new Peer(id, this.#running.nowMs(), this.#former.get(id)));
      this.#former.delete(id);
    }
  }

  isSuspected(id: InstanceId): boolean {
    return this.#peers.get(id)?.suspected ?? true;
  }

  /** The last number that was drawn for anybody. */
  get numberDrawn(): number {
    return this.#numberDrawn;
  }

  /**
   * Draws the number under which the next ping or claim goes to this peer. Numbers count up in the life of
   * this process: a peer that leaves and comes back still knows the last one that it heard.
   */
  drawNumber(peer: Peer): number {
    this.#numberDrawn += 1;
    peer.sent.push({
      number: this.#numberDrawn,
      echoed: peer.numberHeard > 0 ? peer.incarnation : 0,
      atMonotonicMs: this.#clock.monotonicMs(),
      atRunningMs: this.#running.nowMs(),
    });
    if (peer.sent.length > SENT_COUNT_MAX) peer.sent.shift();
    return this.#numberDrawn;
  }

  /** Takes a ping in. False: it is older than another one that was heard, and must be ignored altogether. */
  heardPing(ping: Ping, own: { readonly incarnation: number }): boolean {
    const peer = this.#peers.get(ping.from);
    if (peer === undefined) return false;
    const isFirst = ping.incarnation > peer.incarnation;
    if (!this.heard(peer, ping) || ping.number <= peer.pingNumber) return false;
    const wasCaughtUp = hasCaughtUp(peer);
    peer.pingNumber = ping.number;
    peer.viewVersion = ping.viewVersion;
    peer.flags = { catchingUp: ping.catchingUp, draining: ping.draining };
    if (hasCaughtUp(peer) !== wasCaughtUp) this.events.onMembers();
    peer.impaired = ping.impaired;
    if (ping.echoIncarnation === own.incarnation) this.echoed(peer, ping.echo);
    peer.clock.add(ping.wallMs - this.#clock.wallMs(), this.#roundTripMs(peer, ping));
    const wasSuspected = peer.suspected;
    this.#judge(peer);
    if (isFirst || (wasSuspected && !peer.suspected)) this.events.onNews(peer.id);
    return true;
  }

  /** Any numbered message: a ping, or a claim, which counts as one (A31). */
  heard(peer: Peer, message: { readonly incarnation: number; readonly number: number }): boolean {
    if (message.incarnation < peer.incarnation) return false;
    if (message.incarnation > peer.incarnation) this.#renewed(peer, message.incarnation);
    if (message.number > peer.numberHeard) {
      peer.numberHeard = message.number;
      peer.heardAtRunningMs = this.#running.nowMs();
      peer.refused = false;
    }
    return true;
  }

  /** The peer has received my message `number`. */
  echoed(peer: Peer, number: number): void {
    if (peer.echoed !== undefined && number <= peer.echoed.number) return;
    const sent = peer.sent.find((one) => one.number === number);
    if (sent === undefined) return;
    if (!this.#isFresh(peer)) peer.leaseEpoch += 1;
    peer.echoed = sent;
    if (sent.echoed > 0 && sent.echoed === peer.incarnation) peer.trustsUs = true;
    peer.echoSentAtRunningMs = sent.atRunningMs;
    while (peer.sent[0] !== undefined && peer.sent[0].number < number) peer.sent.shift();
  }

  /**
   * In this message the instance says that it is cut off. The peer then ends what it has granted (A18), so
   * nothing that it granted before carries a first byte any more, nor does a grant that is still on its way.
   */
  disclaimed(peer: Peer, number: number): void {
    peer.leaseEpoch += 1;
    peer.disclaimedNumber = number;
  }

  /** How long ago the last message of this peer came in, in whole ms; less, if this process was stopped since. */
  heldMs(peer: Peer): number {
    return Math.max(0, Math.floor(this.#running.nowMs() - peer.heardAtRunningMs));
  }

  /** Tells whether a grant given in `leaseEpoch` still carries a first byte (PROTOCOL 7.3). */
  holdsLease(id: InstanceId, leaseEpoch: number): boolean {
    const peer = this.#peers.get(id);
    return peer !== undefined && peer.leaseEpoch === leaseEpoch && this.#isFresh(peer);
  }

  /** The connection was refused: the process is gone. */
  refused(id: InstanceId): void {
    const peer = this.#peers.get(id);
    if (peer === undefined || peer.refused) return;
    peer.refused = true;
    this.events.onGone(id);
    this.#judge(peer);
  }

  /** After a pause: all leases are void, and everybody counts as trusted and unheard (PROTOCOL 8). */
  forgetAll(): void {
    for (const peer of this.#peers.values()) {
      peer.leaseEpoch += 1;
      peer.echoed = undefined;
      peer.sent.length = 0;
      peer.heardAtRunningMs = this.#running.nowMs();
      peer.echoSentAtRunningMs = this.#running.nowMs();
      peer.flags = { ...peer.flags, catchingUp: true };
      this.#judge(peer);
    }
  }

  /** Who can perhaps be reached and has not shown yet that it hears this instance; soon it has, or is suspected. */
  notHeardBy(): readonly InstanceId[] {
    return [...this.#peers.values()]
      .filter((peer) => peer.isReachable && !peer.trustsUs)
      .map((peer) => peer.id);
  }

  /** Looks at everybody's silence. Call it several times within a suspect timeout. */
  judgeAll(): void {
    for (const peer of this.#peers.values()) this.#judge(peer);
  }

  /** The own wall clock was moved: against it all others have moved the other way. */
  clockJumped(jumpMs: number): void {
    for (const peer of this.#peers.values()) peer.clock.ownClockJumped(jumpMs);
  }

  /** Offsets of the trusted members' wall clocks against the own one. */
  trustedOffsetsMs(): readonly number[] {
    return [...this.#peers.values()]
      .filter((peer) => !peer.suspected && peer.numberHeard > 0)
      .map((peer) => peer.offsetMs);
  }

  membersHeard(): MembersHeard {
    const trusted = new Set<InstanceId>();
    const silent: InstanceId[] = [];
    let isAnyCaughtUp = false;
    let quietUntilMs = -Infinity;
    for (const peer of this.#peers.values()) {
      const { id, suspectedSinceMs = Infinity } = peer;
      if (isTrusted(peer)) {
        trusted.add(id);
        isAnyCaughtUp ||= hasCaughtUp(peer);
        continue;
      }
      silent.push(id);
      quietUntilMs = Math.max(quietUntilMs, suspectedSinceMs + this.#timings.heartbeatTimeoutMs);
    }
    return { trusted, isAnyCaughtUp, silent, quietUntilMs };
  }

  /** Running time since this peer was last heard; for the end of its grants. */
  silenceMs(id: InstanceId): number {
    const peer = this.#peers.get(id);
    return peer === undefined ? Infinity : this.#running.nowMs() - peer.heardAtRunningMs;
  }

  /** For how long this ping and what it answers were under way at most; Infinity if that is not known. */
  #roundTripMs({ echoed }: Peer, ping: Ping): number {
    if (echoed === undefined || echoed.number !== ping.echo) return Infinity;
    const ageMs = this.#clock.monotonicMs() - echoed.atMonotonicMs;
    return Math.max(0, ageMs - HELD_PART * ping.heldMs);
  }

  #isFresh(peer: Peer): boolean {
    if (peer.echoed === undefined) return false;
    return this.#clock.monotonicMs() - peer.echoed.atMonotonicMs < this.#timings.sendLeaseMs;
  }

  #renewed(peer: Peer, incarnation: number): void {
    const before = lastIncarnation(peer);
    peer.incarnation = incarnation;
    peer.numberHeard = 0;
    peer.pingNumber = 0;
    peer.echoed = undefined;
    peer.trustsUs = false;
    peer.leaseEpoch += 1;
    this.events.onMembers();
    if (before > 0 && before !== incarnation) this.events.onGone(peer.id);
  }

  #judge(peer: Peer): void {
    const runningMs = this.#running.nowMs();
    const isSilent = runningMs - peer.heardAtRunningMs >= this.#timings.suspectTimeoutMs;
    const isDeaf = runningMs - peer.echoSentAtRunningMs >= this.#timings.suspectTimeoutMs;
    peer.isReachable = !peer.refused && !isSilent && !isDeaf;
    const suspected = !peer.isReachable || peer.impaired;
    if (suspected === peer.suspected) return;
    peer.suspected = suspected;
    peer.suspectedSinceMs = suspected ? this.#clock.monotonicMs() : undefined;
    this.events.onMembers();
    this.events.onChange(peer.id, suspected);
  }
}

/** Heard and not suspected. */
function isTrusted({ incarnation, suspected }: Peer): boolean {
  return incarnation > 0 && !suspected;
}

/** As its last ping says; a process of which none was heard has not. */
function hasCaughtUp({ pingNumber, flags }: Peer): boolean {
  return pingNumber > 0 && !flags.catchingUp;
}

/** Of the last process that was heard under this ID; 0 if none was. */
function lastIncarnation({ incarnation, formerIncarnation }: Peer): number {
  return incarnation > 0 ? incarnation : formerIncarnation;
}
