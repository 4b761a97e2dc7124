import { describe, expect, it } from "vitest";
import type { ObjectStore, WriteCondition } from "@tocsin/engine/ports";

const live = new AbortController().signal;
const ABSENT: WriteCondition = { kind: "absent" };
const ANY: WriteCondition = { kind: "none" };

/**
 * What every object store does. `open` gives another client of the same objects, `fresh` a prefix that
 * no other test has used.
 */
export function objectStoreContract(name: string, open: () => ObjectStore): void {
  let used = 0;
  const fresh = (): string => `tocsin/v1/case-${(used += 1)}/`;

  describe(`${name} keeps the contract of ObjectStore`, () => {
    it("get() finds what put() wrote, and nothing before", async () => {
      const store = open();
      const key = `${fresh()}a.pb`;
      expect(await store.get(key, live)).toBeUndefined();
      const written = await store.put({ key, body: bytes("one"), condition: ANY }, live);
      const found = await open().get(key, live);
      expect(found && text(found.body)).toBe("one");
      expect(written).toEqual({ kind: "written", version: found?.version });
    });

    it("put() of an empty and of a large body keeps every byte", async () => {
      const store = open();
      const prefix = fresh();
      const large = Uint8Array.from({ length: 3_000_000 }, (_, at) => (at * 31) % 256);
      for (const body of [new Uint8Array(), large, large.subarray(7, 19)]) {
        const key = `${prefix}${body.length}.pb`;
        await store.put({ key, body, condition: ANY }, live);
        const found = await store.get(key, live);
        expect(Buffer.compare(found?.body ?? bytes("none"), body)).toBe(0);
      }
    });

    it("put() with no condition replaces", async () => {
      const store = open();
      const key = `${fresh()}a.pb`;
      const first = await store.put({ key, body: bytes("one"), condition: ANY }, live);
      const second = await store.put({ key, body: bytes("two"), condition: ANY }, live);
      expect(second).not.toEqual(first);
      const found = await store.get(key, live);
      expect(found && text(found.body)).toBe("two");
    });

    it("put() for an absent object refuses when there is one", async () => {
      const store = open();
      const key = `${fresh()}a.pb`;
      const first = await store.put({ key, body: bytes("one"), condition: ABSENT }, live);
      expect(first.kind).toBe("written");
      const second = await store.put({ key, body: bytes("two"), condition: ABSENT }, live);
      expect(second).toEqual({ kind: "conflict" });
      const found = await store.get(key, live);
      expect(found && text(found.body)).toBe("one");
    });

    it("put() of a version refuses when there is another, or none", async () => {
      const store = open();
      const key = `${fresh()}a.pb`;
      const first = await store.put({ key, body: bytes("one"), condition: ABSENT }, live);
      if (first.kind !== "written") throw new Error("a first write must be taken");
      const condition: WriteCondition = { kind: "version", version: first.version };
      const second = await store.put({ key, body: bytes("two"), condition }, live);
      expect(second.kind).toBe("written");
      const stale = await open().put({ key, body: bytes("three"), condition }, live);
      expect(stale).toEqual({ kind: "conflict" });
      await store.delete(key, live);
      const gone = await store.put({ key, body: bytes("four"), condition }, live);
      expect(gone).toEqual({ kind: "conflict" });
      expect(await store.get(key, live)).toBeUndefined();
    });

    it("put() of 8 racing creators lets one win", async () => {
      const key = `${fresh()}a.pb`;
      const racing = Array.from({ length: 8 }, (_, at) =>
        open().put({ key, body: bytes(`racer ${at}`), condition: ABSENT }, live),
      );
      const kinds = (await Promise.all(racing)).map((outcome) => outcome.kind);
      expect(kinds.filter((kind) => kind === "written")).toHaveLength(1);
    });

    it("put() of racing replacers loses no increment", async () => {
      const key = `${fresh()}n.pb`;
      await open().put({ key, body: bytes("0"), condition: ABSENT }, live);
      async function increment(store: ObjectStore): Promise<void> {
        for (let done = 0; done < 5;) {
          const held = await store.get(key, live);
          if (held === undefined) throw new Error("it must never be gone");
          const body = bytes(String(Number(text(held.body)) + 1));
          const condition: WriteCondition = { kind: "version", version: held.version };
          if ((await store.put({ key, body, condition }, live)).kind === "written") done += 1;
        }
      }
      await Promise.all(Array.from({ length: 4 }, () => increment(open())));
      const found = await open().get(key, live);
      expect(found && text(found.body)).toBe("20");
    });

    it("delete() removes, and takes what is not there", async () => {
      const store = open();
      const key = `${fresh()}a.pb`;
      await store.put({ key, body: bytes("one"), condition: ANY }, live);
      await store.delete(key, live);
      await store.delete(key, live);
      expect(await store.get(key, live)).toBeUndefined();
    });

    it("list() shows one level, sorted, and not what is deleted", async () => {
      const store = open();
      const prefix = fresh();
      for (const name of ["b.pb", "a.pb", "state/am-2.pb", "state/am-1.pb", "config/1.pb"]) {
        await store.put({ key: prefix + name, body: bytes(name), condition: ANY }, live);
      }
      expect(await store.list(prefix, live)).toEqual({
        keys: [`${prefix}a.pb`, `${prefix}b.pb`],
        folders: [`${prefix}config/`, `${prefix}state/`],
      });
      await store.delete(`${prefix}config/1.pb`, live);
      await store.delete(`${prefix}a.pb`, live);
      expect((await store.list(prefix, live)).keys).toEqual([`${prefix}b.pb`]);
      expect((await store.list(`${prefix}config/`, live)).keys).toEqual([]);
      expect(await store.list(`${prefix}nothing/`, live)).toEqual({ keys: [], folders: [] });
    });

    it("keys may have every character that a name may be encoded to", async () => {
      const store = open();
      const prefix = fresh();
      const names = ["team_a-1.x", "!'()*", "%C3%A4%2F%2E%2E%20b", "~", "a+b=c,d;e:f@g$h&i"];
      for (const name of names) {
        await store.put({ key: `${prefix}${name}/x.pb`, body: bytes(name), condition: ANY }, live);
      }
      const listed = await store.list(prefix, live);
      expect(listed.folders).toEqual(names.map((name) => `${prefix}${name}/`).sort());
      for (const name of names) {
        const found = await store.get(`${prefix}${name}/x.pb`, live);
        expect(found && text(found.body)).toBe(name);
      }
    });

    it("every call rejects with the reason of a fired signal", async () => {
      const store = open();
      const key = `${fresh()}a.pb`;
      const gone = AbortSignal.abort(new Error("stopping"));
      const write = { key, body: bytes("one"), condition: ABSENT };
      await expect(store.get(key, gone)).rejects.toThrow("stopping");
      await expect(store.put(write, gone)).rejects.toThrow("stopping");
      await expect(store.delete(key, gone)).rejects.toThrow("stopping");
      await expect(store.list("", gone)).rejects.toThrow("stopping");
      expect(await store.get(key, live)).toBeUndefined();
    });
  });
}

export function bytes(content: string): Uint8Array {
  return Buffer.from(content);
}

export function text(body: Uint8Array): string {
  return Buffer.from(body).toString();
}
