import { AppError } from "@tocsin/foundation";
import type { InstanceId } from "@tocsin/domain/model";
import type { PeerReply, PeerRequest, Ping, RequestKind } from "../peer/index.ts";
import type { PeerAddress, PeerTransport } from "../ports/index.ts";

/** What a peer says; `undefined` is no answer at all, until the caller's signal fires. */
export type Answer = (request: PeerRequest) => PeerReply | Promise<PeerReply> | undefined;

/** Peers that answer what a test has written for them; who has nothing written is gone. */
export class ScriptedTransport implements PeerTransport {
  readonly answers: Map<InstanceId, Answer> = new Map();
  readonly calls: { readonly to: InstanceId; readonly request: PeerRequest }[] = [];
  readonly pings: { readonly to: InstanceId; readonly ping: Ping }[] = [];

  setPeers(): void {}

  renew(): void {}

  ping(to: PeerAddress, ping: Ping): void {
    this.pings.push({ to: to.id, ping });
  }

  async call<K extends RequestKind>(
    to: PeerAddress,
    request: PeerRequest<K>,
    signal: AbortSignal,
  ): Promise<PeerReply<K>> {
    this.calls.push({ to: to.id, request });
    const answer = this.answers.get(to.id);
    if (answer === undefined) throw new AppError("unreachable", `Connect to "${to.id}": refused`);
    const reply = answer(request);
    if (reply !== undefined) return reply;
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(AppError.from(signal.reason)));
    });
  }

  /** To whom requests of this kind went, in order. */
  kindsTo(kind: RequestKind): readonly InstanceId[] {
    return this.calls.filter(({ request }) => request.kind === kind).map(({ to }) => to);
  }
}
