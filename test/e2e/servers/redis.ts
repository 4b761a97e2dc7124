import { connect } from "node:net";
import {
  findProgram,
  freePort,
  makeFolder,
  startServer,
  type MissingServer,
  type RunningServer,
} from "./process.ts";

export interface RedisServer extends RunningServer {
  readonly port: number;
  /** `redis://<host>:<port>`, without user and password. */
  readonly url: string;
}

export interface RedisPlan {
  /** To come back on the port of one that was stopped. */
  readonly port?: number;
  readonly password?: string;
  /** Where to listen instead of 127.0.0.1; then that is in `url`. */
  readonly host?: string;
}

/** Starts a Redis that keeps nothing on disk. */
export async function startRedis(plan: RedisPlan = {}): Promise<RedisServer | MissingServer> {
  const program = findProgram("redis-server") ?? findProgram("valkey-server");
  if (program === undefined) {
    return { kind: "missing", reason: 'not installed: Debian package "redis-server"' };
  }
  const { host = "127.0.0.1" } = plan;
  const port = plan.port ?? (await freePort());
  const folder = await makeFolder("redis");
  const running = await startServer({
    name: "redis",
    program,
    folder,
    args: [
      ["--port", String(port), "--bind", host],
      // Only a host that was asked for is not loopback, and that is a network of the test alone.
      plan.host === undefined ? [] : ["--protected-mode", "no"],
      ["--save", "", "--appendonly", "no", "--dir", folder],
      plan.password === undefined ? [] : ["--requirepass", plan.password],
    ].flat(),
    ready: () => answersRedis(host, port),
  });
  return { ...running, port, url: `redis://${host}:${port}` };
}

/** Any answer will do: one that demands a password is up too. */
function answersRedis(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, host);
  socket.setTimeout(1_000, () => socket.destroy());
  socket.once("connect", () => socket.write("PING\r\n"));
  socket.once("data", (bytes) => {
    const text = bytes.toString("latin1");
    resolve(text.startsWith("+PONG") || text.startsWith("-NOAUTH"));
    socket.destroy();
  });
  socket.once("error", () => socket.destroy());
  socket.once("close", () => resolve(false));
  return promise;
}
