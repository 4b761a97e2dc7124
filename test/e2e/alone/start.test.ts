import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request, type IncomingMessage } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { call, eventually, TocsinProcess, type Ended } from "../servers/index.ts";
import { findProgram } from "../servers/process.ts";
import { logged, startWorld } from "./world.ts";

const VALID = "route:\n  receiver: nobody\nreceivers:\n- name: nobody\n";
/** Prints each datagram that comes in on one line, as systemd would read it. */
const RECEIVER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("bound", flush=True)
while True:
    print(s.recv(4096).decode().strip().replace("\\n", " "), flush=True)
`;
/** Becomes the program behind the path, with listening sockets as systemd hands them over: a port and the path. */
const ACTIVATOR = `
import fcntl, os, socket, sys
port, path = socket.socket(), socket.socket(socket.AF_UNIX)
port.bind(("127.0.0.1", 0))
path.bind(sys.argv[1])
held = []
for s in (port, path):
    s.listen()
    held.append(fcntl.fcntl(s.fileno(), fcntl.F_DUPFD, 10))
for at, fd in enumerate(held):
    os.dup2(fd, 3 + at)
os.environ.update(LISTEN_FDS="2", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2], sys.argv[2:])
`;
const LAUNCHER = join(import.meta.dirname, "../../../bin/tocsin");
const FAILED = { code: 1, signal: null };

describe("a start", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tocsin-start-"));
    await writeFile(join(folder, "valid.yml"), VALID);
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Runs until it ends by itself. */
  async function run(...flags: readonly string[]): Promise<Ended & { readonly log: string }> {
    const process = new TocsinProcess(flags);
    onTestFinished(() => process.kill());
    return { ...(await process.ended), log: process.log };
  }

  const files = (config: string, storage: string): string[] => [
    `--config.file=${join(folder, config)}`,
    `--storage.path=${join(folder, storage)}`,
    "--cluster.listen-address=",
  ];

  const flags = [
    { name: "an unknown flag", flag: "--nope", why: "unknown long flag '--nope'" },
    { name: "a bad duration", flag: "--data.retention=soon", why: 'invalid duration "soon"' },
    {
      name: "a ring store without tenancy",
      flag: "--ring.store=redis://127.0.0.1:1",
      why: "add --tenancy.enabled",
    },
    {
      name: "a missing file",
      flag: "--config.file=nowhere.yml",
      why: "open nowhere.yml: no such file",
    },
  ];
  it.for(flags)("with $name ends with 1 and says so", async ({ flag, why }) => {
    const ended = await run(flag);
    expect(ended).toMatchObject(FAILED);
    expect(ended.log.replaceAll('\\"', '"')).toContain(why);
  });

  it("with a broken configuration ends with 1, line and column", async () => {
    await writeFile(join(folder, "broken.yml"), VALID.replace("nobody", "somebody"));
    const ended = await run(...files("broken.yml", "broken"), "--web.listen-address=127.0.0.1:0");
    expect(ended).toMatchObject(FAILED);
    expect(ended.log).toMatch(/line \d+, column \d+: .*somebody/);
  });

  it("on a port in use ends with 1 and names it", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void taken.close());
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo; // It listens on TCP.
    const web = `--web.listen-address=127.0.0.1:${port}`;
    const ended = await run(...files("valid.yml", "port"), web);
    expect(ended).toMatchObject(FAILED);
    expect(ended.log).toMatch(new RegExp(`listen .*127.0.0.1:${port}.* in use`));
  });

  it.for(["silences", "nflog"])(
    "with a damaged file %s ends with 1, file and place",
    async (name) => {
      const data = join(folder, `damaged-${name}`);
      await mkdir(data);
      await writeFile(join(data, name), "\u0007garbage");
      const ended = await run(...files("valid.yml", `damaged-${name}`), "--web.listen-address=:0");
      expect(ended).toMatchObject(FAILED);
      expect(ended.log).toMatch(
        new RegExp(`data file \\S+${name}.*the entry at byte 0 of 8 bytes`),
      );
    },
  );

  it("tells systemd when it serves, reloads and ends", async ({ skip }) => {
    const missing = ["systemd-notify", "python3"].filter((name) => findProgram(name) === undefined);
    if (missing.length > 0) return skip(`not installed: ${missing.join(", ")}`);
    const socket = join(folder, "notify");
    const receiver = spawn("python3", ["-c", RECEIVER, socket]);
    onTestFinished(() => void receiver.kill());
    let received = "";
    receiver.stdout.setEncoding("utf8").on("data", (text: string) => (received += text));
    const says = (what: RegExp): Promise<void> =>
      eventually(
        () => `${what} in ${received}`,
        () => what.test(received),
      );
    await says(/bound/);
    const flags = [...files("valid.yml", "systemd"), "--web.listen-address=127.0.0.1:0"];
    const process = new TocsinProcess(flags, { NOTIFY_SOCKET: socket });
    onTestFinished(() => process.kill());
    await says(/READY=1/);
    process.signal("SIGHUP");
    await says(/RELOADING=1 MONOTONIC_USEC=\d+\n(BARRIER=1\n)?READY=1/);
    process.signal("SIGTERM");
    expect(await process.ended).toEqual({ code: 0, signal: null });
    await says(/STOPPING=1/);
  });

  it("takes over the sockets of systemd, a port and a path", async ({ skip }) => {
    if (findProgram("python3") === undefined) return skip("not installed: python3");
    const flags = [...files("valid.yml", "activated"), "--web.systemd-socket"];
    const path = join(folder, "web.sock");
    const activated = spawn("python3", ["-c", ACTIVATOR, path, LAUNCHER, ...flags]);
    onTestFinished(() => void activated.kill());
    let log = "";
    activated.stderr.setEncoding("utf8").on("data", (text: string) => (log += text));
    const listening = /msg="Listening on" address=127\.0\.0\.1:(\d+)/;
    await eventually(
      () => `it listens: ${log}`,
      () => listening.test(log) && log.includes(`msg="Listening on" address=${path}\n`),
    );
    const answer = await call(`http://127.0.0.1:${listening.exec(log)?.[1]}/-/healthy`);
    expect(answer.status).toBe(200);
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    request({ socketPath: path, path: "/-/healthy" }, resolve).on("error", reject).end();
    expect((await promise).resume().statusCode).toBe(200);
    expect(await run(...files("valid.yml", "none"), "--web.systemd-socket")).toMatchObject(FAILED);
  });

  it("on a storage path that cannot be made ends with 1 and names it", async () => {
    await writeFile(join(folder, "file"), "");
    const ended = await run(...files("valid.yml", "file/data"), "--web.listen-address=127.0.0.1:0");
    expect(ended).toMatchObject(FAILED);
    expect(ended.log).toMatch(
      /unable to create data directory: mkdir .*file\/data: not a directory/,
    );
  });

  it("on a folder that another process holds ends with 1, and the other goes on", async () => {
    const world = await startWorld();
    onTestFinished(() => world.stop());
    const data = join(world.instance.folder, "data");
    const second = await run(
      `--config.file=${join(folder, "valid.yml")}`,
      `--storage.path=${data}`,
      "--cluster.listen-address=",
      "--web.listen-address=127.0.0.1:0",
    );
    expect(second).toMatchObject(FAILED);
    expect(second.log).toMatch(/another process holds it/);
    await world.client.post({ labels: { alertname: "StillHere" } });
    await world.webhook.told("StillHere");
  });

  it("takes no notice of signals that mean nothing", async () => {
    const world = await startWorld();
    onTestFinished(() => world.stop());
    for (const name of ["SIGUSR1", "SIGUSR2", "SIGALRM"] as const) {
      world.instance.process.signal(name);
    }
    await world.client.post({ labels: { alertname: "Undisturbed" } });
    await world.webhook.told("Undisturbed");
    expect(world.instance.process.log).not.toMatch(/debugger/i);
  });

  it("is ended at once by SIGQUIT, as upstream with 2, and says what was going on", async () => {
    const world = await startWorld();
    onTestFinished(() => world.stop());
    world.instance.process.signal("SIGQUIT");
    expect(await world.instance.process.ended).toEqual({ code: 2, signal: null });
    await logged(world.instance, /going on" .*state=active ready=true drain=serving tenants=1/);
  });

  it.for(["SIGTERM", "SIGINT"] as const)("is ended by %s with 0", async (name) => {
    const world = await startWorld();
    onTestFinished(() => world.stop());
    world.instance.process.signal(name);
    expect(await world.instance.process.ended).toEqual({ code: 0, signal: null });
    await logged(world.instance, /exiting gracefully/);
  });

  it("shows version and help on standard output and ends with 0", async () => {
    for (const flag of ["--version", "--help"]) {
      const process = new TocsinProcess([flag]);
      expect(await process.ended).toEqual({ code: 0, signal: null });
      expect(process.stdout).toContain(flag === "--version" ? "version" : "--config.file");
    }
  });
});
