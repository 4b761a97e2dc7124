import { Client, credentials, status, type ServiceError } from "@grpc/grpc-js";
import { encodeCallerFrame, type Hello } from "@tocsin/codec";
import type { InstanceId } from "@tocsin/domain/model";
import { AppError, silentLogger } from "@tocsin/foundation";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { GrpcPeerServer } from "./server.ts";
import { loadConverse, MESSAGE_SIZE_MAX_BYTES } from "./service.ts";
import {
  AM0,
  AM1,
  EchoHandler,
  exchangeOf,
  metricOf,
  NEVER,
  optionsOf,
  pingOf,
  PROTO_FOLDER,
  realClock,
  startChild,
  startPeer,
  startTransport,
  until,
} from "./testing.ts";

const VIEW = { kind: "view", body: { viewVersion: 3 } } as const;

describe("GrpcPeerTransport.call()", () => {
  it("brings each of many calls its own reply", async () => {
    const { address } = await startPeer(AM1, new EchoHandler());
    const { transport } = startTransport();
    const replies = await Promise.all(
      Array.from({ length: 2_000 }, (_, n) => transport.call(address, exchangeOf(n), NEVER)),
    );
    expect(replies.map((reply) => reply.want[0])).toEqual(replies.map((_, n) => String(n)));
    expect(await transport.call(address, VIEW, NEVER)).toEqual({ view: undefined });
  });

  it("tells the handler who calls, and the caller how it failed", async () => {
    const handler = new EchoHandler();
    const callers: InstanceId[] = [];
    handler.answer = (from) => {
      callers.push(from);
      return Promise.reject(new AppError("data-loss", "Disk is gone"));
    };
    const { address } = await startPeer(AM1, handler);
    const { transport } = startTransport();
    await expect(transport.call(address, exchangeOf(1), NEVER)).rejects.toMatchObject({
      code: "data-loss",
      message: "Disk is gone",
    });
    expect(callers).toEqual([AM0]);
  });

  it("rejects with the signal's reason, and aborts the handler", async () => {
    const handler = new EchoHandler();
    const aborted = Promise.withResolvers<unknown>();
    handler.answer = (_from, _request, signal) =>
      new Promise(() => signal.addEventListener("abort", () => aborted.resolve(signal.reason)));
    const { address } = await startPeer(AM1, handler);
    const { transport } = startTransport();
    const abort = new AbortController();
    const reason = new Error("too late");
    const call = transport.call(address, exchangeOf(1), abort.signal);
    await realClock.sleep(100, NEVER);
    abort.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(await aborted.promise).toMatchObject({ code: "aborted" });
    await expect(transport.call(address, exchangeOf(1), abort.signal)).rejects.toBe(reason);
  });

  it("is made anew for a silent peer, once the old one has had its time", async () => {
    const { address } = await startPeer(AM1, new EchoHandler());
    const { transport, connected } = startTransport();
    transport.setPeers([address]);
    await until(() => connected.length === 1);
    transport.renew(AM1);
    expect(await transport.call(address, VIEW, NEVER)).toEqual({ view: undefined });
    await realClock.sleep(1_000, NEVER);
    const beforeCount = connected.length;
    transport.renew(AM1);
    await until(() => connected.length > beforeCount);
    expect(await transport.call(address, VIEW, NEVER)).toEqual({ view: undefined });
  });

  it("is announced when pings get through", async () => {
    const handler = new EchoHandler();
    const { address } = await startPeer(AM1, handler);
    const { transport, connected } = startTransport();
    transport.setPeers([address]);
    await until(() => connected.length > 0);
    expect(connected).toEqual([AM1]);
  });

  it("rejects with unreachable when the connection is refused, and says so", async () => {
    const { server, address } = await startPeer(AM1, new EchoHandler());
    await server.close();
    const { transport, refused, metrics } = startTransport();
    const startMs = realClock.monotonicMs();
    await expect(transport.call(address, exchangeOf(1), NEVER)).rejects.toMatchObject({
      code: "unreachable",
      message: expect.stringContaining(`Cannot reach "am-1"`) as string,
    });
    expect(realClock.monotonicMs() - startMs).toBeLessThan(500);
    expect(refused).toEqual([AM1]);
    expect(metricOf(metrics, "tocsin_rpc_dials_total", "data", "refused")).toBe(1);
  });

  it("refuses an addressee of another name", async () => {
    const { address } = await startPeer(AM1, new EchoHandler());
    const { transport, refused } = startTransport();
    const wrong = { ...address, id: "am-2" as InstanceId };
    await expect(transport.call(wrong, exchangeOf(1), NEVER)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(`This is "am-1", not "am-2"`) as string,
    });
    expect(refused).toEqual([]);
  });

  it("refuses a message beyond the limit, and carries one just below it", async () => {
    const { address } = await startPeer(AM1, new EchoHandler());
    const { transport } = startTransport();
    const tooLarge = exchangeOf(1, MESSAGE_SIZE_MAX_BYTES);
    await expect(transport.call(address, tooLarge, NEVER)).rejects.toMatchObject({
      code: "too-large",
    });
    const large = exchangeOf(2, MESSAGE_SIZE_MAX_BYTES - 1_024);
    expect(await transport.call(address, large, NEVER)).toMatchObject({ want: ["2"] });
  });

  it("fails a reply beyond the limit with too-large", async () => {
    const handler = new EchoHandler();
    handler.answer = () =>
      Promise.resolve({ state: {}, want: ["x".repeat(MESSAGE_SIZE_MAX_BYTES)] });
    const { address } = await startPeer(AM1, handler);
    const { transport } = startTransport();
    await expect(transport.call(address, exchangeOf(1), NEVER)).rejects.toMatchObject({
      code: "too-large",
    });
  });

  it("answers on the control lane while the data lane is full", async () => {
    const { address } = await startPeer(AM1, new EchoHandler());
    const { transport } = startTransport();
    await transport.call(address, VIEW, NEVER);
    await transport.call(address, exchangeOf(0), NEVER);
    let isBulkDone = false;
    const bulk = transport.call(address, exchangeOf(1, 60_000_000), NEVER).then(() => {
      isBulkDone = true;
    });
    await transport.call(address, VIEW, NEVER);
    expect(isBulkDone).toBe(false);
    await bulk;
  });
});

