import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import type { TenantId } from "@tocsin/domain/model";
import type { NotifyJob, NotifyResult } from "@tocsin/engine/ports";
import type { ClosableNotifier } from "@tocsin/integrations";
import { jobTo } from "./case.ts";
import { pem } from "./sink.ts";
import { useNotifier } from "./use-notifier.ts";

const live = new AbortController().signal;
const OK = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

/** Sends a byte again and again for as long as the connection is open. */
function dribble(socket: Socket, byte: string): void {
  const timer = setInterval(() => socket.write(byte), 100);
  socket.on("close", () => clearInterval(timer));
}

describe("answers of receivers", () => {
  let notifier: ClosableNotifier;
  const servers = useNotifier((started) => {
    notifier = started;
  });

  const send = (port: number, settings = "", scheme = "http"): Promise<NotifyResult> =>
    notifier.notify(jobTo(`${scheme}://127.0.0.1:${port}`, settings), () => true, live);

  const endless = [
    {
      name: "one chunk after the other",
      answer: (socket: Socket): void => {
        socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        dribble(socket, "1\r\nx\r\n");
      },
    },
    {
      name: "none of what its length says",
      answer: (socket: Socket): void =>
        void socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n"),
    },
    {
      name: "without a length",
      answer: (socket: Socket): void => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        dribble(socket, "x");
      },
    },
  ];
  it.for(endless)(
    "a yes whose body has no end ($name) keeps no connection",
    { timeout: 20_000 },
    async ({ answer }) => {
      const server = await servers.serve(answer);
      for (let round = 0; round < 3; round += 1) {
        const results = await Promise.all(Array.from({ length: 60 }, () => send(server.port)));
        expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(["accepted"]));
      }
      await expect.poll(() => server.open, { timeout: 8_000 }).toBe(0);
      expect(server.received.match(/POST/g)).toHaveLength(180);
    },
  );

  it("a no whose body has no end is told with what has come of it", async () => {
    const server = await servers.serve((socket) => {
      socket.write("HTTP/1.1 400 No\r\ntransfer-encoding: chunked\r\n\r\n4\r\nwhy?\r\n");
      dribble(socket, "1\r\n!\r\n");
    });
    const result = await send(server.port);
    expect(result).toMatchObject({ kind: "refused", reason: "clientError" });
    expect(result).toHaveProperty("error", expect.stringContaining("status code 400: why?!"));
    await expect.poll(() => server.open).toBe(0);
  });

  it.for([
    { line: "200 OK", result: { kind: "accepted" } },
    { line: "400 No", result: { kind: "refused", reason: "clientError" } },
    { line: "503 No", result: { kind: "retry", reason: "serverError" } },
  ])("$line counts although its body outlasts the webhook's timeout", async ({ line, result }) => {
    const server = await servers.serve((socket) => {
      socket.write(`HTTP/1.1 ${line}\r\ntransfer-encoding: chunked\r\n\r\n4\r\nwhy?\r\n`);
      dribble(socket, "1\r\n!\r\n");
    });
    const startedAtMs = performance.now();
    expect(await send(server.port, "    timeout: 300ms")).toMatchObject(result);
    expect(performance.now() - startedAtMs).toBeLessThan(1_500);
    await expect.poll(() => server.open, { timeout: 8_000 }).toBe(0);
  });

  it("a timeout is over when no status has come", async () => {
    const server = await servers.serve((socket) => socket.write("HTTP/1.1 400"));
    expect(await send(server.port, "    timeout: 300ms")).toEqual({
      kind: "retry",
      error: 'Post "<redacted>": configured webhook timeout reached (300ms)',
      reason: "other",
    });
    await expect.poll(() => server.open).toBe(0);
  });

  it("a yes whose body comes a little later keeps its connection for the next message", async () => {
    const server = await servers.serve((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n");
      setTimeout(() => socket.write("ok"), 100);
    });
    for (let round = 0; round < 2; round += 1) {
      expect(await send(server.port)).toEqual({ kind: "accepted" });
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(server.connections).toBe(1);
  });

  const heads = [
    { name: "of 200 kB", head: `x: ${"a".repeat(200_000)}\r\n` },
    {
      name: "of 5,000 lines",
      head: Array.from({ length: 5_000 }, (_, at) => `x${at}: a\r\n`).join(""),
    },
  ];
  it.for(heads)("a yes with headers $name is a yes", async ({ head }) => {
    const server = await servers.serve((socket) => socket.write(OK.replace("\r\n", `\r\n${head}`)));
    expect(await send(server.port)).toEqual({ kind: "accepted" });
  });

  it.for([
    { location: "http://[::1", error: "failed to parse Location header" },
    { location: "ftp://x/y", error: 'unsupported protocol scheme "ftp"' },
  ])("a redirect to $location is tried again", async ({ location, error }) => {
    const moved = `HTTP/1.1 302 Moved\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`;
    const server = await servers.serve((socket) => socket.write(moved));
    const result = await send(server.port);
    expect(result).toEqual({
      kind: "retry",
      error: `Post "<redacted>": ${error}`,
      reason: "other",
    });
  });

  it("an address stands in the first line as it is configured", async () => {
    const server = await servers.serve((socket) => socket.write(OK));
    const job = jobTo(`http://127.0.0.1:${server.port}/a/../b?to='x'`);
    expect(await notifier.notify(job, () => true, live)).toEqual({ kind: "accepted" });
    expect(server.received).toContain("POST /a/../b?to='x' HTTP/1.1");
  });

  it("receivers with nothing but TLS 1.1 are reached if that is asked for, and else not", async () => {
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" } as const;
    const pair = { cert: await pem("server.pem"), key: await pem("server.key") };
    const server = await servers.serve((socket) => socket.write(OK), { ...pair, ...old });
    const tlsConfig = (fields: string): string =>
      `    http_config: {tls_config: {insecure_skip_verify: true${fields}}}`;
    const asked = tlsConfig(", min_version: TLS10");
    expect(await send(server.port, asked, "https")).toEqual({ kind: "accepted" });
    const plain = await send(server.port, tlsConfig(""), "https");
    expect(plain).toMatchObject({ kind: "unreachable" });
  });

  it("a receiver that hangs holds up no other one at the same address", async () => {
    const isHanging = (text: string): boolean => text.includes("POST /hang");
    const server = await servers.serve((socket) => {
      if (!isHanging(server.received.slice(server.received.lastIndexOf("POST")))) socket.write(OK);
    });
    const stop = new AbortController();
    const job = jobTo(`http://127.0.0.1:${server.port}/hang`);
    const hanging = Array.from({ length: 300 }, () =>
      notifier.notify(job, () => true, stop.signal).catch(() => "ended"),
    );
    await expect.poll(() => server.received.match(/POST/g)?.length).toBe(256);
    const free = jobTo(`http://127.0.0.1:${server.port}/free`);
    const others: Partial<NotifyJob>[] = [
      { receiver: "other" },
      { tenant: "other" as TenantId },
      { integration: { ...free.integration, index: 1 } },
    ];
    for (const other of others) {
      const result = await notifier.notify({ ...free, ...other }, () => true, live);
      expect(result).toEqual({ kind: "accepted" });
    }
    stop.abort(new Error("over"));
    expect(new Set(await Promise.all(hanging))).toEqual(new Set(["ended"]));
    await expect.poll(() => server.open).toBeLessThanOrEqual(others.length);
  });
});
