import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { systemClock, systemRandom } from "@tocsin/clock-system";
import { AppError, silentLogger, type Logger } from "@tocsin/foundation";
import { parseS3Url, S3ObjectStore, type S3Options } from "@tocsin/object-store-s3";
import { freePort, startS3, type S3Server } from "../servers/index.ts";
import { bytes, objectStoreContract, text } from "./contract.ts";

const live = new AbortController().signal;
const started = await startS3();
const missing = started.kind === "missing" ? started.reason : undefined;
const server = started as S3Server; // Every use is skipped unless it runs.
const bucket = missing === undefined ? await server.makeBucket() : "";
const opened: S3ObjectStore[] = [];

beforeAll(() => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", server.accessKeyId ?? "a");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", server.secretAccessKey ?? "s");
  vi.stubEnv("AWS_REGION", "us-east-1");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all(opened.map((store) => store.close()));
  await server.stop?.();
});

function open(url: string, change: Partial<S3Options> = {}, logger = silentLogger): S3ObjectStore {
  const deps = { clock: systemClock, random: systemRandom, logger };
  const store = new S3ObjectStore(deps, { ...parseS3Url(url), ...change });
  opened.push(store);
  return store;
}

async function failureOf(call: Promise<unknown>): Promise<AppError> {
  const outcome = await call.catch((error: unknown) => error);
  if (outcome instanceof AppError) return outcome;
  throw new Error(`it resolved with ${JSON.stringify(outcome)}`);
}

describe.skipIf(missing !== undefined)(`S3ObjectStore${missing ? ` (${missing})` : ""}`, () => {
  const url = `s3://${bucket}/some/prefix?endpoint=${server.endpoint}`;
  const shared = missing === undefined ? [open(url), open(url), open(url)] : [];
  let next = 0;
  objectStoreContract("S3ObjectStore", () => shared[(next += 1) % shared.length]!);

  it("conditional writes are tried out and found kept, so nothing is said", async () => {
    const lines: string[] = [];
    const store = open(url, {}, recorder(lines));
    const write = { key: "probe/x", body: bytes("one"), condition: { kind: "absent" } as const };
    expect((await store.put(write, live)).kind).toBe("written");
    expect(lines).toEqual([]);
    expect((await store.list("tocsin/probe/", live)).keys).toEqual([]);
  });

  it("list() reads all pages", { timeout: 60_000 }, async () => {
    const store = open(url);
    const keys = Array.from({ length: 1_100 }, (_, at) => `pages/${String(at).padStart(4, "0")}`);
    for (let at = 0; at < keys.length; at += 50) {
      const writes = keys.slice(at, at + 50).map((key) => {
        return store.put({ key, body: bytes("x"), condition: { kind: "none" } }, live);
      });
      await Promise.all(writes);
    }
    expect((await store.list("pages/", live)).keys).toEqual(keys);
  });

  it("a wrong secret is refused, and is not told", async () => {
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "wrong-secret-value");
    const error = await failureOf(open(url).get("a", live));
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", server.secretAccessKey);
    expect(error.code).toBe("unavailable");
    expect(error.message).toContain("SignatureDoesNotMatch");
    const told = JSON.stringify([error.message, error.details, error.cause]);
    expect(told).not.toContain("wrong-secret-value");
    expect(told).not.toContain("Signature=");
  });

  it("a bucket that is not there is an outage, not an empty store", async () => {
    const store = open(`s3://nothing-here?endpoint=${server.endpoint}`);
    expect((await failureOf(store.list("", live))).message).toContain("NoSuchBucket");
    expect((await failureOf(store.get("a", live))).message).toContain("NoSuchBucket");
  });
});

