import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { systemClock, systemRandom } from "@tocsin/clock-system";
import type { ConfigRecord, InstanceId, TenantId } from "@tocsin/domain/model";
import type { PartialState } from "@tocsin/engine/peer";
import type { ObjectStore } from "@tocsin/engine/ports";
import { MetricRegistry, silentLogger } from "@tocsin/foundation";
import { FsObjectStore } from "@tocsin/object-store-fs";
import { parseS3Url, S3ObjectStore } from "@tocsin/object-store-s3";
import { ObjectStateStore } from "@tocsin/state-store";
import { startS3 } from "../servers/index.ts";

const live = new AbortController().signal;
const TEAM = "team-a" as TenantId;
const A = "am-1" as InstanceId;
const STATE: PartialState = {
  groups: [{ id: "g", bornMs: 5, urgent: true, tickMs: 9, afterMs: 3 }],
};
const folder = await mkdtemp(join(tmpdir(), "tocsin-state-"));
const s3 = await startS3();

describe("ObjectStateStore over real stores", () => {
  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
    if (s3.kind === "running") await s3.stop();
  });

  const stores: { readonly name: string; readonly open: () => Promise<ObjectStore | string> }[] = [
    {
      name: "a folder",
      open: async () => new FsObjectStore({ clock: systemClock, random: systemRandom }, { folder }),
    },
    { name: "S3", open: openS3 },
  ];

  async function openS3(): Promise<ObjectStore | string> {
    if (s3.kind === "missing") return s3.reason;
    vi.stubEnv("AWS_ACCESS_KEY_ID", s3.accessKeyId);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", s3.secretAccessKey);
    const bucket = await s3.makeBucket();
    const deps = { clock: systemClock, random: systemRandom, logger: silentLogger };
    const url = `s3://${bucket}/p?endpoint=${s3.endpoint}&region=${s3.region}`;
    return new S3ObjectStore(deps, parseS3Url(url));
  }

  it.for(stores)("$name keeps snapshots and configurations", async ({ open }, { skip }) => {
    const objects = await open();
    if (typeof objects === "string") return skip(objects);
    const store = new ObjectStateStore({
      objects,
      logger: silentLogger,
      metrics: new MetricRegistry(),
    });
    expect(await store.tenants(live)).toEqual([]);
    const first = await store.writeSnapshot(
      { tenant: TEAM, instance: A, expected: undefined },
      STATE,
      live,
    );
    if (first.kind !== "written") throw new Error("an unconditional write must be taken");
    const target = { tenant: TEAM, instance: A, expected: first.version };
    expect((await store.writeSnapshot(target, { ...STATE, log: [] }, live)).kind).toBe("written");
    expect(await store.writeSnapshot(target, {}, live)).toEqual({ kind: "conflict" });
    expect(await store.readSnapshots(TEAM, live)).toEqual([
      { instance: A, state: { ...STATE, log: [] } },
    ]);

    const record: ConfigRecord = { version: 1, text: "a: b", templates: {}, updatedAtMs: 3 };
    const config = { tenant: TEAM, expected: undefined };
    expect((await store.writeConfig(config, record, live)).kind).toBe("written");
    expect((await store.writeConfig(config, record, live)).kind).toBe("conflict");
    expect((await store.readConfig(TEAM, live))?.record).toEqual(record);
    expect(await store.tenants(live)).toEqual([TEAM]);
    await store.removeSnapshot({ tenant: TEAM, instance: A }, live);
    expect(await store.readSnapshots(TEAM, live)).toEqual([]);
  });

  it("a snapshot that was cut on the disk is left out and left there", async () => {
    const objects = new FsObjectStore({ clock: systemClock, random: systemRandom }, { folder });
    const metrics = new MetricRegistry();
    const store = new ObjectStateStore({ objects, logger: silentLogger, metrics });
    const target = { tenant: TEAM, instance: "am-9" as InstanceId, expected: undefined };
    await store.writeSnapshot(target, STATE, live);
    const path = join(folder, "tocsin/v1/team-a/state/am-9.pb");
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, whole.length - 3));
    expect(await store.readSnapshots(TEAM, live)).toEqual([]);
    expect((await readFile(path)).length).toBe(whole.length - 3);
  });
});
