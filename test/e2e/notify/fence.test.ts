import net, { type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { systemClock } from "@tocsin/clock-system";
import type { ClosableNotifier } from "@tocsin/integrations";
import { freePort } from "../servers/index.ts";
import type { ByteServer } from "./byte-servers.ts";
import { jobTo } from "./case.ts";
import { pem } from "./sink.ts";
import { useNotifier } from "./use-notifier.ts";

const live = new AbortController().signal;
const OK = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

describe("createNotifier()", () => {
  let notifier: ClosableNotifier;
  const servers = useNotifier((started) => {
    notifier = started;
  });

  async function serve(answer: (socket: Socket) => void, tls = false): Promise<ByteServer> {
    const own = { cert: await pem("server.pem"), key: await pem("server.key") };
    return servers.serve(answer, tls ? own : undefined);
  }

  it("a no of the fence writes nothing on a fresh connection", async () => {
    const server = await serve((socket) => socket.write(OK));
    const outcome = await notifier.notify(
      jobTo(`http://127.0.0.1:${server.port}`),
      () => false,
      live,
    );
    expect(outcome).toEqual({ kind: "fenced" });
    await quiet();
    expect(server).toMatchObject({ received: "", connections: 1 });
  });

  it("a no of the fence writes nothing on a kept-alive connection, which lives on", async () => {
    const server = await serve((socket) => socket.write(OK));
    const send = (fence: boolean) =>
      notifier.notify(jobTo(`http://127.0.0.1:${server.port}`), () => fence, live);
    expect(await send(true)).toEqual({ kind: "accepted" });
    await quiet(); // The yes is told at the headers, the connection is free at the end of the answer.
    const { received } = server;
    expect(received).toContain("POST / HTTP/1.1");
    expect(await send(false)).toEqual({ kind: "fenced" });
    await quiet();
    expect(server.received).toBe(received);
    expect(await send(true)).toEqual({ kind: "accepted" });
    expect(server.connections).toBe(1);
  });

  it("the fence is asked after TLS, and a no writes nothing inside of it", async () => {
    const server = await serve((socket) => socket.write(OK), true);
    const url = `https://127.0.0.1:${server.port}`;
    const insecure = "    http_config: {tls_config: {insecure_skip_verify: true}}";
    const outcome = await notifier.notify(jobTo(url, insecure), () => false, live);
    expect(outcome).toEqual({ kind: "fenced" });
    await quiet();
    expect(server.received).toBe("");
    // The server counts a connection when its handshake is over.
    expect(server.connections).toBe(1);
  });

  it("no turn of the event loop lies between the fence's yes and the first byte", async () => {
    const server = await serve((socket) => socket.write(OK));
    const events: string[] = [];
    const write = Reflect.get(net.Socket.prototype, "write") as (...args: unknown[]) => boolean;
    net.Socket.prototype.write = function (this: net.Socket, ...args: unknown[]): boolean {
      if (String(args[0]).startsWith("POST")) events.push("first byte");
      return write.apply(this, args);
    };
    const fence = (): boolean => {
      events.push("fence");
      queueMicrotask(() => events.push("next turn"));
      return true;
    };
    try {
      await notifier.notify(jobTo(`http://127.0.0.1:${server.port}`), fence, live);
    } finally {
      net.Socket.prototype.write = write;
    }
    expect(events).toEqual(["fence", "first byte", "next turn"]);
  });

  it("the fence is asked once more for each request of a redirect", async () => {
    const moved = "HTTP/1.1 307 Moved\r\nlocation: /next\r\ncontent-length: 0\r\n\r\n";
    const server = await serve((socket) => socket.write(moved));
    const answers = [true, false];
    const fence = (): boolean => answers.shift() ?? true;
    const outcome = await notifier.notify(jobTo(`http://127.0.0.1:${server.port}/a`), fence, live);
    expect(outcome).toEqual({ kind: "fenced" });
    expect(server.received).toContain("POST /a ");
    expect(server.received).not.toContain("/next");
  });

  it("a refused connection is unreachable, and the fence is not asked", async () => {
    const url = `http://127.0.0.1:${await freePort()}/s3cr3t`;
    const outcome = await notifier.notify(jobTo(url), unasked, live);
    expect(outcome).toMatchObject({ kind: "unreachable" });
    expect(JSON.stringify(outcome)).toContain("connect: connection refused");
    expect(JSON.stringify(outcome)).not.toContain("s3cr3t");
  });

  it("a failed TLS handshake is unreachable: the message was not sent", async () => {
    const server = await serve((socket) => socket.write(OK), true);
    const outcome = await notifier.notify(
      jobTo(`https://127.0.0.1:${server.port}`),
      () => true,
      live,
    );
    expect(outcome.kind).toBe("unreachable");
    expect(server.received).toBe("");
  });

  it("a name that does not resolve is unreachable", async () => {
    const outcome = await notifier.notify(jobTo("http://nowhere.invalid/"), () => true, live);
    expect(outcome).toMatchObject({ kind: "unreachable" });
  });

  const breakages = [
    { name: "closes without an answer", answer: (socket: Socket) => socket.end() },
    { name: "resets", answer: (socket: Socket) => socket.resetAndDestroy() },
    { name: "closes within the headers", answer: (socket: Socket) => socket.end("HTTP/1.1 200") },
    {
      name: "speaks no HTTP",
      answer: (socket: Socket) => socket.end("220 smtp.example ESMTP\r\n"),
    },
  ];
  it.for(breakages)("a receiver that $name is tried again", async ({ answer }) => {
    const server = await serve(answer);
    const outcome = await notifier.notify(
      jobTo(`http://127.0.0.1:${server.port}`),
      () => true,
      live,
    );
    expect(outcome).toMatchObject({ kind: "retry", reason: "other" });
    expect(server.received).toContain("POST / HTTP/1.1");
  });

  it("a yes counts although its body hangs, is cut or never ends", async () => {
    const head = "HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n";
    for (const rest of ["", "some", "x".repeat(200_000)]) {
      const server = await serve((socket) => socket.write(head + rest));
      const url = `http://127.0.0.1:${server.port}`;
      expect(await notifier.notify(jobTo(url), () => true, live)).toEqual({ kind: "accepted" });
    }
  });

  it("an error's endless body is cut off", async () => {
    const head = "HTTP/1.1 500 No\r\ncontent-length: 100000000\r\n\r\n";
    const server = await serve((socket) => socket.write(head + "x".repeat(200_000)));
    const outcome = await notifier.notify(
      jobTo(`http://127.0.0.1:${server.port}`),
      () => true,
      live,
    );
    expect(outcome).toMatchObject({ kind: "retry", reason: "serverError" });
    expect("error" in outcome && outcome.error.length).toBeLessThan(70_000);
  });

  it("100 Continue is not taken for the answer", async () => {
    const server = await serve((socket) => socket.write(`HTTP/1.1 103 Early Hints\r\n\r\n${OK}`));
    const url = `http://127.0.0.1:${server.port}`;
    expect(await notifier.notify(jobTo(url), () => true, live)).toEqual({ kind: "accepted" });
  });

  it("its signal ends an attempt that hangs, with the signal's reason", async () => {
    const server = await serve(() => {});
    const controller = new AbortController();
    const reason = new Error("the flush is over");
    const url = `http://127.0.0.1:${server.port}`;
    const sending = notifier.notify(jobTo(url), () => true, controller.signal);
    while (server.received === "") await quiet();
    controller.abort(reason);
    await expect(sending).rejects.toBe(reason);
    await expect(notifier.notify(jobTo(url), () => true, controller.signal)).rejects.toBe(reason);
  });

  it("its signal ends an attempt that waits for a connection, and nothing is written later", async () => {
    const server = await serve((socket) => socket.write(OK), true);
    const controller = new AbortController();
    const insecure = "    http_config: {tls_config: {insecure_skip_verify: true}}";
    const sending = notifier.notify(
      jobTo(`https://127.0.0.1:${server.port}`, insecure),
      () => true,
      controller.signal,
    );
    controller.abort(new Error("stopping"));
    await expect(sending).rejects.toThrow("stopping");
    await quiet();
    expect(server.received).toBe("");
  });

  it("credentials do not follow a redirect to another origin", async () => {
    const other = await serve((socket) => socket.write(OK));
    const location = `http://127.0.0.1:${other.port}/elsewhere`;
    const moved = `HTTP/1.1 307 Moved\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`;
    const server = await serve((socket) => socket.write(moved));
    const secret = "    http_config: {authorization: {credentials: hunter2}}";
    const url = `http://127.0.0.1:${server.port}`;
    const outcome = await notifier.notify(jobTo(url, secret), () => true, live);
    expect(outcome).toEqual({ kind: "accepted" });
    expect(server.received).toContain("authorization: Bearer hunter2");
    expect(other.received).toContain("POST /elsewhere");
    expect(other.received).not.toContain("hunter2");
  });

  it("redirects without end are given up", async () => {
    const again = "HTTP/1.1 307 Moved\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n";
    const server = await serve((socket) => socket.write(again));
    const outcome = await notifier.notify(
      jobTo(`http://127.0.0.1:${server.port}`),
      () => true,
      live,
    );
    expect(outcome).toMatchObject({ kind: "retry" });
    expect(server.received.match(/POST/g)).toHaveLength(10);
  });

  it("the idempotency key of the message goes along", async () => {
    const server = await serve((socket) => socket.write(OK));
    await notifier.notify(jobTo(`http://127.0.0.1:${server.port}`), () => true, live);
    expect(server.received).toContain("idempotency-key: key of one webhook");
  });

  it("an unknown kind is refused by name", async () => {
    const made = jobTo("http://127.0.0.1:1");
    const unknown = { ...made, integration: { ...made.integration, kind: "pigeon" } };
    const outcome = await notifier.notify(unknown, () => true, live);
    const error = 'integration kind "pigeon" is not supported';
    expect(outcome).toEqual({ kind: "refused", error, reason: "other" });
  });

  it("what is not supported is refused and not ignored", async () => {
    const lacking = [
      "    http_config: {proxy_url: 'http://127.0.0.1:1'}",
      "    http_config: {oauth2: {client_id: a, client_secret: b, token_url: 'http://127.0.0.1:1'}}",
      "    http_config: {authorization: {credentials_ref: a}}",
    ];
    for (const settings of lacking) {
      const outcome = await notifier.notify(
        jobTo("http://127.0.0.1:1", settings),
        () => true,
        live,
      );
      expect(outcome).toMatchObject({ kind: "refused", reason: "other" });
    }
  });
});

/** For attempts that must not come so far. */
function unasked(): boolean {
  throw new Error("the fence was asked");
}

/** Long enough for bytes on loopback that should not be there to arrive. */
async function quiet(): Promise<void> {
  await systemClock.sleep(30, live);
}
