import type { InstanceId } from "@tocsin/domain/model";
import type { Ping } from "../peer/ping.ts";
import type { PeerReply, PeerRequest, RequestKind } from "../peer/messages.ts";

/** Where a peer listens. */
export interface PeerAddress {
  readonly id: InstanceId;
  /** `host:port` of its `--rpc.advertise-address`. */
  readonly address: string;
}

/**
 * Pings, claims and outcomes travel on connections of their own, never behind bulk data (A23): the lane
 * follows from the kind of a request, see `laneOf`.
 */
export interface PeerTransport {
  /** Keeps connections to these, and lets all others go. Called with each new view. */
  setPeers(peers: readonly PeerAddress[]): void;
  /**
   * Nothing is heard of this peer: its connections are made anew, for one that was cut sends again only
   * seconds after the cut is over. May be called as often as one likes.
   */
  renew(peer: InstanceId): void;
  /** Sends without an answer. Lost when there is no connection; never queued behind anything. */
  ping(to: PeerAddress, ping: Ping): void;
  /**
   * Rejects with `unreachable` when the connection was refused (the process is gone), `unavailable` when
   * it broke, and with the signal's reason when that fires. Every caller sets a deadline.
   */
  call<K extends RequestKind>(
    to: PeerAddress,
    request: PeerRequest<K>,
    signal: AbortSignal,
  ): Promise<PeerReply<K>>;
}

/** What an instance does with what reaches it; the transport calls it. */
export interface PeerHandler {
  /** Pings to this peer, lost so far, get through from now on. */
  onConnected(peer: InstanceId): void;
  onPing(ping: Ping): void;
  onCall<K extends RequestKind>(
    from: InstanceId,
    request: PeerRequest<K>,
    signal: AbortSignal,
  ): Promise<PeerReply<K>>;
  /** A connection to this peer was refused: its process is gone. */
  onRefused(peer: InstanceId): void;
}
