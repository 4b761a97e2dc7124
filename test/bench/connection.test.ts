import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { Connection, requestBytes } from "./connection.ts";

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(listener: Parameters<typeof createServer>[1]): Promise<Connection> {
  server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return new Connection((server.address() as AddressInfo).port); // It listens on TCP.
}

test("Connection sends one request after the other and gives status and body", async () => {
  const connection = await serve((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      const seen = `${req.method} ${req.url} ${req.headers["x-scope-orgid"]} ${Buffer.concat(chunks)}`;
      res.writeHead(202, { "Content-Length": Buffer.byteLength(seen) });
      res.write(seen.slice(0, 3));
      setImmediate(() => res.end(seen.slice(3)));
    });
  });
  for (const body of ["one", "größer"]) {
    const request = requestBytes({ method: "POST", path: "/a", tenant: "t1", body });
    expect(await connection.send(request)).toEqual({ status: 202, body: `POST /a t1 ${body}` });
  }
  connection.close();
});

test("Connection rejects when the server goes away", async () => {
  const connection = await serve((req) => void req.socket.destroy());
  const request = requestBytes({ method: "GET", path: "/" });
  await expect(connection.send(request)).rejects.toThrow("Request failed");
});

test("Connection rejects an answer without a length", async () => {
  const connection = await serve((_req, res) => {
    res.write("chunked");
    res.end();
  });
  const request = requestBytes({ method: "GET", path: "/" });
  await expect(connection.send(request)).rejects.toThrow("without a length");
});
