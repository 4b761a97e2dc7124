import { AppError } from "@tocsin/foundation";
import type { ConfigRecord, InstanceId, TenantId } from "@tocsin/domain/model";
import type { RingDocument } from "@tocsin/domain/ring";
import { MemoryRingStore } from "@tocsin/engine/ring-memory";
import type { PartialState } from "@tocsin/engine/peer";
import type {
  ConditionalWrite,
  ReplicaSnapshot,
  RingStore,
  SnapshotTarget,
  StateStore,
  StoredConfig,
} from "@tocsin/engine/ports";
import type { Draw, Events } from "./events.ts";
import type { SimProcess } from "./sim-process.ts";
import { trueWallMs } from "./sim-process.ts";

export const STORE_DELAY_MIN_MS = 0.3;
export const STORE_DELAY_MAX_MS = 4;

/** An outside service: each call takes a moment there and back, and fails while it is down. */
export class SimService {
  isDown = false;
  /** Of each way. */
  delayMinMs: number = STORE_DELAY_MIN_MS;
  delayMaxMs: number = STORE_DELAY_MAX_MS;
  readonly #events: Events;
  readonly #draw: Draw;

  constructor(events: Events, draw: Draw) {
    this.#events = events;
    this.#draw = draw;
  }

  call<T>(process: SimProcess, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const delayMs = (): number => this.#draw.between(this.delayMinMs, this.delayMaxMs);
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    this.#events.after(delayMs(), () => {
      const result = this.isDown ? Promise.reject(new AppError("unavailable", "Down")) : work();
      const back = (run: () => void): void => {
        this.#events.after(delayMs(), () => process.receive(run));
      };
      result.then(
        (value) => back(() => resolve(value)),
        (error: unknown) => back(() => reject(AppError.from(error, "unavailable"))),
      );
    });
    return promise.finally(() => signal.removeEventListener("abort", onAbort));
  }
}

/** The ring store, as one process sees it. `wipe` makes it forget everything. */
export class SimRing {
  readonly service: SimService;
  readonly #events: Events;
  #store: MemoryRingStore;
  /** What is in it now; undefined: nothing. */
  document: RingDocument | undefined;
  /** All documents that were ever written, with the instant. */
  readonly written: { readonly atMs: number; readonly document: RingDocument }[] = [];

  constructor(events: Events, draw: Draw) {
    this.#events = events;
    this.service = new SimService(events, draw);
    this.#store = this.#fresh();
  }

  wipe(): void {
    this.document = undefined;
    this.#store = this.#fresh();
  }

  portFor(process: SimProcess): RingStore {
    const never = new AbortController().signal;
    const call = <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> =>
      this.service.call(process, signal, work);
    return {
      read: (signal) => call(signal, () => this.#store.read(never)),
      compareAndSet: (expected, next, signal) =>
        call(signal, async () => {
          const done = await this.#store.compareAndSet(expected, next, never);
          if (done) {
            this.document = next;
            this.written.push({ atMs: this.#events.nowMs, document: next });
          }
          return done;
        }),
      beat: (own, signal) => call(signal, () => this.#store.beat(own, never)),
      removeHeartbeat: (id, signal) => call(signal, () => this.#store.removeHeartbeat(id, never)),
      nextIncarnation: (id, above, signal) =>
        call(signal, () => this.#store.nextIncarnation(id, above, never)),
    };
  }

  #fresh(): MemoryRingStore {
    const nowMs = (): number => trueWallMs(this.#events);
    const sleep = (): Promise<void> => Promise.reject(new Error("a store does not sleep"));
    return new MemoryRingStore({ clock: { wallMs: nowMs, monotonicMs: nowMs, sleep } });
  }
}

/** The object store: snapshots and configurations by key, with versions for conditional writes. */
export class SimObjects {
  readonly service: SimService;
  readonly #snapshots = new Map<
    string,
    { state: PartialState; instance: InstanceId; version: string }
  >();
  readonly #configs = new Map<TenantId, { record: ConfigRecord; version: string }>();
  #writes = 0;
  /** The next write is answered with yes and forgotten. */
  losesNext = false;

  constructor(events: Events, draw: Draw) {
    this.service = new SimService(events, draw);
  }

  portFor(process: SimProcess): StateStore {
    const call = <T>(signal: AbortSignal, work: () => T): Promise<T> =>
      this.service.call(process, signal, () => Promise.resolve().then(work));
    return {
      tenants: (signal) => call(signal, () => this.#tenants()),
      replicas: (tenant, signal) =>
        call(signal, () => this.#read(tenant).map(({ instance }) => instance)),
      readSnapshots: (tenant, signal) => call(signal, () => this.#read(tenant)),
      writeSnapshot: (target, state, signal) => call(signal, () => this.#write(target, state)),
      removeSnapshot: (target, signal) =>
        call(signal, () => void this.#snapshots.delete(keyOf(target))),
      readConfig: (tenant, signal) => call(signal, () => this.#config(tenant)),
      writeConfig: (target, record, signal) =>
        call(signal, () => this.#writeConfig(target, record)),
    };
  }

  #tenants(): readonly TenantId[] {
    const names = [...this.#snapshots.keys()].map((key) => key.split("\n")[0] as TenantId);
    return [...new Set([...names, ...this.#configs.keys()])].sort();
  }

  #read(tenant: TenantId): readonly ReplicaSnapshot[] {
    return [...this.#snapshots]
      .filter(([key]) => key.startsWith(`${tenant}\n`))
      .map(([, { instance, state }]) => ({ instance, state }));
  }

  #write(target: SnapshotTarget, state: PartialState): ConditionalWrite {
    const known = this.#snapshots.get(keyOf(target));
    if (target.expected !== undefined && known?.version !== target.expected) {
      return { kind: "conflict" };
    }
    const version = this.#nextVersion();
    if (this.losesNext) this.losesNext = false;
    else this.#snapshots.set(keyOf(target), { instance: target.instance, state, version });
    return { kind: "written", version };
  }

  #config(tenant: TenantId): StoredConfig | undefined {
    return this.#configs.get(tenant);
  }

  #writeConfig(
    target: { readonly tenant: TenantId; readonly expected: string | undefined },
    record: ConfigRecord,
  ): ConditionalWrite {
    if (this.#configs.get(target.tenant)?.version !== target.expected) return { kind: "conflict" };
    const version = this.#nextVersion();
    this.#configs.set(target.tenant, { record, version });
    return { kind: "written", version };
  }

  #nextVersion(): string {
    this.#writes += 1;
    return `v${this.#writes}`;
  }
}

function keyOf(target: { readonly tenant: TenantId; readonly instance: InstanceId }): string {
  return `${target.tenant}\n${target.instance}`;
}
