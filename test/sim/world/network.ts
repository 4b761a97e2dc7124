import { AppError } from "@tocsin/foundation";
import type { InstanceId } from "@tocsin/domain/model";
import {
  laneOf,
  type PeerReply,
  type PeerRequest,
  type Ping,
  type RequestKind,
} from "@tocsin/engine/peer";
import type { PeerHandler, PeerTransport } from "@tocsin/engine/ports";
import type { Draw, Events } from "./events.ts";
import type { SimProcess } from "./sim-process.ts";

/** What the network does to messages between instances. Ratios of 1. */
export interface NetworkFaults {
  loss: number;
  doubled: number;
  delayMinMs: number;
  delayMaxMs: number;
  /** So many messages are on a connection that stands still, as TCP does after a few losses. */
  stalled: number;
}

const STALL_MAX_MS = 5_000;

/** Who asks whom. */
export interface Way {
  readonly from: InstanceId;
  readonly to: InstanceId;
}

interface Endpoint {
  readonly process: SimProcess;
  readonly handler: PeerHandler;
}

/** Messages between instances: delayed, lost, doubled, reordered, cut in one direction or in both. */
export class SimNetwork {
  readonly #events: Events;
  readonly #draw: Draw;
  readonly faults: NetworkFaults = {
    loss: 0,
    doubled: 0,
    delayMinMs: 0.2,
    delayMaxMs: 3,
    stalled: 0,
  };
  readonly #endpoints = new Map<InstanceId, Endpoint>();
  /** `from>to` pairs through which nothing passes. */
  readonly cuts: Set<string> = new Set();
  /** The same for bulk data only, which has connections of its own (PROTOCOL 2). */
  readonly dataCuts: Set<string> = new Set();
  /** Of every request with bulk data that would be cut off so many get through all the same. */
  dataLeakRatio = 0;
  /** Called when an instance sends a request, and when the answer has come. */
  onCall: (way: Way, request: PeerRequest) => void = () => {};
  onReply: (way: Way, request: PeerRequest) => void = () => {};

  constructor(events: Events, draw: Draw) {
    this.#events = events;
    this.#draw = draw;
  }

  listen(id: InstanceId, endpoint: Endpoint): void {
    this.#endpoints.set(id, endpoint);
  }

  /** Nothing passes between the two groups. */
  cut(left: readonly InstanceId[], right: readonly InstanceId[], way: "both" | "one"): void {
    for (const a of left) {
      for (const b of right) {
        this.cuts.add(`${a}>${b}`);
        if (way === "both") this.cuts.add(`${b}>${a}`);
      }
    }
  }

  mend(): void {
    this.cuts.clear();
    this.dataCuts.clear();
    this.faults.loss = 0;
    this.faults.doubled = 0;
    this.faults.delayMinMs = 0.2;
    this.faults.delayMaxMs = 3;
    this.faults.stalled = 0;
  }

  transport(own: InstanceId, process: SimProcess): PeerTransport {
    return {
      setPeers: () => {},
      // Messages of this network wait for no timer of a connection.
      renew: () => {},
      ping: (to, ping) => this.#send(own, to.id, () => this.#deliverPing(to.id, ping)),
      call: (to, request, signal) => this.#call({ own, process, to: to.id }, request, signal),
    };
  }

  /** One message on its way; `deliver` runs once, twice or never. */
  #send(from: InstanceId, to: InstanceId, deliver: () => void): void {
    const { doubled, loss, delayMinMs, delayMaxMs, stalled } = this.faults;
    const copies = this.#draw.chance(doubled) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (this.#draw.chance(loss)) continue;
      const delayMs = this.#draw.between(delayMinMs, delayMaxMs);
      // Drawn only in runs that have it, so that the others stay as they were.
      const stands = stalled > 0 && this.#draw.chance(stalled);
      const standsMs = stands ? this.#draw.between(0, STALL_MAX_MS) : 0;
      this.#events.after(delayMs + standsMs, () => {
        if (this.cuts.size === 0 || !this.cuts.has(`${from}>${to}`)) deliver();
      });
    }
  }

  #deliverPing(to: InstanceId, ping: Ping): void {
    const endpoint = this.#endpoints.get(to);
    if (endpoint !== undefined) endpoint.process.receive(() => endpoint.handler.onPing(ping));
  }

  #call<K extends RequestKind>(
    way: { readonly own: InstanceId; readonly process: SimProcess; readonly to: InstanceId },
    request: PeerRequest<K>,
    signal: AbortSignal,
  ): Promise<PeerReply<K>> {
    const { promise, resolve, reject } = Promise.withResolvers<PeerReply<K>>();
    const between = { from: way.own, to: way.to };
    this.onCall(between, request);
    const back = (run: () => void): void =>
      this.#send(way.to, way.own, () => way.process.receive(run));
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    const isData = this.dataCuts.size > 0 && laneOf(request.kind) === "data";
    const isCut = isData && this.dataCuts.has(`${way.own}>${way.to}`);
    if (isCut && !this.#draw.chance(this.dataLeakRatio))
      return promise.finally(() => signal.removeEventListener("abort", onAbort));
    this.#send(way.own, way.to, () => {
      const endpoint = this.#endpoints.get(way.to);
      if (endpoint === undefined || endpoint.process.state === "dead") {
        // The machine answers for its dead process: connection refused.
        back(() => {
          this.#endpoints.get(way.own)?.handler.onRefused(way.to);
          reject(new AppError("unreachable", `Connection to "${way.to}" refused`));
        });
        return;
      }
      endpoint.process.receive(() => {
        void answer(endpoint.handler, { from: way.own, request, signal }).then(
          (reply) =>
            back(() => {
              this.onReply(between, request);
              resolve(reply);
            }),
          (error: unknown) => back(() => reject(AppError.from(error, "unavailable"))),
        );
      });
    });
    return promise.finally(() => signal.removeEventListener("abort", onAbort));
  }
}

async function answer<K extends RequestKind>(
  handler: PeerHandler,
  call: { from: InstanceId; request: PeerRequest<K>; signal: AbortSignal },
): Promise<PeerReply<K>> {
  return handler.onCall(call.from, call.request, call.signal);
}
