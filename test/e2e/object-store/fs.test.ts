import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, openSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile, mkdir, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { systemClock, systemRandom } from "@tocsin/clock-system";
import { FsObjectStore } from "@tocsin/object-store-fs";
import { bytes, objectStoreContract, text } from "./contract.ts";

const live = new AbortController().signal;
const root = await mkdtemp(join(tmpdir(), "tocsin-objects-"));
afterAll(() => rm(root, { recursive: true, force: true }));

objectStoreContract("FsObjectStore", () => {
  return new FsObjectStore(
    { clock: systemClock, random: systemRandom },
    { folder: join(root, "contract") },
  );
});

describe("FsObjectStore", () => {
  function open(name: string): FsObjectStore {
    return new FsObjectStore(
      { clock: systemClock, random: systemRandom },
      { folder: join(root, name) },
    );
  }
  const hostile = ["../out", "a/../../out", "/etc/out", "a//b", "", ".tmp/x", "a/.hidden", "a\0b"];

  it.for(hostile)("refuses the key %j, which could leave the folder", async (key) => {
    const store = open("hostile");
    const write = { key, body: bytes("x"), condition: { kind: "none" } as const };
    await expect(store.put(write, live)).rejects.toThrow("object key");
    await expect(store.get(key, live)).rejects.toThrow("object key");
    await expect(store.delete(key, live)).rejects.toThrow("object key");
  });

  it("put() leaves no file of its own behind, whatever came of it", async () => {
    const store = open("tidy");
    const absent = { kind: "absent" } as const;
    await store.put({ key: "a/b.pb", body: bytes("one"), condition: absent }, live);
    await store.put({ key: "a/b.pb", body: bytes("two"), condition: absent }, live);
    await writeFile(join(root, "tidy/file"), "");
    const blocked = { key: "file/b.pb", body: bytes("one"), condition: absent };
    await expect(store.put(blocked, live)).rejects.toMatchObject({ code: "unavailable" });
    expect(await readdir(join(root, "tidy/.tmp"))).toEqual([]);
  });

  it("delete() of the last object takes its empty folders away", async () => {
    const store = open("empty");
    const write = { key: "a/b/c.pb", body: bytes("one"), condition: { kind: "none" } as const };
    await store.put(write, live);
    await store.delete("a/b/c.pb", live);
    expect(await store.list("", live)).toEqual({ keys: [], folders: [] });
  });

  it("put() goes on when folders vanish under it", async () => {
    const store = open("vanishing");
    async function churn(key: string): Promise<void> {
      for (let round = 0; round < 30; round += 1) {
        await store.put({ key, body: bytes(key), condition: { kind: "none" } }, live);
        await store.delete(key, live);
      }
    }
    await Promise.all(["t/a/1.pb", "t/a/2.pb", "t/b/1.pb"].map(churn));
    expect(await store.list("", live)).toEqual({ keys: [], folders: [] });
  });

  it("get() and list() know a file in the place of the folder from an empty folder", async () => {
    await writeFile(join(root, "no-folder"), "");
    const store = open("no-folder");
    await expect(store.get("a/b.pb", live)).rejects.toThrow('Cannot read object "a/b.pb"');
    await expect(store.list("a/", live)).rejects.toThrow('Cannot list "a/"');
  });

  it("objects that hang leave other files of the process their threads", async () => {
    const folder = join(root, "hanging");
    await mkdir(folder);
    // A pipe that nobody writes to holds whoever opens it, as a disk does that does not answer.
    const pipes = ["1", "2", "3", "4", "5"].map((name) => join(folder, name));
    execFileSync("mkfifo", pipes);
    onTestFinished(() => letGo(pipes));
    const store = open("hanging");
    const gets = pipes.map((path) => store.get(basename(path), live));
    await writeFile(join(root, "other"), "is written");
    const late = new AbortController();
    const waiting = store.get("other", late.signal);
    late.abort(new Error("too late"));
    await expect(waiting).rejects.toThrow("too late");
    await letGo(pipes);
    for (const found of await Promise.all(gets)) expect(found?.body).toHaveLength(0);
  });

  it("clean() removes what killed writers left, and nothing newer", async () => {
    const folder = join(root, "left/.tmp");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "1-1"), "half");
    await writeFile(join(folder, "2-1"), "being written");
    const longAgo = new Date(systemClock.wallMs() - 3_600_000);
    await utimes(join(folder, "1-1"), longAgo, longAgo);
    await open("left").clean(60_000);
    expect(await readdir(folder)).toEqual(["2-1"]);
  });

  it("a conditional put() takes an abandoned lock away", async () => {
    const store = open("locked");
    const write = { key: "a.pb", body: bytes("one"), condition: { kind: "absent" } as const };
    await store.put(write, live);
    const [lock] = await lockNames(store, "locked");
    const longAgo = new Date(systemClock.wallMs() - 60_000);
    await utimes(join(root, "locked/.tmp", lock!), longAgo, longAgo);
    expect(await store.put(write, live)).toEqual({ kind: "conflict" });
  });

  it("get() meets whole bodies only while another process is killed writing", async () => {
    const folder = join(root, "killed");
    const store = open("killed");
    await store.put({ key: "a.pb", body: body("0"), condition: { kind: "none" } }, live);
    for (let round = 0; round < 3; round += 1) {
      const writer = fork(join(import.meta.dirname, "fs-writer.ts"), [folder, "a.pb"], {
        execArgv: ["--conditions=tocsin-source"],
      });
      await once(writer, "message");
      for (let reads = 0; reads < 20; reads += 1) {
        const found = await store.get("a.pb", live);
        const content = text(found?.body ?? bytes(""));
        expect(content).toBe(content.charAt(0).repeat(100_000));
      }
      writer.kill("SIGKILL");
      await once(writer, "close");
    }
    await store.clean(-1);
    expect(await readdir(join(folder, ".tmp"))).toEqual([]);
  });
});

/** Opens and closes pipes until nobody hangs any more. Without the threads for files, which may all hang. */
async function letGo(pipes: readonly string[]): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    const files = pipes.map((path) => openSync(path, constants.O_RDWR | constants.O_NONBLOCK));
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (const file of files) closeSync(file);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function body(digit: string): Uint8Array {
  return bytes(digit.repeat(100_000));
}

/** Makes a lock as one who died leaves it: its name is the store's affair, so it is watched. */
async function lockNames(store: FsObjectStore, name: string): Promise<string[]> {
  const folder = join(root, name, ".tmp");
  const seen = new Set<string>();
  for (let round = 0; seen.size === 0 && round < 200; round += 1) {
    const write = { key: "a.pb", body: body("1"), condition: { kind: "absent" } as const };
    const putting = store.put(write, live);
    let done = false;
    void putting.finally(() => (done = true));
    while (!done) {
      for (const found of await readdir(folder)) if (found.startsWith("lock-")) seen.add(found);
    }
    await putting;
  }
  for (const found of seen) await writeFile(join(folder, found), "");
  return [...seen];
}
