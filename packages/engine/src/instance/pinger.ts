import type { Clock } from "@tocsin/foundation";
import type { InstanceId } from "@tocsin/domain/model";
import type { Peer } from "../cluster/index.ts";
import type { PeerTransport } from "../ports/index.ts";
import type { Parts } from "./parts.ts";

export interface PingerDeps {
  readonly transport: PeerTransport;
  readonly clock: Clock;
  readonly isDraining: () => boolean;
}

/** What a pinger reads of the other parts. */
export type PingerParts = Pick<
  Parts,
  "membership" | "liveness" | "reach" | "claims" | "catchUp" | "time" | "ownId"
>;

/**
 * Sends the signs of life: to all each ping interval, and at once to whom a change is news, so that two
 * instances that can talk again trust each other after two round trips and not after two intervals.
 */
export class Pinger {
  readonly #parts: PingerParts;
  readonly #deps: PingerDeps;
  #saidImpaired = false;

  constructor(parts: PingerParts, deps: PingerDeps) {
    this.#parts = parts;
    this.#deps = deps;
  }

  pingAll(): void {
    this.#saidImpaired = this.#parts.reach.isCutOff();
    for (const peer of this.#parts.liveness.peers) {
      if (!peer.isReachable && !peer.refused) this.#deps.transport.renew(peer.id);
      this.#ping(peer);
    }
  }

  /** It has just come within reach, or has just been heard for the first time. */
  pingNow(id: InstanceId): void {
    const peer = this.#parts.liveness.peer(id);
    if (peer !== undefined) this.#ping(peer);
  }

  /** Somebody became suspected or trusted: if that changes what is said of oneself, all hear it now. */
  reachChanged(): void {
    if (this.#parts.reach.isCutOff() !== this.#saidImpaired) this.pingAll();
  }

  #ping(peer: Peer): void {
    const { membership, liveness, reach, claims, catchUp, time, ownId } = this.#parts;
    const view = membership.viewOrNone;
    const address = view?.member(peer.id)?.address;
    if (view === undefined || address === undefined) return;
    const impaired = reach.isCutOff();
    const number = liveness.drawNumber(peer);
    if (impaired) liveness.disclaimed(peer, number);
    this.#deps.transport.ping(
      { id: peer.id, address },
      {
        from: ownId,
        incarnation: membership.incarnation,
        number,
        echo: peer.numberHeard,
        echoIncarnation: peer.incarnation,
        heldMs: liveness.heldMs(peer),
        viewVersion: view.version,
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
}
