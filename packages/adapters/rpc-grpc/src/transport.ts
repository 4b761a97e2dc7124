import { encodeContent, StringPool } from "@tocsin/codec";
import type { InstanceId } from "@tocsin/domain/model";
import {
  laneOf,
  type Lane,
  type PeerReply,
  type PeerRequest,
  type Ping,
  type RequestKind,
} from "@tocsin/engine/peer";
import type { PeerAddress, PeerHandler, PeerTransport } from "@tocsin/engine/ports";
import type { Clock, MetricRegistry } from "@tocsin/foundation";
import { LaneBundle } from "./lane-bundle.ts";
import { LaneLink, type LinkDeps } from "./lane-link.ts";
import { LoopWatch } from "./loop-watch.ts";
import { laneMetrics } from "./rpc-metrics.ts";
import { loadConverse } from "./service.ts";

export interface GrpcPeerTransportDeps {
  readonly clock: Clock;
  readonly metrics: MetricRegistry;
  readonly handler: Pick<PeerHandler, "onConnected" | "onRefused">;
}

export interface GrpcPeerOptions {
  readonly self: InstanceId;
  /** Of this process, as drawn from the ring store. */
  readonly incarnation: number;
  /** The folder `proto` of the program. */
  readonly protoFolder: string;
}

interface Links {
  readonly address: string;
  readonly control: LaneBundle;
  readonly data: LaneBundle;
}

/**
 * Calls peers over gRPC: two streams to each, one for the control and one for the data lane, on
 * connections of their own (A23), and more of both while the network is bad. Peers of `setPeers` are kept
 * connected; others that are called are connected as needed, until the next `setPeers`.
 */
export class GrpcPeerTransport implements PeerTransport {
  readonly #options: GrpcPeerOptions;
  readonly #linkDeps: Readonly<Record<Lane, LinkDeps>>;
  readonly #links = new Map<InstanceId, Links>();
  readonly #loop: LoopWatch;
  /** A request goes to several owners as the same object, and is encoded once. */
  readonly #contents = new WeakMap<object, Uint8Array>();
  #isClosed = false;

  constructor(deps: GrpcPeerTransportDeps, options: GrpcPeerOptions) {
    this.#options = options;
    this.#loop = new LoopWatch(deps.clock);
    const shared = {
      clock: deps.clock,
      method: loadConverse(options.protoFolder),
      pool: new StringPool(),
      onRefused: (peer: InstanceId) => deps.handler.onRefused(peer),
    };
    this.#linkDeps = {
      control: {
        ...shared,
        metrics: laneMetrics(deps.metrics, "control"),
        onOpened: (peer) => deps.handler.onConnected(peer),
      },
      data: { ...shared, metrics: laneMetrics(deps.metrics, "data"), onOpened: () => {} },
    };
  }

  /** Connects to these, and lets all others go. The own address is passed over. */
  setPeers(peers: readonly PeerAddress[]): void {
    const wanted = new Set(peers.map((peer) => peer.id));
    for (const id of this.#links.keys()) if (!wanted.has(id)) this.#drop(id);
    for (const peer of peers) {
      if (peer.id === this.#options.self || this.#isClosed) continue;
      const { control, data } = this.#linksTo(peer);
      control.keep();
      data.keep();
    }
  }

  /** A peer has opened a stream to us: it runs, so whatever waits to be tried again is tried now. */
  onPeerSeen(peer: InstanceId): void {
    const links = this.#links.get(peer);
    links?.control.retryNow();
    links?.data.retryNow();
  }

  renew(peer: InstanceId): void {
    const links = this.#links.get(peer);
    links?.control.renew();
    links?.data.renew();
  }

  ping(to: PeerAddress, ping: Ping): void {
    if (!this.#isClosed) this.#linksTo(to).control.ping(ping);
  }

  async call<K extends RequestKind>(
    to: PeerAddress,
    request: PeerRequest<K>,
    signal: AbortSignal,
  ): Promise<PeerReply<K>> {
    signal.throwIfAborted();
    const content = this.#contentOf(request);
    const link = this.#linksTo(to)[laneOf(request.kind)];
    const reply = await link.call(request.kind, content, signal);
    // The link has checked that the reply is one to this kind of request.
    return reply;
  }

  /** Ends all connections; calls that are open reject with `unavailable`. */
  close(): void {
    for (const id of this.#links.keys()) this.#drop(id);
    this.#loop.close();
    this.#isClosed = true;
  }

  #contentOf<K extends RequestKind>(request: PeerRequest<K>): Uint8Array {
    let content = this.#contents.get(request.body);
    if (content === undefined) {
      content = encodeContent(request);
      this.#contents.set(request.body, content);
    }
    return content;
  }

  #linksTo(peer: PeerAddress): Links {
    const known = this.#links.get(peer.id);
    if (known?.address === peer.address) return known;
    this.#drop(peer.id);
    const reinforce = (): void => {
      links.control.reinforce();
      links.data.reinforce();
    };
    const links: Links = {
      address: peer.address,
      control: this.#bundle("control", peer, reinforce),
      data: this.#bundle("data", peer, reinforce),
    };
    if (!this.#isClosed) this.#links.set(peer.id, links);
    return links;
  }

  #bundle(lane: Lane, peer: PeerAddress, onSlow: () => void): LaneBundle {
    const { self, incarnation } = this.#options;
    const deps = this.#linkDeps[lane];
    const makeLink = (): LaneLink => new LaneLink(deps, { self, incarnation, lane, peer });
    const bundle = new LaneBundle({
      clock: deps.clock,
      makeLink,
      onSlow,
      isBusy: () => this.#loop.isBusy,
    });
    if (this.#isClosed) bundle.close();
    return bundle;
  }

  #drop(id: InstanceId): void {
    const links = this.#links.get(id);
    this.#links.delete(id);
    links?.control.close();
    links?.data.close();
  }
}
