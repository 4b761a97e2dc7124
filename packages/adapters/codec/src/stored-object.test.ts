import type { InstanceId, TenantId } from "@tocsin/domain/model";
import fc from "fast-check";
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { alert, config, logEntry, state } from "./arbitraries.ts";
import { expectSameByName, schemaType } from "./reflection.ts";
import {
  decodeConfigObject,
  decodeSnapshot,
  encodeConfigObject,
  encodeSnapshot,
} from "./stored-object.ts";

const tenant = "team-a" as TenantId;
const instance = "am-0" as InstanceId;
const storedObject = schemaType("tocsin.storage.v1.StoredObject");

function sealed(message: Uint8Array): Buffer {
  const packed = gzipSync(message);
  const sum = createHash("sha256").update(packed).digest();
  return Buffer.concat([Buffer.from("TOCS1"), packed, sum]);
}

describe("encodeSnapshot()", () => {
  it("is read back by decodeSnapshot() and by the schema", async () => {
    await fc.assert(
      fc.asyncProperty(state, async (held) => {
        const snapshot = { tenant, instance, state: held };
        const body = Buffer.from(await encodeSnapshot(snapshot));
        expect(await decodeSnapshot(body)).toStrictEqual(snapshot);
        expect(body.toString("latin1", 0, 5)).toBe("TOCS1");
        expectSameByName(
          snapshot,
          storedObject.read(gunzipSync(body.subarray(5, -32)))["snapshot"],
        );
      }),
    );
  });
});

describe("encodeSnapshot() of many records", () => {
  it("lets others have turns, and is the same as of few", async () => {
    const held = { alerts: fc.sample(alert, 3_500), silences: [], log: fc.sample(logEntry, 1_200) };
    let turnCount = 0;
    const turns = new AbortController();
    const counting = (async () => {
      for (; !turns.signal.aborted; turnCount += 1) await setImmediate();
    })();
    const body = await encodeSnapshot({ tenant, instance, state: held });
    turns.abort();
    await counting;
    expect(turnCount).toBeGreaterThanOrEqual(4);
    expect(await decodeSnapshot(body)).toStrictEqual({ tenant, instance, state: held });
  });
});

describe("decodeSnapshot()", () => {
  const damaged = { code: "data-loss" };

  it("rejects a body with any one bit flipped, or cut anywhere", async () => {
    const body = Buffer.from(await encodeSnapshot({ tenant, instance, state: { groups: [] } }));
    for (let at = 0; at < body.length; at += 1) {
      const flipped = Buffer.from(body);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      await expect(decodeSnapshot(flipped)).rejects.toMatchObject(damaged);
      await expect(decodeSnapshot(body.subarray(0, at))).rejects.toMatchObject(damaged);
    }
  });

  it("rejects a configuration, and decodeConfigObject() a snapshot", async () => {
    const record = { version: 1, text: undefined, templates: {}, updatedAtMs: 5 };
    const stored = await encodeConfigObject({ tenant, record });
    await expect(decodeSnapshot(stored)).rejects.toMatchObject({
      ...damaged,
      message: "Cannot read object: it holds a config, wanted a snapshot",
    });
    const snapshot = await encodeSnapshot({ tenant, instance, state: {} });
    await expect(decodeConfigObject(snapshot)).rejects.toMatchObject(damaged);
  });

  it("rejects a message that lacks what it needs, although its checksum is right", async () => {
    const body = sealed(storedObject.write({ snapshot: { tenant, instance } }));
    await expect(decodeSnapshot(body)).rejects.toMatchObject({
      ...damaged,
      message: expect.stringContaining(`"state" is missing`) as string,
    });
    await expect(decodeSnapshot(sealed(Buffer.from("hello")))).rejects.toMatchObject(damaged);
  });

  it("rejects what unpacks to more than it may", async () => {
    const bomb = sealed(Buffer.alloc(1024 * 1024));
    await expect(decodeSnapshot(bomb, 1024)).rejects.toMatchObject({
      ...damaged,
      message: "Cannot read object: it cannot be unpacked",
    });
  });
});

describe("encodeConfigObject()", () => {
  it("is read back by decodeConfigObject()", async () => {
    await fc.assert(
      fc.asyncProperty(config, async (record) => {
        const body = await encodeConfigObject({ tenant, record });
        expect(await decodeConfigObject(body)).toStrictEqual({ tenant, record });
      }),
    );
  });
});
