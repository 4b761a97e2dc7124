import { describe, expect, it } from "vitest";
import { AppError } from "@tocsin/foundation";
import type { ConfigRecord } from "@tocsin/domain/model";
import type { ConfigWrite } from "../api/types.ts";
import { TENANT } from "../tenant/fixture.ts";
import { Bench } from "../testing/bench.ts";
import { OTHER } from "../testing/watch.ts";
import { deleteConfig, putConfig } from "./write-config.ts";

const WRITE: ConfigWrite = { text: "route: one", templates: {}, expectedVersion: undefined };

describe("putConfig()", () => {
  it("is stored, and in force on all owners that can be reached, when it returns", async () => {
    const bench = new Bench();
    const record = await put(bench);
    expect(record.version).toBe(1);
    expect((await bench.store.readConfig(TENANT))?.record).toEqual(record);
    for (const owner of [bench.own, bench.other, bench.third]) {
      const inForce = owner.fleet.get(TENANT)?.configRecord;
      expect([inForce?.version, inForce?.text]).toEqual([1, "route: one"]);
    }
  });

  it("waits for every trusted owner, not only for a quorum, and for no suspected one", async () => {
    const bench = new Bench();
    bench.stopped(bench.third);
    let isDone = false;
    const first = put(bench).then(() => (isDone = true));
    await bench.clock.advance(3_000);
    expect(isDone).toBe(false);
    await bench.clock.advance(1_100);
    await first;
    bench.suspected.add(bench.third.id);
    await put(bench);
    expect(bench.clock.monotonicMs()).toBe(4_100);
  });

  it("stores nothing that does not load", async () => {
    const bench = new Bench();
    await expect(put(bench, { ...WRITE, text: "broken" })).rejects.toMatchObject({
      code: "invalid-argument",
      message: "no route at 1:1",
    });
    expect(await bench.store.readConfig(TENANT)).toBeUndefined();
  });

  it("draws the next version when somebody else was first", async () => {
    const bench = new Bench();
    bench.store.beforeWrite = () => {
      bench.store.beforeWrite = () => {};
      bench.store.put(TENANT, recordOf(7));
    };
    expect((await put(bench)).version).toBe(8);
  });

  it("gives up when somebody else is always first", async () => {
    const bench = new Bench();
    let version = 0;
    bench.store.beforeWrite = () => bench.store.put(TENANT, recordOf((version += 1)));
    await expect(put(bench)).rejects.toMatchObject({ code: "conflict" });
  });

  it("refuses a condition that does not hold, with both versions", async () => {
    const bench = new Bench();
    await put(bench);
    await expect(put(bench, { ...WRITE, expectedVersion: 4 })).rejects.toMatchObject({
      code: "conflict",
      message: "Configuration has version 1, the request wants 4",
    });
  });

  it("is refused while the store is away, and nobody has it", async () => {
    const bench = new Bench();
    bench.store.failure = new AppError("unavailable", "bucket away");
    await expect(put(bench)).rejects.toMatchObject({
      code: "unavailable",
      message: "Configuration not stored: bucket away",
    });
    expect(bench.transport.calls).toEqual([]);
  });

  it("says that it may or may not come into force when no quorum took it", async () => {
    const bench = new Bench();
    bench.other.refusal = "disk full";
    bench.third.refusal = "disk full";
    await expect(put(bench)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(
        /^Configuration version 1 may or may not come into force/,
      ) as string,
    });
  });
});

describe("deleteConfig()", () => {
  it("is a version too, so that an older one does not come back", async () => {
    const bench = new Bench();
    const old = await put(bench);
    await deleteConfig(bench.deps, TENANT, new AbortController().signal);
    const deleted = bench.other.fleet.get(TENANT)?.configRecord;
    expect([deleted?.version, deleted?.text]).toEqual([2, undefined]);
    bench.other.fleet.merge(TENANT, { config: old });
    expect(bench.other.fleet.get(TENANT)?.configRecord?.version).toBe(2);
  });

  it("knows nothing to delete where nothing is, or where it was deleted", async () => {
    const bench = new Bench();
    const { signal } = new AbortController();
    await expect(deleteConfig(bench.deps, TENANT, signal)).rejects.toMatchObject({
      code: "not-found",
    });
    await put(bench);
    await deleteConfig(bench.deps, TENANT, signal);
    await expect(deleteConfig(bench.deps, TENANT, signal)).rejects.toMatchObject({
      code: "not-found",
    });
    expect(bench.transport.kindsTo("merge").filter((id) => id === OTHER)).toHaveLength(2);
  });
});

function put(bench: Bench, write: ConfigWrite = WRITE): Promise<ConfigRecord> {
  return putConfig(bench.deps, { tenant: TENANT, write }, new AbortController().signal);
}

function recordOf(version: number): ConfigRecord {
  return { text: "route: other", templates: {}, version, updatedAtMs: 0 };
}
