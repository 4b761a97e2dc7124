import { silentLogger } from "@tocsin/foundation";
import { NEVER_HEARD } from "@tocsin/domain/alert";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import { Fleet } from "../fleet/fleet.ts";
import type {
  BehindAlert,
  CompareRequest,
  ExchangeRequest,
  MergeRequest,
  PeerReply,
  PeerRequest,
  ReadRequest,
  WriteAlertsRequest,
} from "../peer/index.ts";
import { EMPTY_DIGESTS, MAP_NAMES } from "../peer/state.ts";
import type { Journal } from "../ports/index.ts";
import { isSameDigest } from "../replication/index.ts";
import { configOf, settingsOf, sharedOf } from "../tenant/fixture.ts";
import { SettingsCache } from "../tenant/settings.ts";
import { ClusterTime } from "../time/index.ts";
import type { ManualClock } from "./manual-clock.ts";

/** A log that is always whole, and says what was waited for. */
export class MemoryJournal implements Journal {
  readonly waits: string[] = [];
  /** Set: the disk is broken. */
  failure: Error | undefined;

  replay(): ReturnType<Journal["replay"]> {
    return Promise.resolve({
      empty: true,
      intact: true,
      sameBoot: true,
      entries: 0,
      lastAliveMs: 0,
    });
  }

  append(): void {}

  written(): Promise<void> {
    this.waits.push("written");
    return this.failure === undefined ? Promise.resolve() : Promise.reject(this.failure);
  }

  synced(): Promise<void> {
    this.waits.push("synced");
    return this.failure === undefined ? Promise.resolve() : Promise.reject(this.failure);
  }

  checkpointDue(): boolean {
    return false;
  }

  checkpoint(): Promise<void> {
    return Promise.resolve();
  }

  readMeta(): ReturnType<Journal["readMeta"]> {
    return Promise.resolve(undefined);
  }

  writeMeta(): Promise<void> {
    return Promise.resolve();
  }

  outdateMeta(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Every text is the configuration of `configOf`, but for one that does not load. */
export function settingsCacheOf(): SettingsCache {
  return new SettingsCache({
    parse: ({ text }) => {
      if (text.includes("broken")) throw new Error("no route at 1:1");
      return configOf();
    },
  });
}

/** A replica without an instance around it: real tenants on a clock of its own. */
export class Owner {
  readonly id: InstanceId;
  readonly time: ClusterTime;
  readonly journal: MemoryJournal = new MemoryJournal();
  readonly fleet: Fleet;
  /** What it says of its copies when it is read. */
  isCaughtUp = true;
  /** Set: it says no to writes. */
  refusal: string | undefined;

  constructor(id: InstanceId, clock: ManualClock) {
    this.id = id;
    this.time = new ClusterTime(clock);
    this.fleet = new Fleet({
      time: this.time,
      journal: this.journal,
      settingsCache: settingsCacheOf(),
      shared: sharedOf(),
      logger: silentLogger,
    });
    void this.fleet.setFallback(settingsOf());
  }

  /** Answers the quorum operations as an instance does. */
  answer(request: PeerRequest): PeerReply {
    // The kind says which body it is.
    const body = request.body as never;
    switch (request.kind) {
      case "write-alerts":
        return this.#write(body);
      case "merge":
        return this.#merge(body);
      case "read":
        return this.#read(body);
      case "compare":
        return this.#compare(body);
      case "exchange":
        return this.#exchange(body);
      default:
        throw new Error(`Nobody asks an owner without an instance for "${request.kind}"`);
    }
  }

  #write({ batches }: WriteAlertsRequest): PeerReply<"write-alerts"> {
    if (this.refusal !== undefined) return { kind: "refused", reason: this.refusal };
    const results = batches.map((batch): { behind: readonly BehindAlert[] } => ({
      behind: this.fleet.applyBatch(batch),
    }));
    return { kind: "taken", results };
  }

  #merge({ parts }: MergeRequest): PeerReply<"merge"> {
    if (this.refusal !== undefined) return { kind: "refused", reason: this.refusal };
    for (const { tenant, state } of parts) this.fleet.merge(tenant, state);
    return { kind: "merged" };
  }

  #read({ tenants }: ReadRequest): PeerReply<"read"> {
    const answers = tenants.map(({ tenant, maps, digests }) => ({
      tenant,
      caughtUp: this.isCaughtUp,
      state: this.fleet.get(tenant)?.stateFor(maps, digests) ?? {},
      heard: NEVER_HEARD,
    }));
    return { kind: "state", tenants: answers };
  }

  #compare({ tenants }: CompareRequest): PeerReply<"compare"> {
    const differing = tenants.flatMap(({ tenant, digests }) => {
      const own = this.fleet.get(tenant)?.digests() ?? EMPTY_DIGESTS;
      const maps = MAP_NAMES.filter((map) => !isSameDigest(own[map], digests[map]));
      return maps.length === 0 ? [] : [{ tenant, maps }];
    });
    return { differing };
  }

  #exchange(request: ExchangeRequest): PeerReply<"exchange"> {
    return this.fleet.open(request.tenant).differing(request.map, request);
  }

  /** Names of the alerts held for a tenant, with their stamps. */
  stamps(tenant: TenantId): readonly number[] {
    return (this.fleet.get(tenant)?.fullState().alerts ?? []).map((alert) => alert.stampUs);
  }
}