describe("GrpcPeerTransport.ping()", () => {
  it("arrives on an open connection and is dropped without one", async () => {
    const handler = new EchoHandler();
    const { address } = await startPeer(AM1, handler);
    const { transport, metrics } = startTransport();
    transport.ping(address, pingOf(AM0, 1));
    expect(metricOf(metrics, "tocsin_rpc_pings_dropped_total", "control")).toBe(1);
    await until(() => metricOf(metrics, "tocsin_rpc_connections", "control") === 1);
    transport.ping(address, pingOf(AM0, 2));
    await until(() => handler.pings.length > 0);
    expect(handler.pings).toEqual([pingOf(AM0, 2)]);
  });
});

describe("GrpcPeerTransport.setPeers()", () => {
  it("connects both lanes, follows a changed address, and lets others go", async () => {
    const first = await startPeer(AM1, new EchoHandler());
    const second = await startPeer(AM1, new EchoHandler());
    const { transport, metrics } = startTransport();
    const connected = (): number =>
      metricOf(metrics, "tocsin_rpc_connections", "control") +
      metricOf(metrics, "tocsin_rpc_connections", "data");
    transport.setPeers([first.address, { id: AM0, address: "127.0.0.1:1" }]);
    await until(() => connected() === 2);
    transport.setPeers([second.address]);
    await until(() => metricOf(metrics, "tocsin_rpc_dials_total", "data", "opened") === 2);
    expect(connected()).toBe(2);
    const open = transport.call(second.address, exchangeOf(1), NEVER);
    transport.setPeers([]);
    await expect(open).rejects.toMatchObject({ code: "unavailable" });
    expect(connected()).toBe(0);
  });

  it("after close() calls reject with unavailable", async () => {
    const { address } = await startPeer(AM1, new EchoHandler());
    const { transport } = startTransport();
    transport.close();
    transport.setPeers([address]);
    await expect(transport.call(address, VIEW, NEVER)).rejects.toMatchObject({
      code: "unavailable",
    });
  });
});

