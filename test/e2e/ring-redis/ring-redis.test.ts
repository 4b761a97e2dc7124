import { createConnection } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "@tocsin/clock-system";
import { AppError } from "@tocsin/foundation";
import type { InstanceId } from "@tocsin/domain/model";
import type { Member, RingDocument } from "@tocsin/domain/ring";
import { parseRedisUrl, RedisRingStore } from "@tocsin/ring-redis";
import { freePort, startRedis, type RedisServer } from "../servers/index.ts";

const A = "am-1" as InstanceId;
const B = "am-2" as InstanceId;
const live = new AbortController().signal;
/** One call's deadline and what a loaded machine may add. */
const CALL_LIMIT_MS = 1_000 + 700;

const started = await startRedis();
const missing = started.kind === "missing" ? started.reason : undefined;

describe.skipIf(missing !== undefined)(`RedisRingStore${missing ? ` (${missing})` : ""}`, () => {
  let redis = started as RedisServer; // Skipped unless it runs.
  const opened: RedisRingStore[] = [];

  beforeEach(() => command(redis.port, "FLUSHALL"));
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
  });
  afterAll(() => redis.stop());

  function open(url = redis.url): RedisRingStore {
    const store = new RedisRingStore({ clock: systemClock }, parseRedisUrl(url));
    opened.push(store);
    return store;
  }

  it("read() of an empty Redis finds nothing and tells the server's time", async () => {
    const reading = await open().read(live);
    expect(reading.document).toBeUndefined();
    expect(reading.heartbeats).toEqual([]);
    expect(Math.abs(reading.storeNowMs - systemClock.wallMs())).toBeLessThan(1_000);
  });

  it("compareAndSet() keeps the document as it was given", async () => {
    const store = open();
    expect(await store.compareAndSet(0, view(1), live)).toBe(true);
    expect((await store.read(live)).document).toEqual(view(1));
    expect(await store.compareAndSet(0, view(2), live)).toBe(false);
    expect(await store.compareAndSet(2, view(3), live)).toBe(false);
    expect((await store.read(live)).document).toEqual(view(1));
  });

  it("compareAndSet() of 8 racing clients loses no increment", async () => {
    const INCREMENTS = 25;
    const stores = Array.from({ length: 8 }, () => open());
    let conflicts = 0;
    async function increment(store: RedisRingStore): Promise<void> {
      for (let done = 0; done < INCREMENTS;) {
        const held = (await store.read(live)).document?.version ?? 0;
        if (await store.compareAndSet(held, view(held + 1), live)) done += 1;
        else conflicts += 1;
      }
    }
    await Promise.all(stores.map(increment));
    expect((await open().read(live)).document?.version).toBe(8 * INCREMENTS);
    expect(conflicts).toBeGreaterThan(0);
  });

  it("beat() stamps with the server's time, one heartbeat a member", async () => {
    const store = open();
    const firstMs = await store.beat({ id: A, incarnation: 3, viewSeen: 7, synced: 6 }, live);
    await store.beat({ id: B, incarnation: 1, viewSeen: 7, synced: 7 }, live);
    const laterMs = await store.beat({ id: A, incarnation: 3, viewSeen: 8, synced: 8 }, live);
    expect(laterMs).toBeGreaterThanOrEqual(firstMs);
    const { heartbeats, storeNowMs } = await store.read(live);
    expect(heartbeats).toHaveLength(2);
    expect(heartbeats.find(({ id }) => id === A)).toEqual({
      id: A,
      incarnation: 3,
      viewSeen: 8,
      synced: 8,
      atMs: laterMs,
    });
    expect(storeNowMs).toBeGreaterThanOrEqual(laterMs);
    await store.removeHeartbeat(A, live);
    expect((await store.read(live)).heartbeats.map(({ id }) => id)).toEqual([B]);
  });

  it("beat() takes IDs that look like code", async () => {
    const store = open();
    const id = '"}]]return\n redis.call("FLUSHALL")--' as InstanceId;
    await store.beat({ id, incarnation: 1, viewSeen: 0, synced: 0 }, live);
    expect((await store.read(live)).heartbeats.map((beat) => beat.id)).toEqual([id]);
  });

  it("nextIncarnation() is never drawn twice by racing processes", async () => {
    const stores = Array.from({ length: 8 }, () => open());
    const drawn = await Promise.all(stores.map((store) => store.nextIncarnation(A, 4, live)));
    expect(drawn.toSorted((left, right) => left - right)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
    expect(await open().nextIncarnation(B, 0, live)).toBe(1);
  });

  it("keys lie under the prefix, so that two clusters share one Redis", async () => {
    const other = open(`${redis.url}?prefix=other:`);
    await open().compareAndSet(0, view(1), live);
    expect((await other.read(live)).document).toBeUndefined();
    await other.compareAndSet(0, view(5), live);
    const keys = await command(redis.port, "KEYS *");
    expect(keys).toContain("tocsin:v1:view");
    expect(keys).toContain("other:v1:view");
  });

  it("an instance that lost a wiped Redis writes its view back", async () => {
    const store = open();
    await store.compareAndSet(0, view(41), live);
    await store.beat({ id: A, incarnation: 1, viewSeen: 41, synced: 41 }, live);
    await command(redis.port, "FLUSHALL");
    expect(await store.compareAndSet(41, view(42), live)).toBe(false);
    expect((await store.read(live)).document).toBeUndefined();
    expect(await store.compareAndSet(0, view(42), live)).toBe(true);
    expect((await store.read(live)).document?.version).toBe(42);
  });

  const damages = [
    { name: "no JSON", value: "{oops" },
    { name: "JSON of another kind", value: "[1,2]" },
    { name: "a version that is no number", value: JSON.stringify({ ...view(1), version: "1" }) },
    { name: "deep nesting", value: "[".repeat(50_000) },
    { name: "bytes that are no text", value: "\u0000\u0001\ufffd" },
  ];
  it.for(damages)("$name in the view's key is named as damage", async ({ value }) => {
    const store = open();
    await command(redis.port, ["SET", "tocsin:v1:view", value]);
    for (const call of [store.read(live), store.compareAndSet(0, view(1), live)]) {
      const error = await failureOf(call);
      expect(error.code).toBe("data-loss");
      expect(error.message).toContain("tocsin:v1:view");
    }
    await command(redis.port, "DEL tocsin:v1:view");
    expect(await store.compareAndSet(0, view(1), live)).toBe(true);
  });

  it("read() refuses half a document: it would move ownership", async () => {
    const store = open();
    const [member] = view(1).members;
    const halves = [{ members: [{ ...member, state: "gone" }] }, { target: [7] }, { writer: "" }];
    for (const half of halves) {
      const json = JSON.stringify({ ...view(1), ...half });
      await command(redis.port, ["SET", "tocsin:v1:view", json]);
      expect((await failureOf(store.read(live))).code).toBe("data-loss");
    }
  });

  it("keys of another type are named as damage", async () => {
    const store = open();
    await command(redis.port, "LPUSH tocsin:v1:view x");
    expect((await failureOf(store.read(live))).code).toBe("data-loss");
    await command(redis.port, "SET tocsin:v1:incarnations x");
    expect((await failureOf(store.nextIncarnation(A, 0, live))).code).toBe("data-loss");
    await command(redis.port, "SET tocsin:v1:heartbeats x");
    const beat = { id: A, incarnation: 1, viewSeen: 0, synced: 0 };
    expect((await failureOf(store.beat(beat, live))).code).toBe("data-loss");
  });

  it("a damaged heartbeat is left out, the others are read", async () => {
    const store = open();
    await store.beat({ id: A, incarnation: 1, viewSeen: 0, synced: 0 }, live);
    await command(redis.port, ["HSET", "tocsin:v1:heartbeats", "am-2", '{"atMs":"soon"}']);
    expect((await store.read(live)).heartbeats.map(({ id }) => id)).toEqual([A]);
    await command(redis.port, ["HSET", "tocsin:v1:incarnations", "am-1", "many"]);
    expect((await failureOf(store.nextIncarnation(A, 0, live))).code).toBe("data-loss");
  });

  it("a call rejects with the reason of its signal", async () => {
    const reason = new Error("stopping");
    await expect(open().read(AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it("a Redis that is not there is unavailable within the deadline", async () => {
    const port = await freePort();
    const store = open(`redis://127.0.0.1:${port}`);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const before = systemClock.monotonicMs();
      const error = await failureOf(store.read(live));
      expect(error.code).toBe("unavailable");
      expect(error.message).toContain("ECONNREFUSED");
      expect(systemClock.monotonicMs() - before).toBeLessThan(CALL_LIMIT_MS);
    }
  });

  it("a restarted Redis is used again within a second", async () => {
    const store = open();
    await store.compareAndSet(0, view(1), live);
    const { port } = redis;
    await redis.stop();
    expect((await failureOf(store.read(live))).code).toBe("unavailable");
    redis = (await startRedis({ port })) as RedisServer; // It ran a moment ago.
    const before = systemClock.monotonicMs();
    while ((await store.read(live).catch(() => undefined)) === undefined) {
      expect(systemClock.monotonicMs() - before).toBeLessThan(CALL_LIMIT_MS);
    }
    // It kept nothing on disk, so the members write back what they know.
    expect(await store.compareAndSet(0, view(2), live)).toBe(true);
  });

  it("a stopped Redis fails each call in time and is used again when it goes on", async () => {
    const store = open();
    await store.compareAndSet(0, view(1), live);
    redis.signal("SIGSTOP");
    try {
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const before = systemClock.monotonicMs();
        expect((await failureOf(store.read(live))).code).toBe("unavailable");
        expect(systemClock.monotonicMs() - before).toBeLessThan(CALL_LIMIT_MS);
      }
    } finally {
      redis.signal("SIGCONT");
    }
    const before = systemClock.monotonicMs();
    while ((await store.read(live).catch(() => undefined)) === undefined) {
      expect(systemClock.monotonicMs() - before).toBeLessThan(2 * CALL_LIMIT_MS);
    }
    expect((await store.read(live)).document?.version).toBe(1);
  });

  it("close() ends the connection, and what comes later is unavailable", async () => {
    const store = open();
    await store.read(live);
    await store.close();
    expect((await failureOf(store.read(live))).code).toBe("unavailable");
    expect(await command(redis.port, "CLIENT LIST")).not.toContain("name=tocsin");
  });
});

describe.skipIf(missing !== undefined)("RedisRingStore with a password", () => {
  const SECRET = "p@ss/w:rd";
  let redis: RedisServer;
  beforeAll(async () => {
    redis = (await startRedis({ password: SECRET })) as RedisServer; // Skipped when it is missing.
  });
  afterAll(() => redis.stop());

  it("connects with the percent-encoded password of the URL", async () => {
    const url = `redis://:${encodeURIComponent(SECRET)}@127.0.0.1:${redis.port}/3`;
    await using store = new RedisRingStore({ clock: systemClock }, parseRedisUrl(url));
    expect(await store.compareAndSet(0, view(1), live)).toBe(true);
  });

  it("says why a wrong password fails, and not which it was", async () => {
    const url = `redis://ops:wrong-secret@127.0.0.1:${redis.port}`;
    await using store = new RedisRingStore({ clock: systemClock }, parseRedisUrl(url));
    const error = await failureOf(store.read(live));
    expect(error.code).toBe("unavailable");
    expect(error.message).toContain("WRONGPASS");
    expect(JSON.stringify([error.message, error.details, error.cause])).not.toContain(
      "wrong-secret",
    );
  });
});

function view(version: number): RingDocument {
  const member: Member = {
    id: A,
    address: "10.0.0.1:9095",
    zone: "zöne-1",
    state: "active",
    incarnation: 2,
  };
  return { version, writer: A, settled: [A], target: [A], members: [member] };
}

async function failureOf(call: Promise<unknown>): Promise<AppError> {
  const outcome = await call.then(
    (value) => new Error(`it resolved with ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (outcome instanceof AppError) return outcome;
  throw outcome;
}

/** One command on a connection of its own, the reply as Redis wrote it. */
async function command(port: number, words: string | readonly string[]): Promise<string> {
  const parts = typeof words === "string" ? words.split(" ") : words;
  const bulk = parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join("");
  const socket = createConnection(port, "127.0.0.1");
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  socket.once("data", (reply) => resolve(reply.toString()));
  socket.once("error", reject);
  socket.write(`*${parts.length}\r\n${bulk}`);
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}
