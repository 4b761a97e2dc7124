import type { InstanceId } from "@tocsin/domain/model";
import type { RingDocument } from "@tocsin/domain/ring";

/** A sign of life beside the ring document. `atMs` is the store's own clock, not the instance's. */
export interface Heartbeat {
  readonly id: InstanceId;
  readonly incarnation: number;
  /** Version of the newest view that the instance has adopted. */
  readonly viewSeen: number;
  /** Version for which it holds all state that it gained. */
  readonly synced: number;
  readonly atMs: number;
}

export interface RingReading {
  /** Undefined: the store is up and holds none. */
  readonly document: RingDocument | undefined;
  readonly heartbeats: readonly Heartbeat[];
  readonly storeNowMs: number;
}

/**
 * Where the ring document lives: one value under compare-and-set, a heartbeat per member beside it, and
 * a counter of incarnations. Every call rejects with `unavailable` when the store cannot be asked; the
 * caller then goes on with the last view that it knows.
 */
export interface RingStore {
  read(signal: AbortSignal): Promise<RingReading>;
  /** Replaces the document if its version is `expected` (0: there is none). False: somebody was first. */
  compareAndSet(expected: number, next: RingDocument, signal: AbortSignal): Promise<boolean>;
  /** Renews the own heartbeat and returns the store's time. */
  beat(own: Omit<Heartbeat, "atMs">, signal: AbortSignal): Promise<number>;
  /** Takes the own heartbeat away, on a clean exit. */
  removeHeartbeat(id: InstanceId, signal: AbortSignal): Promise<void>;
  /** A number never drawn before for this ID, above `above`. */
  nextIncarnation(id: InstanceId, above: number, signal: AbortSignal): Promise<number>;
}