describe("a peer in another process", () => {
  it("is known to be gone when it is killed, and used again when it is back", async () => {
    const { child, port } = await startChild(0);
    const address = { id: AM1, address: `127.0.0.1:${port}` };
    const { transport, refused } = startTransport();
    transport.setPeers([address]);
    await transport.call(address, VIEW, NEVER);
    const killedAtMs = realClock.monotonicMs();
    child.kill("SIGKILL");
    await until(() => refused.length > 0);
    expect(realClock.monotonicMs() - killedAtMs).toBeLessThan(500);
    await expect(transport.call(address, VIEW, NEVER)).rejects.toMatchObject({
      code: "unreachable",
    });
    // Long enough for the delay between attempts to have grown to its greatest.
    await realClock.sleep(1_500, NEVER);
    await startChild(port);
    const backAtMs = realClock.monotonicMs();
    for (;;) {
      try {
        await transport.call(address, VIEW, NEVER);
        break;
      } catch {
        await realClock.sleep(10, NEVER);
      }
    }
    expect(realClock.monotonicMs() - backAtMs).toBeLessThan(400);
  });

  it("that is stopped costs a bounded number of bytes, and others say so", async () => {
    const { child, port } = await startChild(0);
    const address = { id: AM1, address: `127.0.0.1:${port}` };
    const { transport, metrics } = startTransport();
    await transport.call(address, exchangeOf(0), NEVER);
    child.kill("SIGSTOP");
    const abort = new AbortController();
    const calls = Array.from({ length: 40 }, (_, n) =>
      transport
        .call(address, exchangeOf(n, 4_000_000), abort.signal)
        .catch((error: unknown) => error),
    );
    await realClock.sleep(100, NEVER);
    const overloaded = metricOf(metrics, "tocsin_rpc_calls_overloaded_total", "data");
    expect(overloaded).toBeGreaterThanOrEqual(20);
    child.kill("SIGCONT");
    const results = await Promise.all(calls);
    const refused = results.filter((result) => result instanceof AppError);
    expect(refused).toHaveLength(overloaded);
    expect(refused[0]).toMatchObject({ code: "unavailable" });
    expect(await transport.call(address, exchangeOf(5), NEVER)).toMatchObject({ want: ["5"] });
  });

  it("that dies with calls open ends them at once", async () => {
    const { child, port } = await startChild(0);
    const address = { id: AM1, address: `127.0.0.1:${port}` };
    const { transport } = startTransport();
    await transport.call(address, exchangeOf(0), NEVER);
    child.kill("SIGSTOP");
    const call = transport.call(address, exchangeOf(1), NEVER);
    const atMs = realClock.monotonicMs();
    child.kill("SIGKILL");
    await expect(call).rejects.toMatchObject({ code: "unavailable" });
    expect(realClock.monotonicMs() - atMs).toBeLessThan(500);
  });

  it("that does not answer the hello is given up after a second", async () => {
    const { child, port } = await startChild(0);
    child.kill("SIGSTOP");
    const { transport, refused } = startTransport();
    const address = { id: AM1, address: `127.0.0.1:${port}` };
    await expect(transport.call(address, VIEW, NEVER)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("no welcome within 1000 ms") as string,
    });
    expect(refused).toEqual([]);
  });
});

describe("GrpcPeerTransport on a slow network", () => {
  it("connects although the round trips until the welcome take longer than a second", async () => {
    const { address } = await startPeer(AM1, new EchoHandler());
    const slow = await startSlowProxy(address.address, 450);
    const { transport, metrics } = startTransport();
    transport.setPeers([{ id: AM1, address: slow }]);
    const opened = (): number => metricOf(metrics, "tocsin_rpc_dials_total", "control", "opened");
    await until(() => opened() === 1);
    expect(metricOf(metrics, "tocsin_rpc_dials_total", "control", "failed")).toBeGreaterThan(0);
    await until(() => metricOf(metrics, "tocsin_rpc_connections", "data") === 1);
    expect(await transport.call({ id: AM1, address: slow }, VIEW, NEVER)).toEqual({
      view: undefined,
    });
    expect(metricOf(metrics, "tocsin_rpc_connections", "control")).toBe(1);
  });
});

