import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { ConfigRecord, InstanceId, TenantId } from "@tocsin/domain/model";
import type { PartialState } from "@tocsin/engine/peer";
import type { ConditionalWrite, ObjectStore, ObjectWrite } from "@tocsin/engine/ports";
import { AppError, MetricRegistry, type Logger } from "@tocsin/foundation";
import { ObjectStateStore } from "./index.ts";

const live = new AbortController().signal;
const TEAM = "team-a" as TenantId;
const OTHER = "team-b" as TenantId;
const A = "am-1" as InstanceId;
const B = "../am 2/é" as InstanceId;
const STATE: PartialState = {
  groups: [{ id: "g", bornMs: 5, urgent: false, tickMs: 9, afterMs: 3 }],
};
const CONFIG: ConfigRecord = { version: 3, text: "route: {}", templates: {}, updatedAtMs: 7 };

describe("ObjectStateStore", () => {
  it("lays objects out by tenant, with names that cannot leave their folder", async () => {
    const { store, objects } = setUp();
    await store.writeSnapshot({ tenant: TEAM, instance: B, expected: undefined }, STATE, live);
    await store.writeSnapshot(
      { tenant: TEAM, instance: ".." as InstanceId, expected: undefined },
      STATE,
      live,
    );
    await store.writeConfig({ tenant: "!.'(*)" as TenantId, expected: undefined }, CONFIG, live);
    expect([...objects.bodies.keys()]).toEqual([
      "tocsin/v1/team-a/state/%2E.%2Fam%202%2F%C3%A9.pb",
      "tocsin/v1/team-a/state/%2E..pb",
      "tocsin/v1/!.'(*)/config/current.pb",
      "tocsin/v1/!.'(*)/config/3.pb",
    ]);
    expect(await store.tenants(live)).toEqual(["!.'(*)", "team-a"]);
    const instances = (await store.readSnapshots(TEAM, live)).map(({ instance }) => instance);
    expect(instances.toSorted()).toEqual(["..", B]);
  });

  it("readSnapshots() reads every replica's, and only this tenant's", async () => {
    const { store } = setUp();
    const instances = Array.from({ length: 9 }, (_, at) => `am-${at}` as InstanceId);
    for (const instance of instances) {
      await store.writeSnapshot({ tenant: TEAM, instance, expected: undefined }, STATE, live);
    }
    await store.writeSnapshot({ tenant: OTHER, instance: A, expected: undefined }, {}, live);
    const read = await store.readSnapshots(TEAM, live);
    expect(read).toEqual(instances.map((instance) => ({ instance, state: STATE })));
    expect(await store.readSnapshots("nobody" as TenantId, live)).toEqual([]);
  });

  it("writeSnapshot() with a version conflicts when somebody else wrote since", async () => {
    const { store } = setUp();
    const target = { tenant: TEAM, instance: A };
    const first = await store.writeSnapshot({ ...target, expected: undefined }, {}, live);
    if (first.kind !== "written") throw new Error("an unconditional write must be taken");
    await store.writeSnapshot({ ...target, expected: undefined }, STATE, live);
    const stale = await store.writeSnapshot({ ...target, expected: first.version }, {}, live);
    expect(stale).toEqual({ kind: "conflict" });
    expect(await store.readSnapshots(TEAM, live)).toEqual([{ instance: A, state: STATE }]);
  });

  it("removeSnapshot() takes one away, and replicas() lists what there is", async () => {
    const { store } = setUp();
    for (const instance of [A, B]) {
      await store.writeSnapshot({ tenant: TEAM, instance, expected: undefined }, STATE, live);
    }
    expect((await store.replicas(TEAM, live)).toSorted()).toEqual([B, A].toSorted());
    await store.removeSnapshot({ tenant: TEAM, instance: A }, live);
    expect(await store.replicas(TEAM, live)).toEqual([B]);
    expect(await store.readSnapshots(TEAM, live)).toEqual([{ instance: B, state: STATE }]);
  });

  it("leaves damaged snapshots out, says so once, counts each time, deletes nothing", async () => {
    const { store, objects, lines, damaged } = setUp();
    for (const instance of [A, B]) {
      await store.writeSnapshot({ tenant: TEAM, instance, expected: undefined }, STATE, live);
    }
    const key = "tocsin/v1/team-a/state/am-1.pb";
    objects.bodies.set(key, objects.bodies.get(key)!.subarray(0, 20));
    for (let reading = 0; reading < 3; reading += 1) {
      expect(await store.readSnapshots(TEAM, live)).toEqual([{ instance: B, state: STATE }]);
    }
    expect(lines).toEqual([expect.stringContaining("damaged")]);
    expect(damaged("snapshot")).toBe(3);
    expect(objects.bodies.has(key)).toBe(true);
    objects.bodies.set(key, Buffer.from("still no snapshot"));
    await store.readSnapshots(TEAM, live);
    expect(lines).toHaveLength(2);
  });

  it("takes no snapshot or configuration that was copied from another tenant", async () => {
    const { store, objects, damaged } = setUp();
    await store.writeSnapshot({ tenant: OTHER, instance: A, expected: undefined }, STATE, live);
    await store.writeConfig({ tenant: OTHER, expected: undefined }, CONFIG, live);
    for (const [key, body] of Array.from(objects.bodies)) {
      objects.bodies.set(key.replace("team-b", "team-a"), body);
    }
    expect(await store.readSnapshots(TEAM, live)).toEqual([]);
    await expect(store.readConfig(TEAM, live)).rejects.toMatchObject({ code: "data-loss" });
    expect([damaged("snapshot"), damaged("config")]).toEqual([1, 1]);
  });

  it("ignores what is not ours among the objects", async () => {
    const { store, objects } = setUp();
    for (const key of ["a b/state/x.pb", "%zz/state/x.pb", "%2E%2E/state/x.pb"]) {
      objects.bodies.set(`tocsin/v1/${key}`, Buffer.from("x"));
    }
    objects.bodies.set("tocsin/v1/team-a/state/notes.txt", Buffer.from("x"));
    objects.bodies.set("tocsin/v1/team-a/state/%zz.pb", Buffer.from("x"));
    expect(await store.tenants(live)).toEqual(["team-a"]);
    expect(await store.readSnapshots(TEAM, live)).toEqual([]);
  });

  it("an outage is not an empty answer", async () => {
    const { store, objects } = setUp();
    await store.writeSnapshot({ tenant: TEAM, instance: A, expected: undefined }, STATE, live);
    objects.failGet = new AppError("unavailable", "the store is away");
    await expect(store.readSnapshots(TEAM, live)).rejects.toBe(objects.failGet);
    await expect(store.readConfig(TEAM, live)).rejects.toBe(objects.failGet);
  });

  it("writeConfig() lets one of two first writers win, and keeps each version", async () => {
    const { store, objects } = setUp();
    const target = { tenant: TEAM, expected: undefined };
    const first = await store.writeConfig(target, CONFIG, live);
    expect(first.kind).toBe("written");
    const twin = { ...CONFIG, text: "route: {receiver: x}" };
    expect(await store.writeConfig(target, twin, live)).toEqual({ kind: "conflict" });
    const stored = await store.readConfig(TEAM, live);
    expect(stored).toMatchObject({ record: CONFIG });
    const expected = stored?.version;
    const gone: ConfigRecord = { version: 4, text: undefined, templates: {}, updatedAtMs: 8 };
    expect((await store.writeConfig({ tenant: TEAM, expected }, gone, live)).kind).toBe("written");
    expect((await store.readConfig(TEAM, live))?.record).toEqual(gone);
    expect([...objects.bodies.keys()]).toEqual(
      ["current", "3", "4"].map((name) => `tocsin/v1/team-a/config/${name}.pb`),
    );
  });

  it("writeConfig() whose copy fails is written all the same, and says so", async () => {
    const { store, objects, lines } = setUp();
    objects.failPut = (key) => key.endsWith("/3.pb");
    const written = await store.writeConfig({ tenant: TEAM, expected: undefined }, CONFIG, live);
    expect(written.kind).toBe("written");
    expect(lines).toEqual([expect.stringContaining("not its copy")]);
  });

  it("readConfig() of a damaged object rejects with data-loss and names the object", async () => {
    const { store, objects, lines } = setUp();
    expect(await store.readConfig(TEAM, live)).toBeUndefined();
    objects.bodies.set("tocsin/v1/team-a/config/current.pb", Buffer.from("TOCS1"));
    await expect(store.readConfig(TEAM, live)).rejects.toThrow("team-a/config/current.pb");
    expect(lines).toHaveLength(1);
  });
});

