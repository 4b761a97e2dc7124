import type { InstanceId } from "@tocsin/domain/model";
import type { Ping } from "../peer/ping.ts";
import type { RunningTime } from "../time/index.ts";
import type { Liveness } from "./liveness.ts";

/**
 * After a start or a pause an instance has forgotten its grants. Until it has a new ping, with the open
 * claims in it, from every peer that it does not suspect, and at most for the suspect timeout, it grants
 * and claims nothing (A20, A32).
 *
 * New is a ping that answers one sent since: an older one may have waited in a socket, or have been meant
 * for the former process, which had granted what it does not list.
 */
export class Quarantine {
  readonly #running: RunningTime;
  readonly #liveness: Liveness;
  readonly #limitMs: number;
  readonly #heard = new Set<InstanceId>();
  /** The last number that was sent before the quarantine began. */
  #numberBefore = 0;
  #sinceMs: number;

  constructor(deps: { running: RunningTime; liveness: Liveness }, limitMs: number) {
    this.#running = deps.running;
    this.#liveness = deps.liveness;
    this.#limitMs = limitMs;
    this.#sinceMs = deps.running.nowMs();
  }

  get isOver(): boolean {
    if (this.#running.nowMs() - this.#sinceMs >= this.#limitMs) return true;
    return [...this.#liveness.peers].every((peer) => peer.suspected || this.#heard.has(peer.id));
  }

  heard(
    ping: Pick<Ping, "from" | "echo" | "echoIncarnation">,
    own: { readonly incarnation: number },
  ): void {
    if (ping.echoIncarnation !== own.incarnation) return;
    if (ping.echo > this.#numberBefore) this.#heard.add(ping.from);
  }

  restart(): void {
    this.#heard.clear();
    this.#numberBefore = this.#liveness.numberDrawn;
    this.#sinceMs = this.#running.nowMs();
  }
}
