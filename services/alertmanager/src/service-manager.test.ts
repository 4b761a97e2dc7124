import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { accessSync, constants } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { systemClock } from "@tocsin/clock-system";
import type { Logger } from "@tocsin/foundation";
import { ServiceManager } from "./service-manager.ts";

/** Prints each datagram that comes in on one line, as systemd would read it. */
const RECEIVER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("bound", flush=True)
while True:
    print(s.recv(4096).decode().strip().replace("\\n", " "), flush=True)
`;

/** Takes datagrams and never looks at them. */
const DEAF_RECEIVER = `
import socket, sys, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("bound", flush=True)
time.sleep(60)
`;

function isInstalled(name: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const missing = ["systemd-notify", "python3"].filter((name) => !isInstalled(name));

function managerFor(warnings: string[], environment: Record<string, string>): ServiceManager {
  return new ServiceManager({ clock: systemClock, logger: loggerTo(warnings) }, environment);
}

function loggerTo(lines: string[]): Logger {
  const logger: Logger = {
    enabled: () => true,
    log: (_level, message) => void lines.push(message),
    with: () => logger,
  };
  return logger;
}

describe("ServiceManager", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tocsin-notify-"));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  /** A datagram socket, and what has come in there. */
  async function receive(): Promise<{ environment: Record<string, string>; lines: string[] }> {
    const path = join(folder, "notify");
    const child: ChildProcess = spawn("python3", ["-c", RECEIVER, path], { stdio: "pipe" });
    onTestFinished(() => void child.kill());
    const lines: string[] = [];
    let rest = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      // What only tells that all was read is no message.
      lines.push(...parts.filter((line) => line !== "BARRIER=1"));
    });
    await once(child.stdout as NodeJS.ReadableStream, "data"); // It is a pipe, as wanted above.
    await vi.waitFor(() => expect(lines.shift()).toBe("bound"));
    vi.stubEnv("NOTIFY_SOCKET", path);
    return { environment: { NOTIFY_SOCKET: path }, lines };
  }

  it("tells the whole life in order", async ({ skip }) => {
    if (missing.length > 0) return skip(`not installed: ${missing.join(", ")}`);
    const { environment, lines } = await receive();
    const manager = managerFor([], environment);
    manager.ready();
    manager.reloading();
    manager.ready();
    manager.stopping();
    await manager.settled();
    await vi.waitFor(() => expect(lines).toHaveLength(4), { timeout: 20_000 });
    expect(lines).toEqual([
      "READY=1 STATUS=Serving",
      expect.stringMatching(/^RELOADING=1 MONOTONIC_USEC=\d+$/) as string,
      "READY=1 STATUS=Serving",
      "STOPPING=1 STATUS=Leaving",
    ]);
  });

  it("gives signs of life when the watchdog is for it", async ({ skip }) => {
    if (missing.length > 0) return skip(`not installed: ${missing.join(", ")}`);
    const { environment, lines } = await receive();
    const watchdog = { WATCHDOG_USEC: "200000", WATCHDOG_PID: String(process.pid) };
    const manager = managerFor([], { ...environment, ...watchdog });
    manager.ready();
    const signs = (): number => lines.filter((line) => line === "WATCHDOG=1").length;
    await vi.waitFor(() => expect(signs()).toBeGreaterThan(1), { timeout: 20_000 });
    await manager.settled();
  });

  it("gives none when it is for another process", async ({ skip }) => {
    if (missing.length > 0) return skip(`not installed: ${missing.join(", ")}`);
    const { environment, lines } = await receive();
    const watchdog = { WATCHDOG_USEC: "1", WATCHDOG_PID: "1" };
    const manager = managerFor([], { ...environment, ...watchdog });
    manager.ready();
    manager.stopping();
    await manager.settled();
    await vi.waitFor(() => expect(lines).toHaveLength(2), { timeout: 20_000 });
    expect(lines).not.toContain("WATCHDOG=1");
  });

  it("neither waits nor warns for one who takes the messages and does not read on", async ({
    skip,
  }) => {
    if (missing.length > 0) return skip(`not installed: ${missing.join(", ")}`);
    const path = join(folder, "deaf");
    const deaf = spawn("python3", ["-c", DEAF_RECEIVER, path], { stdio: "pipe" });
    onTestFinished(() => void deaf.kill());
    await once(deaf.stdout, "data");
    vi.stubEnv("NOTIFY_SOCKET", path);
    const warnings: string[] = [];
    const manager = managerFor(warnings, { NOTIFY_SOCKET: path });
    const startedAtMs = systemClock.monotonicMs();
    manager.ready();
    manager.stopping();
    await manager.settled();
    expect(systemClock.monotonicMs() - startedAtMs).toBeLessThan(4_500);
    expect(warnings).toEqual([]);
  });

  it("says once that nobody can be told", async () => {
    const warnings: string[] = [];
    vi.stubEnv("PATH", folder);
    const environment = { NOTIFY_SOCKET: join(folder, "nobody") };
    const manager = managerFor(warnings, environment);
    manager.ready();
    manager.stopping();
    await manager.settled();
    expect(warnings).toEqual(["Cannot tell systemd how it is going"]);
  });

  it("is silent without systemd", async () => {
    const warnings: string[] = [];
    const manager = managerFor(warnings, { WATCHDOG_USEC: "1" });
    manager.ready();
    manager.stopping();
    await manager.settled();
    expect(warnings).toEqual([]);
  });
});
