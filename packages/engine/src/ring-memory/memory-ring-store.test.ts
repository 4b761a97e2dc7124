import { describe, expect, it } from "vitest";
import type { Clock } from "@tocsin/foundation";
import type { InstanceId } from "@tocsin/domain/model";
import type { RingDocument } from "@tocsin/domain/ring";
import { MemoryRingStore } from "./index.ts";

const A = "am-1" as InstanceId;
const B = "am-2" as InstanceId;
const live = new AbortController().signal;

function setUp(): { store: MemoryRingStore; advance: (byMs: number) => void } {
  let nowMs = 1_000;
  const clock: Clock = {
    wallMs: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: () => Promise.reject(new Error("a memory store waits for nothing")),
  };
  return { store: new MemoryRingStore({ clock }), advance: (byMs) => (nowMs += byMs) };
}

function view(version: number, writer: InstanceId): RingDocument {
  return { version, writer, settled: [], target: [], members: [] };
}

describe("MemoryRingStore", () => {
  it("read() of a new store finds no document and no heartbeat", async () => {
    const { store } = setUp();
    expect(await store.read(live)).toEqual({
      document: undefined,
      heartbeats: [],
      storeNowMs: 1_000,
    });
  });

  it("compareAndSet() lets one of two writers of a version win", async () => {
    const { store } = setUp();
    const won = await Promise.all([
      store.compareAndSet(0, view(1, A), live),
      store.compareAndSet(0, view(1, B), live),
    ]);
    expect(won).toEqual([true, false]);
    expect((await store.read(live)).document).toEqual(view(1, A));
  });

  it("compareAndSet() refuses a version that is not the stored one, above or below", async () => {
    const { store } = setUp();
    await store.compareAndSet(0, view(4, A), live);
    expect(await store.compareAndSet(3, view(5, B), live)).toBe(false);
    expect(await store.compareAndSet(5, view(6, B), live)).toBe(false);
    expect(await store.compareAndSet(4, view(5, B), live)).toBe(true);
  });

  it("compareAndSet() asserts that the version grows", async () => {
    const { store } = setUp();
    await expect(store.compareAndSet(2, view(2, A), live)).rejects.toThrow("must be newer");
  });

  it("beat() stamps with the store's time and replaces the own heartbeat only", async () => {
    const { store, advance } = setUp();
    await store.beat({ id: A, incarnation: 1, viewSeen: 0, synced: 0 }, live);
    await store.beat({ id: B, incarnation: 1, viewSeen: 0, synced: 0 }, live);
    advance(500);
    expect(await store.beat({ id: A, incarnation: 1, viewSeen: 2, synced: 1 }, live)).toBe(1_500);
    const { heartbeats } = await store.read(live);
    expect(heartbeats).toEqual([
      { id: A, incarnation: 1, viewSeen: 2, synced: 1, atMs: 1_500 },
      { id: B, incarnation: 1, viewSeen: 0, synced: 0, atMs: 1_000 },
    ]);
    await store.removeHeartbeat(A, live);
    expect((await store.read(live)).heartbeats.map((beat) => beat.id)).toEqual([B]);
  });

  it("nextIncarnation() never repeats itself and stays above what is asked", async () => {
    const { store } = setUp();
    expect(await store.nextIncarnation(A, 0, live)).toBe(1);
    expect(await store.nextIncarnation(A, 0, live)).toBe(2);
    expect(await store.nextIncarnation(A, 9, live)).toBe(10);
    expect(await store.nextIncarnation(B, 0, live)).toBe(1);
  });

  it("every call rejects with the reason of a fired signal and changes nothing", async () => {
    const { store } = setUp();
    const gone = AbortSignal.abort(new Error("stopping"));
    const beat = { id: A, incarnation: 1, viewSeen: 0, synced: 0 };
    await expect(store.read(gone)).rejects.toThrow("stopping");
    await expect(store.compareAndSet(0, view(1, A), gone)).rejects.toThrow("stopping");
    await expect(store.beat(beat, gone)).rejects.toThrow("stopping");
    await expect(store.removeHeartbeat(A, gone)).rejects.toThrow("stopping");
    await expect(store.nextIncarnation(A, 0, gone)).rejects.toThrow("stopping");
    expect((await store.read(live)).document).toBeUndefined();
  });
});
