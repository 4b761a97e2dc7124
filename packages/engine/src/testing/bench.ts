import { AppError, MetricRegistry, Pacer, silentLogger } from "@tocsin/foundation";
import { ALWAYS_HEARD } from "@tocsin/domain/alert";
import type { ConfigRecord, InstanceId, TenantId } from "@tocsin/domain/model";
import { DEFAULT_TIMINGS } from "../cluster/timings.ts";
import type { View } from "../cluster/view.ts";
import type { DistributorDeps } from "../distributor/context.ts";
import type { ConditionalWrite, StateStore, StoredConfig } from "../ports/index.ts";
import { PeerCalls } from "../replication/peer-calls.ts";
import { RETENTION_MS } from "../tenant/fixture.ts";
import { documentOf, viewOf } from "./documents.ts";
import { ManualClock } from "./manual-clock.ts";
import { Owner, settingsCacheOf } from "./owner.ts";
import { ScriptedTransport } from "./scripted-transport.ts";
import { OTHER, OWN, THIRD } from "./watch.ts";

const PACED_SIZE_MAX = 1_000;

/** Configurations under compare-and-set; snapshots it has none. */
export class MemoryConfigStore implements StateStore {
  readonly #stored = new Map<TenantId, StoredConfig>();
  #version = 0;
  /** Called before each write: where a test lets somebody else be first. */
  beforeWrite: () => void = () => {};
  failure: AppError | undefined;

  tenants(): Promise<readonly TenantId[]> {
    return Promise.resolve([...this.#stored.keys()]);
  }

  readSnapshots(): ReturnType<StateStore["readSnapshots"]> {
    return Promise.resolve([]);
  }

  writeSnapshot(..._of: Parameters<StateStore["writeSnapshot"]>): Promise<ConditionalWrite> {
    return Promise.resolve({ kind: "written", version: "0" });
  }

  replicas(): Promise<readonly InstanceId[]> {
    return Promise.resolve([]);
  }

  removeSnapshot(): Promise<void> {
    return Promise.resolve();
  }

  async readConfig(tenant: TenantId): Promise<StoredConfig | undefined> {
    if (this.failure !== undefined) throw this.failure;
    return this.#stored.get(tenant);
  }

  async writeConfig(
    target: { readonly tenant: TenantId; readonly expected: string | undefined },
    record: ConfigRecord,
  ): Promise<ConditionalWrite> {
    this.beforeWrite();
    if (this.#stored.get(target.tenant)?.version !== target.expected) return { kind: "conflict" };
    return this.put(target.tenant, record);
  }

  put(tenant: TenantId, record: ConfigRecord): ConditionalWrite {
    this.#version += 1;
    const version = `${this.#version}`;
    this.#stored.set(tenant, { record, version });
    return { kind: "written", version };
  }
}

/** A distributor's surroundings: three owners, the first of them here, on one clock. */
export class Bench {
  readonly clock: ManualClock = new ManualClock();
  readonly transport: ScriptedTransport = new ScriptedTransport();
  readonly own: Owner = new Owner(OWN, this.clock);
  readonly other: Owner = new Owner(OTHER, this.clock);
  readonly third: Owner = new Owner(THIRD, this.clock);
  readonly store: MemoryConfigStore = new MemoryConfigStore();
  readonly suspected: Set<InstanceId> = new Set();
  view: View = viewOf([OWN, OTHER, THIRD]);
  isCaughtUp = true;
  pauses = 0;
  refusal: string | undefined;
  /** Batches that were confirmed, by tenant and stamp. */
  readonly confirmed: (readonly [TenantId, number])[] = [];
  readonly silenceLimits: { countMax: number; sizeMaxBytes: number } = {
    countMax: 0,
    sizeMaxBytes: 0,
  };
  readonly silenceActs: string[] = [];
  readonly deps: DistributorDeps;
  /** Of those that long work has asked for. */
  turnCount = 0;

  constructor() {
    for (const owner of [this.other, this.third]) this.up(owner);
    const { clock, transport } = this;
    const view = (): View => this.view;
    this.deps = {
      clock,
      random: { uint32: () => (this.#drawn += 1) },
      logger: silentLogger,
      metrics: new MetricRegistry(),
      time: this.own.time,
      nowMs: () => this.own.time.nowMs(),
      timings: DEFAULT_TIMINGS,
      ownId: OWN,
      heard: () => ALWAYS_HEARD,
      confirm: (tenant, stampsUs) =>
        this.confirmed.push(...stampsUs.map((us) => [tenant, us] as const)),
      fleet: this.own.fleet,
      journal: this.own.journal,
      stateStore: this.store,
      settingsCache: settingsCacheOf(),
      matcherMode: "fallback",
      calls: new PeerCalls({
        clock,
        transport,
        view,
        adoptView: (document) => {
          this.view = viewOf(document.settled, { ...document });
        },
      }),
      retentionMs: RETENTION_MS,
      silenceLimits: this.silenceLimits,
      onSilence: (act, { comment }) => void this.silenceActs.push(`${act} ${comment}`),
      view,
      isCaughtUp: () => this.isCaughtUp,
      isSuspected: (id) => this.suspected.has(id),
      pacer: new Pacer(PACED_SIZE_MAX, (next) => {
        this.turnCount += 1;
        queueMicrotask(next);
      }),
      pauseCount: () => this.pauses,
      assertTakesWrites: () => {
        if (this.refusal !== undefined) throw new AppError("unavailable", this.refusal);
      },
      signal: new AbortController().signal,
    };
  }

  #drawn = 0;

  /** It answers. */
  up(owner: Owner): void {
    this.transport.answers.set(owner.id, (request) => owner.answer(request));
  }

  /** It is stopped: it takes the request and says nothing. */
  stopped(owner: Owner): void {
    this.transport.answers.set(owner.id, () => undefined);
  }

  /** Its process is gone. */
  gone(...owners: readonly Owner[]): void {
    for (const { id } of owners) this.transport.answers.delete(id);
  }

  /** It has a newer view, maybe with other owners to come: its first answer is a refusal that says so. */
  ahead(owner: Owner, version: number, target?: readonly InstanceId[]): void {
    const document = documentOf([OWN, OTHER, THIRD], { version, ...(target && { target }) });
    this.transport.answers.set(owner.id, (request) => {
      const { viewVersion } = request.body as { readonly viewVersion: number };
      return viewVersion < version ? { kind: "older-view", view: document } : owner.answer(request);
    });
  }
}
