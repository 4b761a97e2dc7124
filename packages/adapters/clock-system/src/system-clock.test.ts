import { getEventListeners, once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { kernelMonotonicUs, systemClock } from "./index.ts";

describe("systemClock", () => {
  it("monotonicMs() never goes back", () => {
    let last = systemClock.monotonicMs();
    for (let at = 0; at < 1_000; at += 1) {
      const now = systemClock.monotonicMs();
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
  });

  it("wallMs() is whole milliseconds since the epoch", () => {
    const now = systemClock.wallMs();
    expect(Number.isInteger(now)).toBe(true);
    expect(now).toBeGreaterThan(Date.UTC(2024, 0, 1));
  });

  it("sleep() resolves after the delay and leaves no listener behind", async () => {
    const { signal } = new AbortController();
    const before = systemClock.monotonicMs();
    await systemClock.sleep(20, signal);
    // A timer counts whole ms of its own clock, so it may be one early by this one.
    expect(systemClock.monotonicMs() - before).toBeGreaterThanOrEqual(19);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("sleep() rejects with the signal's reason at once", async () => {
    const controller = new AbortController();
    const reason = new Error("stopping");
    const sleeping = systemClock.sleep(60_000, controller.signal);
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });

  it("sleep() rejects when the signal had fired before", async () => {
    const reason = new Error("too late");
    await expect(systemClock.sleep(0, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it("sleep() of nothing lets the event loop look for requests, however long the work was", async () => {
    const { signal } = new AbortController();
    const server = createServer((socket) => socket.end()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, "127.0.0.1");
    let isServed = false;
    const closed = once(socket.resume(), "close").then(() => (isServed = true));
    // Each piece of work is longer than a timer's millisecond.
    for (let piece = 0; piece < 10_000 && !isServed; piece += 1) {
      const startedAtMs = systemClock.monotonicMs();
      while (systemClock.monotonicMs() - startedAtMs < 2);
      await systemClock.sleep(0, signal);
    }
    expect(isServed).toBe(true);
    await closed;
    server.close();
  });

  it("sleep() of nothing can be called off", async () => {
    const controller = new AbortController();
    const reason = new Error("stopping");
    const sleeping = systemClock.sleep(0, controller.signal);
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });

  it("sleep() does not return at once for more than a timer can hold", async () => {
    const controller = new AbortController();
    const sleeping = systemClock.sleep(2 ** 40, controller.signal);
    const first = await Promise.race([
      sleeping.then(() => "woke"),
      systemClock.sleep(20, new AbortController().signal).then(() => "asleep"),
    ]);
    expect(first).toBe("asleep");
    controller.abort(new Error("enough"));
    await expect(sleeping).rejects.toThrow("enough");
  });
});

describe("kernelMonotonicUs()", () => {
  it("counts on, in microseconds since the machine was started", async () => {
    const before = kernelMonotonicUs();
    await systemClock.sleep(5, new AbortController().signal);
    const passedUs = Number(kernelMonotonicUs() - before);
    expect(passedUs).toBeGreaterThanOrEqual(4_000);
    expect(passedUs).toBeLessThan(60_000_000);
  });
});
