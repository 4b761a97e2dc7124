import { AppError, withDeadline, type Clock } from "@tocsin/foundation";
import type { InstanceId } from "@tocsin/domain/model";
import type { RingDocument } from "@tocsin/domain/ring";
import type { PeerReply, PeerRequest, RequestKind } from "../peer/messages.ts";
import type { PeerTransport } from "../ports/index.ts";
import type { View } from "../cluster/view.ts";

export interface PeerCallsDeps {
  readonly clock: Clock;
  readonly transport: PeerTransport;
  readonly view: () => View;
  readonly adoptView: (document: RingDocument) => void;
}

/** Calls to other members by their ID, each with a deadline. */
export class PeerCalls {
  readonly #deps: PeerCallsDeps;

  constructor(deps: PeerCallsDeps) {
    this.#deps = deps;
  }

  /** Rejects with `unreachable`, `unavailable` or `deadline-exceeded`. */
  async call<K extends RequestKind>(
    to: { readonly id: InstanceId; readonly delayMs: number },
    request: PeerRequest<K>,
    signal: AbortSignal,
  ): Promise<PeerReply<K>> {
    const member = this.#deps.view().member(to.id);
    if (member === undefined) {
      throw new AppError("unavailable", `Call "${to.id}": it is no member of the present view`);
    }
    const options = {
      clock: this.#deps.clock,
      delayMs: to.delayMs,
      what: `Call "${request.kind}"`,
    };
    return withDeadline(options, signal, (inner) =>
      this.#deps.transport.call({ id: to.id, address: member.address }, request, inner),
    );
  }

  /**
   * The same for a quorum operation: when the peer has a newer view it is adopted, and the request is
   * made anew for it, once.
   */
  async callInView<K extends "write-alerts" | "merge" | "read" | "tenants">(
    to: { readonly id: InstanceId; readonly delayMs: number },
    request: () => PeerRequest<K>,
    signal: AbortSignal,
  ): Promise<Exclude<PeerReply<K>, { readonly kind: "older-view" }>> {
    for (let tries = 0; ; tries += 1) {
      const reply = await this.call(to, request(), signal);
      if (reply.kind !== "older-view") {
        // The compiler does not narrow an indexed type by its discriminant.
        return reply as Exclude<PeerReply<K>, { readonly kind: "older-view" }>;
      }
      this.#deps.adoptView((reply as { readonly view: RingDocument }).view);
      if (tries > 0) throw new AppError("unavailable", `Call "${to.id}": the view moves too fast`);
    }
  }
}