describe("S3ObjectStore against a server that misbehaves", () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const http of servers.splice(0)) {
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    }
  });

  async function serve(
    answer: (request: S3Request, reply: ServerResponse) => void,
  ): Promise<string> {
    const http = createServer((request, reply) => {
      void readRequest(request).then((read) => answer(read, reply));
    });
    servers.push(http);
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  }

  it("a hanging server ends each attempt and the call in time", async () => {
    let requests = 0;
    const endpoint = await serve(() => void (requests += 1));
    const limits = { attemptTimeoutMs: 100, callTimeoutMs: 2_000, attemptsMax: 2 };
    const before = systemClock.monotonicMs();
    const error = await failureOf(open(`s3://b?endpoint=${endpoint}`, limits).get("a", live));
    expect(error.code).toBe("unavailable");
    expect(systemClock.monotonicMs() - before).toBeLessThan(2_500);
    expect(requests).toBe(2);
  });

  it("a server that never ends its body is cut off by the call's deadline", async () => {
    const endpoint = await serve((_, reply) => {
      reply.writeHead(200, { "content-length": "10", etag: '"e"' });
      reply.write("12345");
    });
    const store = open(`s3://b?endpoint=${endpoint}`, { callTimeoutMs: 300 });
    expect((await failureOf(store.get("a", live))).message).toContain("took longer than 300 ms");
  });

  it("a server that is not there is unavailable", async () => {
    const store = open(`s3://b?endpoint=http://127.0.0.1:${await freePort()}`);
    const error = await failureOf(store.get("a", live));
    expect(error.code).toBe("unavailable");
    expect(error.message).toContain("ECONNREFUSED");
  });

  it("503 is repeated a bounded number of times", async () => {
    let requests = 0;
    const endpoint = await serve((_, reply) => {
      requests += 1;
      reply.writeHead(503).end();
    });
    const error = await failureOf(open(`s3://b?endpoint=${endpoint}`).get("a", live));
    expect(error.message).toContain("503");
    expect(requests).toBe(3);
  });

  it("put() whose answer was lost is written, not a conflict with itself", async () => {
    const bucketOf = new FakeBucket();
    let lost = 0;
    const endpoint = await serve((request, reply) => {
      const answer = bucketOf.answer(request);
      if (request.method === "PUT" && request.path === "/b/a.pb" && lost === 0) {
        lost += 1;
        reply.destroy();
        return;
      }
      reply.writeHead(answer.status, answer.headers).end(answer.body);
    });
    const store = open(`s3://b?endpoint=${endpoint}`);
    const write = { key: "a.pb", body: bytes("one"), condition: { kind: "absent" } as const };
    const outcome = await store.put(write, live);
    expect(lost).toBe(1);
    expect(outcome).toEqual({ kind: "written", version: (await store.get("a.pb", live))?.version });
    const other = { ...write, body: bytes("two") };
    expect(await store.put(other, live)).toEqual({ kind: "conflict" });
  });

  const lacking = [
    { name: "ignores conditions", whenConditional: undefined },
    { name: "answers 501 to conditions", whenConditional: 501 },
    { name: "refuses every If-Match", whenConditional: 412 },
  ];
  it.for(lacking)("a server that $name gets the last writer, said once", async (lack) => {
    const lines: string[] = [];
    const bucketOf = new FakeBucket();
    const endpoint = await serve((request, reply) => {
      const conditional =
        request.ifMatch ?? (lack.whenConditional === 412 ? "" : request.ifNoneMatch);
      const unkept = { ...request, ifMatch: "", ifNoneMatch: "" };
      if (conditional !== "" && lack.whenConditional !== undefined && request.method === "PUT") {
        reply.writeHead(lack.whenConditional).end();
        return;
      }
      const answer = bucketOf.answer(lack.whenConditional === 412 ? request : unkept);
      reply.writeHead(answer.status, answer.headers).end(answer.body);
    });
    const store = open(`s3://b?endpoint=${endpoint}`, {}, recorder(lines));
    const absent = { kind: "absent" } as const;
    const first = await store.put({ key: "a.pb", body: bytes("one"), condition: absent }, live);
    if (first.kind !== "written") throw new Error("a first write must be taken");
    const again = await store.put({ key: "a.pb", body: bytes("two"), condition: absent }, live);
    expect(again).toEqual({ kind: "conflict" });
    const held = { kind: "version", version: first.version } as const;
    const second = await store.put({ key: "a.pb", body: bytes("two"), condition: held }, live);
    expect(second.kind).toBe("written");
    const stale = await store.put({ key: "a.pb", body: bytes("three"), condition: held }, live);
    expect(stale).toEqual({ kind: "conflict" });
    expect(text((await store.get("a.pb", live))!.body)).toBe("two");
    expect(lines).toEqual([expect.stringContaining("the last wins")]);
  });
});

interface S3Request {
  readonly method: string;
  readonly path: string;
  readonly ifMatch: string;
  readonly ifNoneMatch: string;
  readonly body: Buffer;
}

async function readRequest(request: IncomingMessage): Promise<S3Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return {
    method: request.method ?? "",
    path: new URL(request.url ?? "/", "http://x").pathname,
    ifMatch: request.headers["if-match"] ?? "",
    ifNoneMatch: request.headers["if-none-match"] ?? "",
    body: Buffer.concat(chunks),
  };
}

interface S3Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** As much of a bucket as these tests ask for. */
class FakeBucket {
  readonly #objects = new Map<string, { readonly etag: string; readonly body: Buffer }>();
  #writes = 0;

  answer(request: S3Request): S3Answer {
    const held = this.#objects.get(request.path);
    const nothing = Buffer.alloc(0);
    if (request.method === "DELETE") {
      this.#objects.delete(request.path);
      return { status: 204, headers: {}, body: nothing };
    }
    if (request.method !== "PUT") {
      if (held === undefined) {
        const error = "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>";
        return { status: 404, headers: {}, body: Buffer.from(error) };
      }
      return { status: 200, headers: { etag: held.etag }, body: held.body };
    }
    const isRefused =
      (request.ifNoneMatch === "*" && held !== undefined) ||
      (request.ifMatch !== "" && request.ifMatch !== held?.etag);
    if (isRefused) return { status: 412, headers: {}, body: nothing };
    const etag = `"v${(this.#writes += 1)}"`;
    this.#objects.set(request.path, { etag, body: request.body });
    return { status: 200, headers: { etag }, body: nothing };
  }
}

function recorder(lines: string[]): Logger {
  const logger: Logger = {
    enabled: () => true,
    log: (_level, message) => void lines.push(message),
    with: () => logger,
  };
  return logger;
}
