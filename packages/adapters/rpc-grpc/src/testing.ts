/** What the tests of the transport share: real time, a peer in this process, a peer in another. */
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import type { PeerReply, PeerRequest, Ping, RequestKind } from "@tocsin/engine/peer";
import type { PeerAddress, PeerHandler } from "@tocsin/engine/ports";
import { MetricRegistry, silentLogger, type Clock } from "@tocsin/foundation";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { onTestFinished } from "vitest";
import { GrpcPeerServer } from "./server.ts";
import { GrpcPeerTransport } from "./transport.ts";

export const PROTO_FOLDER: string = join(import.meta.dirname, "../../../../proto");
export const NEVER: AbortSignal = new AbortController().signal;

export const realClock: Clock = {
  wallMs: () => Math.trunc(performance.timeOrigin + performance.now()),
  monotonicMs: () => performance.now(),
  sleep: (delayMs, signal) => delay(delayMs, undefined, { signal }),
};

export const AM0 = "am-0" as InstanceId;
export const AM1 = "am-1" as InstanceId;
const TENANT = "team-a" as TenantId;

export function optionsOf(self: InstanceId): {
  self: InstanceId;
  incarnation: number;
  protoFolder: string;
} {
  return { self, incarnation: 1, protoFolder: PROTO_FOLDER };
}

export function pingOf(from: InstanceId, number: number): Ping {
  return {
    from,
    incarnation: 1,
    number,
    echo: 0,
    echoIncarnation: 0,
    heldMs: 0,
    viewVersion: 1,
    wallMs: 5,
    stampUs: 6,
    catchingUp: false,
    draining: false,
    impaired: false,
    below: 1,
    openClaims: [],
  };
}

/** A request on the data lane of about this size. `n` comes back in the reply of `echoHandler`. */
export function exchangeOf(n: number, sizeBytes: number = 0): PeerRequest<"exchange"> {
  const from = "x".repeat(sizeBytes);
  return { kind: "exchange", body: { tenant: TENANT, map: "log", from, to: `${n}`, versions: [] } };
}

/** Answers `exchange` with its `to`, `view` with nothing known; keeps the pings. */
export class EchoHandler implements PeerHandler {
  readonly pings: Ping[] = [];
  readonly refused: InstanceId[] = [];

  onConnected(): void {}

  onPing(ping: Ping): void {
    this.pings.push(ping);
  }

  onRefused(peer: InstanceId): void {
    this.refused.push(peer);
  }

  onCall<K extends RequestKind>(
    from: InstanceId,
    request: PeerRequest<K>,
    signal: AbortSignal,
  ): Promise<PeerReply<K>> {
    return this.answer(from, request, signal);
  }

  async answer(_from: InstanceId, request: PeerRequest, _signal: AbortSignal): Promise<PeerReply> {
    if (request.kind === "view") return { view: undefined };
    const { to } = (request as PeerRequest<"exchange">).body;
    return { state: {}, want: [to ?? ""] };
  }
}

export interface TestPeer {
  readonly server: GrpcPeerServer;
  readonly address: PeerAddress;
}

/** A peer in this process, closed when the test is over. */
export async function startPeer(id: InstanceId, handler: PeerHandler): Promise<TestPeer> {
  const deps = { clock: realClock, logger: silentLogger, handler };
  const server = new GrpcPeerServer(deps, optionsOf(id));
  const port = await server.listen("127.0.0.1:0");
  onTestFinished(() => server.close());
  return { server, address: { id, address: `127.0.0.1:${port}` } };
}

export interface TestTransport {
  readonly transport: GrpcPeerTransport;
  readonly metrics: MetricRegistry;
  readonly connected: InstanceId[];
  readonly refused: InstanceId[];
}

export function startTransport(self: InstanceId = AM0): TestTransport {
  const metrics = new MetricRegistry();
  const connected: InstanceId[] = [];
  const refused: InstanceId[] = [];
  const handler = {
    onConnected: (peer: InstanceId) => void connected.push(peer),
    onRefused: (peer: InstanceId) => void refused.push(peer),
  };
  const transport = new GrpcPeerTransport({ clock: realClock, metrics, handler }, optionsOf(self));
  onTestFinished(() => transport.close());
  return { transport, metrics, connected, refused };
}

export function metricOf(metrics: MetricRegistry, name: string, ...labels: string[]): number {
  const series = metrics.families.get(name)?.series.get(labels.join("\u0000"));
  return series !== undefined && "value" in series.data ? series.data.value : Number.NaN;
}

/** Waits for something that comes about in real time; a test that never sees it times out. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await delay(2);
}

const CHILD = `
  import { silentLogger } from "@tocsin/foundation";
  import { GrpcPeerServer } from "./server.ts";
  import { EchoHandler, optionsOf, realClock } from "./testing.ts";
  const deps = { clock: realClock, logger: silentLogger, handler: new EchoHandler() };
  const server = new GrpcPeerServer(deps, optionsOf("am-1"));
  process.stdout.write(String(await server.listen("127.0.0.1:" + process.argv[1])) + "\\n");
`;

/** A peer "am-1" in a process of its own; resolves when it listens. Port 0: any. */
export async function startChild(port: number): Promise<{ child: ChildProcess; port: number }> {
  const args = ["--conditions=tocsin-source", "--input-type=module", "-e", CHILD, String(port)];
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const child = spawn(process.execPath, args, { cwd: import.meta.dirname, stdio: [...stdio] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, port: Number(line.toString()) };
}

/** Time that passes in steps of the loop, with everything settled in between. */
export class StepClock implements Clock {
  #nowMs = 0;
  readonly #sleepers = new Set<{ readonly untilMs: number; readonly wake: () => void }>();

  wallMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => reject(signal.reason));
    this.#sleepers.add({ untilMs: this.#nowMs + delayMs, wake: resolve });
    return promise;
  }

  async pass(ms: number, stepMs = 100): Promise<void> {
    for (let leftMs = ms; ; leftMs -= stepMs) {
      await new Promise(setImmediate);
      if (leftMs <= 0) return;
      this.#nowMs += stepMs;
      for (const sleeper of this.#sleepers) {
        if (sleeper.untilMs > this.#nowMs) continue;
        this.#sleepers.delete(sleeper);
        sleeper.wake();
      }
    }
  }
}