/** An address from which everything goes on to another one, each way so much later. */
async function startSlowProxy(to: string, delayMs: number): Promise<string> {
  const { hostname, port } = new URL(`tcp://${to}`);
  const sockets = new Set<Socket>();
  const forward = (from: Socket, into: Socket): void => {
    sockets.add(from);
    from.on("error", () => {});
    from.on("data", (bytes) => setTimeout(() => into.write(bytes), delayMs));
    from.on("close", () => setTimeout(() => into.destroy(), delayMs));
  };
  const server = createServer((inward) => {
    const outward = connect(Number(port), hostname);
    forward(inward, outward);
    forward(outward, inward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const listening = server.address() as AddressInfo; // It listens on a port.
  return `127.0.0.1:${listening.port}`;
}

describe("GrpcPeerTransport.onPeerSeen()", () => {
  it("brings the next attempt forward", async () => {
    const { server, address } = await startPeer(AM1, new EchoHandler());
    const { transport, metrics } = startTransport();
    await server.close();
    transport.setPeers([address]);
    const refusals = (): number => metricOf(metrics, "tocsin_rpc_dials_total", "data", "refused");
    await until(() => refusals() >= 4);
    const before = refusals();
    transport.onPeerSeen(AM1);
    const atMs = realClock.monotonicMs();
    await until(() => refusals() > before);
    expect(realClock.monotonicMs() - atMs).toBeLessThan(300);
  });
});

describe("GrpcPeerServer", () => {
  it("close() lets what is being answered end, and refuses what comes then", async () => {
    const handler = new EchoHandler();
    const gate = Promise.withResolvers<void>();
    handler.answer = async () => {
      await gate.promise;
      return { state: {}, want: ["late"] };
    };
    const { server, address } = await startPeer(AM1, handler);
    const { transport } = startTransport();
    const early = transport.call(address, exchangeOf(1), NEVER);
    await realClock.sleep(100, NEVER);
    const closed = server.close();
    await expect(transport.call(address, exchangeOf(2), NEVER)).rejects.toMatchObject({
      code: "unavailable",
      message: `"am-1" is stopping`,
    });
    gate.resolve();
    expect(await early).toMatchObject({ want: ["late"] });
    await closed;
  });

  it("close() ends although a handler never answers", async () => {
    const handler = new EchoHandler();
    handler.answer = () => new Promise(() => {});
    const { server, address } = await startPeer(AM1, handler);
    const { transport } = startTransport();
    const call = transport.call(address, exchangeOf(1), NEVER);
    const rejected = expect(call).rejects.toMatchObject({ code: "unavailable" });
    await realClock.sleep(100, NEVER);
    await server.close();
    await rejected;
  });

  it("listen() on an empty host is reached by every address of the machine", async () => {
    const deps = { clock: realClock, logger: silentLogger, handler: new EchoHandler() };
    const server = new GrpcPeerServer(deps, optionsOf(AM1));
    onTestFinished(() => server.close());
    const port = await server.listen(":0");
    const { transport } = startTransport();
    const address = { id: AM1, address: `127.0.0.1:${port}` };
    expect(await transport.call(address, VIEW, NEVER)).toEqual({ view: undefined });
  });

  it("listen() rejects with unavailable when the port is taken", async () => {
    const { address } = await startPeer(AM1, new EchoHandler());
    const deps = { clock: realClock, logger: silentLogger, handler: new EchoHandler() };
    const other = new GrpcPeerServer(deps, optionsOf(AM1));
    await expect(other.listen(address.address)).rejects.toMatchObject({ code: "unavailable" });
    await other.close();
  });

  const HELLO: Hello = {
    kind: "hello",
    protocol: 1,
    from: AM0,
    incarnation: 1,
    to: AM1,
    lane: "data",
  };
  it.each([
    { name: "bytes that are no frame", frames: [Uint8Array.of(0xff, 0xff)] },
    {
      name: "a ping before the hello",
      frames: [encodeCallerFrame({ kind: "ping", ping: pingOf(AM0, 1) })],
    },
    { name: "another protocol version", frames: [encodeCallerFrame({ ...HELLO, protocol: 2 })] },
    { name: "a second hello", frames: [encodeCallerFrame(HELLO), encodeCallerFrame(HELLO)] },
    {
      name: "a ping in another's name",
      frames: [encodeCallerFrame(HELLO), encodeCallerFrame({ kind: "ping", ping: pingOf(AM1, 1) })],
    },
  ])("ends a stream with $name by FAILED_PRECONDITION, and goes on", async ({ frames }) => {
    const handler = new EchoHandler();
    const { address } = await startPeer(AM1, handler);
    const client = new Client(address.address, credentials.createInsecure());
    onTestFinished(() => client.close());
    const { path, requestSerialize, responseDeserialize } = loadConverse(PROTO_FOLDER);
    const stream = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    stream.on("data", () => {});
    for (const frame of frames) stream.write(frame);
    const [error] = (await once(stream, "error").catch((thrown: unknown) => [thrown])) as [
      ServiceError,
    ];
    expect(error.code).toBe(status.FAILED_PRECONDITION);
    expect(handler.pings).toEqual([]);
    const { transport } = startTransport();
    expect(await transport.call(address, VIEW, NEVER)).toEqual({ view: undefined });
  });
});