/** Objects in a map, versions by content. */
class MemoryObjects implements ObjectStore {
  readonly name = "memory";
  readonly bodies = new Map<string, Uint8Array>();
  failGet: AppError | undefined;
  failPut: (key: string) => boolean = () => false;

  async get(key: string): ReturnType<ObjectStore["get"]> {
    if (this.failGet !== undefined) throw this.failGet;
    const body = this.bodies.get(key);
    return body === undefined ? undefined : { body, version: versionOf(body) };
  }

  async put({ key, body, condition }: ObjectWrite): Promise<ConditionalWrite> {
    if (this.failPut(key)) throw new AppError("unavailable", "the store is away");
    const held = this.bodies.get(key);
    const version = held === undefined ? undefined : versionOf(held);
    const wanted = condition.kind === "version" ? condition.version : undefined;
    if (condition.kind !== "none" && version !== wanted) return { kind: "conflict" };
    this.bodies.set(key, body);
    return { kind: "written", version: versionOf(body) };
  }

  async delete(key: string): Promise<void> {
    this.bodies.delete(key);
  }

  async list(prefix: string): ReturnType<ObjectStore["list"]> {
    const below = [...this.bodies.keys()].filter((key) => key.startsWith(prefix)).sort();
    const depth = (key: string): number => key.slice(prefix.length).indexOf("/");
    const keys = below.filter((key) => depth(key) < 0);
    const deeper = below.filter((key) => depth(key) >= 0);
    const folders = deeper.map((key) => key.slice(0, prefix.length + depth(key) + 1));
    return { keys, folders: [...new Set(folders)] };
  }
}

function versionOf(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex");
}

function setUp(): {
  readonly store: ObjectStateStore;
  readonly objects: MemoryObjects;
  readonly lines: string[];
  readonly damaged: (kind: string) => number;
} {
  const objects = new MemoryObjects();
  const metrics = new MetricRegistry();
  const lines: string[] = [];
  const logger: Logger = {
    enabled: () => true,
    log: (_level, message) => void lines.push(message),
    with: () => logger,
  };
  const store = new ObjectStateStore({ objects, logger, metrics });
  const family = metrics.counter("tocsin_state_store_damaged_objects_total", "", ["kind"]);
  return { store, objects, lines, damaged: (kind) => family.with(kind).value };
}
