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
  /** `redis://127.0.0.1:<port>`, without user and password. */
  readonly url: string;
}

export interface RedisPlan {
  /** To come back on the port of one that was stopped. */
  readonly port?: number;
  readonly password?: string;
}

/** Starts a Redis that keeps nothing on disk. */
export async function startRedis(plan: RedisPlan = {}): Promise<RedisServer | MissingServer> {
  const program = findProgram("redis-server") ?? findProgram("valkey-server");
  if (program === undefined) {
    return { kind: "missing", reason: 'not installed: Debian package "redis-server"' };
  }
  const port = plan.port ?? (await freePort());
  const folder = await makeFolder("redis");
  const running = await startServer({
    name: "redis",
    program,
    folder,
    args: [
      ["--port", String(port), "--bind", "127.0.0.1"],
      ["--save", "", "--appendonly", "no", "--dir", folder],
      plan.password === undefined ? [] : ["--requirepass", plan.password],
    ].flat(),
    ready: () => answersRedis(port),
  });
  return { ...running, port, url: `redis://127.0.0.1:${port}` };
}

/** Any answer will do: one that demands a password is up too. */
function answersRedis(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, "127.0.0.1");
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
