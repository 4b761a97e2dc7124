import { assert, type Clock } from "@tocsin/foundation";
import type { InstanceId } from "@tocsin/domain/model";
import type { RingDocument } from "@tocsin/domain/ring";
import type { Heartbeat, RingReading, RingStore } from "../ports/index.ts";

/**
 * The ring store of a process that is a cluster of one, or of several instances in one process. The
 * code around it is the same as with a store that others share; it only never fails and starts empty.
 * Documents are immutable values, so a reading is handed out without a copy.
 */
export class MemoryRingStore implements RingStore {
  readonly #clock: Clock;
  readonly #heartbeats = new Map<InstanceId, Heartbeat>();
  readonly #incarnations = new Map<InstanceId, number>();
  #document: RingDocument | undefined;

  constructor(deps: { readonly clock: Clock }) {
    this.#clock = deps.clock;
  }

  async read(signal: AbortSignal): Promise<RingReading> {
    signal.throwIfAborted();
    return {
      document: this.#document,
      heartbeats: [...this.#heartbeats.values()],
      storeNowMs: this.#clock.wallMs(),
    };
  }

  async compareAndSet(expected: number, next: RingDocument, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    assert(next.version > expected, "a ring document must be newer than the one it replaces");
    if ((this.#document?.version ?? 0) !== expected) return false;
    this.#document = next;
    return true;
  }

  async beat(own: Omit<Heartbeat, "atMs">, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    const atMs = this.#clock.wallMs();
    const { id, incarnation, viewSeen, synced } = own;
    this.#heartbeats.set(id, { id, incarnation, viewSeen, synced, atMs });
    return atMs;
  }

  async removeHeartbeat(id: InstanceId, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#heartbeats.delete(id);
  }

  async nextIncarnation(id: InstanceId, above: number, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    const drawn = Math.max(this.#incarnations.get(id) ?? 0, above) + 1;
    this.#incarnations.set(id, drawn);
    return drawn;
  }
}
