import type { Clock } from "@tocsin/foundation";
import { writeQuorum } from "@tocsin/domain/quorum";
import type { Peer } from "../cluster/index.ts";
import type { PeerTransport } from "../ports/index.ts";
import type { Timer, Timers } from "../time/index.ts";
import type { Parts } from "./parts.ts";

export interface PulseDeps {
  readonly timers: Timers;
  readonly transport: PeerTransport;
  readonly clock: Clock;
  readonly isDraining: () => boolean;
  readonly replicationFactor: number;
}

/** So many looks at suspicion, grants and due groups within one ping interval. */
const BEATS_PER_PING = 5;

/** The regular work of an instance: the beat of its own time, pings, the end of grants, due groups. */
export class Pulse {
  readonly #parts: Parts;
  readonly #deps: PulseDeps;
  #beats = 0;
  #due: Timer | undefined;
  #dueAtMs = Infinity;

  constructor(parts: Parts, deps: PulseDeps) {
    this.#parts = parts;
    this.#deps = deps;
  }

  /** Beats until the timers stop. */
  start(): Promise<void> {
    this.#parts.fleet.onDueChange = () => this.#armDue();
    this.#beat();
    this.#maintain();
    return Promise.resolve();
  }

  #beat(): void {
    const { running, liveness, granter, time, timings } = this.#parts;
    running.beat();
    liveness.judgeAll();
    granter.expire();
    time.setOffsets(liveness.trustedOffsetsMs());
    if (this.#beats % BEATS_PER_PING === 0) this.#pingAll();
    this.#beats += 1;
    this.#armDue();
    this.#deps.timers.after(timings.pingIntervalMs / BEATS_PER_PING, () => this.#beat());
  }

  /** Wakes at the earliest tick; cluster time may have moved since the last look. */
  #armDue(): void {
    const { fleet, time } = this.#parts;
    const dueMs = fleet.nextDueMs;
    if (dueMs === this.#dueAtMs && this.#due !== undefined) return;
    this.#due?.cancel();
    this.#due = undefined;
    this.#dueAtMs = dueMs;
    if (dueMs === Infinity) return;
    this.#due = this.#deps.timers.after(dueMs - time.nowMs(), () => {
      this.#due = undefined;
      this.#parts.fleet.runDue((tenant, flush) => this.#parts.turns.flush(tenant, flush));
      this.#armDue();
    });
  }

  #maintain(): void {
    const { timings, fleet, journal } = this.#parts;
    this.#deps.timers.after(timings.maintenanceIntervalMs, () => {
      fleet.collectGarbage();
      if (journal.checkpointDue()) void this.#checkpoint();
      this.#maintain();
    });
  }

  async #checkpoint(): Promise<void> {
    const { fleet, journal } = this.#parts;
    const entries = function* (): Generator<Parameters<typeof journal.append>[0]> {
      for (const id of fleet.names()) {
        const tenant = fleet.get(id);
        if (tenant !== undefined) yield { tenant: id, state: tenant.fullState() };
      }
    };
    await journal.checkpoint(entries(), new AbortController().signal).catch(() => {
      // The journal reports its disk itself; the segments stay until a later try succeeds.
    });
  }

  #pingAll(): void {
    const view = this.#parts.membership.viewOrNone;
    if (view === undefined) return;
    const impaired = this.#isImpaired(view.document.settled.length);
    for (const peer of this.#parts.liveness.peers) {
      const member = view.member(peer.id);
      if (member !== undefined) this.#ping(peer, member.address, impaired);
    }
  }

  #ping(peer: Peer, address: string, impaired: boolean): void {
    const { membership, liveness, claims, catchUp, time, ownId } = this.#parts;
    this.#deps.transport.ping(
      { id: peer.id, address },
      {
        from: ownId,
        incarnation: membership.incarnation,
        number: liveness.drawNumber(peer),
        echo: peer.numberHeard,
        echoIncarnation: peer.incarnation,
        viewVersion: membership.view.version,
        wallMs: this.#deps.clock.wallMs(),
        stampUs: time.highestUs,
        catchingUp: !catchUp.isComplete,
        draining: this.#deps.isDraining(),
        impaired,
        below: claims.below(peer.id),
        openClaims: claims.notGrantedBy(peer.id, impaired),
      },
    );
  }

  /** No fresh echo from enough peers for a write quorum (A18). */
  #isImpaired(memberCount: number): boolean {
    const reachable = [...this.#parts.liveness.peers].filter((peer) => peer.isReachable).length;
    const owners = Math.min(this.#deps.replicationFactor, memberCount);
    return reachable + 1 < writeQuorum(owners);
  }
}
