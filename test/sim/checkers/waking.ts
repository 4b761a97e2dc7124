/** I17: between waking and having caught up a process sends nothing, and it stamps nothing read before. */
import type { InstanceId } from "@tocsin/domain/model";
import { labelValue } from "@tocsin/domain/model";
import { readQuorum } from "@tocsin/domain/quorum";
import type { PeerRequest, WriteAlertsRequest } from "@tocsin/engine/peer";
import type { Attempt } from "../world/receivers.ts";
import type { Way } from "../world/network.ts";
import { newestView, type Watch } from "./watch.ts";

/** A stop that lasts less may go unnoticed: the pause limit and a beat. */
const STOP_MIN_MS = 1_600;
/** After so long alone it goes on with snapshots. */
const CATCH_UP_LIMIT_MS = 30_000;
/** A request that was on its way when the process woke is not an old one. */
const ON_ITS_WAY_MS = 10;

export class Waking {
  readonly #watch: Watch;
  /** Whom each instance has taken state from, and since when it counts. */
  readonly #heard = new Map<InstanceId, { sinceMs: number; readonly from: Set<InstanceId> }>();

  constructor(watch: Watch) {
    this.#watch = watch;
    const { network } = watch.world;
    network.onCall = (way, request) => this.#called(way, request);
    network.onReply = (way, request) => {
      if (request.kind === "tenants") this.#since(way.from)?.add(way.to);
    };
  }

  /** To be called at each first byte. */
  checkSend({ from, firstByteMs, group, tenant }: Attempt): void {
    const heard = this.#since(from);
    const wokeAtMs = this.#wokeAtMs(from);
    if (heard === undefined || wokeAtMs === undefined || heard.size > 0) return;
    if (firstByteMs - wokeAtMs > CATCH_UP_LIMIT_MS) return;
    // Nothing was acknowledged without one of two, and nobody else is there to be asked by an only one.
    const ownerCount = newestView(this.#watch.world)?.oldOwners(tenant).length;
    if (ownerCount !== undefined && readQuorum(ownerCount) === 1) return;
    const message = `${from} sends ${group} before it has caught up, awake since ${wokeAtMs.toFixed(0)}`;
    this.#watch.history.violate("I17", firstByteMs, message);
  }

  /** Undefined: it was not stopped for long in this life. */
  #wokeAtMs(id: InstanceId): number | undefined {
    const { stoppedAtMs, wokeAtMs } = this.#watch.world.machine(id).process;
    if (stoppedAtMs === undefined || wokeAtMs === undefined) return undefined;
    return wokeAtMs - stoppedAtMs < STOP_MIN_MS ? undefined : wokeAtMs;
  }

  #since(id: InstanceId): Set<InstanceId> | undefined {
    const wokeAtMs = this.#wokeAtMs(id);
    if (wokeAtMs === undefined) return undefined;
    const known = this.#heard.get(id);
    if (known !== undefined && known.sinceMs === wokeAtMs) return known.from;
    const from = new Set<InstanceId>();
    this.#heard.set(id, { sinceMs: wokeAtMs, from });
    return from;
  }

  #called({ from }: Way, request: PeerRequest): void {
    const wokeAtMs = this.#wokeAtMs(from);
    if (wokeAtMs === undefined || request.kind !== "write-alerts") return;
    const { history, world } = this.#watch;
    // The kind says which body it is; the compiler does not follow.
    for (const { tenant, alerts } of (request.body as WriteAlertsRequest).batches) {
      for (const { labels, annotations } of alerts) {
        const { number } = JSON.parse(annotations) as { number: string }; // As the clients write it.
        const group = labelValue(labels, "alertname") ?? "";
        const inst = labelValue(labels, "inst");
        const alert = history.alertsOf(tenant, group).find((one) => one.instance === inst);
        const write = alert?.writes[Number(number) - 1];
        if (alert === undefined || write === undefined) continue;
        if (write.beganMs > wokeAtMs - ON_ITS_WAY_MS) continue;
        const message = `${from} stamps write ${number} to ${alert.name}, read before it woke`;
        history.violate("I17", world.events.nowMs, message);
      }
    }
  }
}
