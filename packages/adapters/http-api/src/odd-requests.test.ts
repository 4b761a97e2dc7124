import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { serve, type Served } from "./fixture/serve.ts";

/** Sends bytes as they are, and reads until the server has closed the connection. */
async function send(api: Served, request: string): Promise<string> {
  const { hostname, port } = new URL(api.url);
  const socket = connect(Number(port), hostname);
  socket.write(request, "latin1");
  return text(socket);
}

const HOST = "Host: a\r\n";
const CLOSING = `HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`;

describe("takeOddRequests()", () => {
  it.each([
    { method: "BREW", path: "/-/healthy", status: 405, allow: "GET, HEAD, OPTIONS" },
    { method: "BREW", path: "/api/v2/receivers", status: 405, allow: "GET" },
    { method: "BREW", path: "/nope", status: 404, allow: undefined },
    { method: "CONNECT", path: "/-/healthy", status: 405, allow: "GET, HEAD, OPTIONS" },
  ])("$method $path is $status", async ({ method, path, status, allow }) => {
    await using api = await serve();
    const answer = await send(api, `${method} ${path} HTTP/1.1\r\n${HOST}\r\n`);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(/^Allow: (.*)$/m.exec(answer)?.[1]).toBe(allow);
  });

  it("names the method that it refuses", async () => {
    await using api = await serve();
    const answer = await send(api, `BREW /api/v2/alerts HTTP/1.1\r\n${HOST}\r\n`);
    expect(answer).toContain("method BREW is not allowed, but [GET,POST] are");
  });

  it("reads bytes beyond ASCII in a query", async () => {
    await using api = await serve();
    const bytes = Buffer.from('"é"').toString("latin1");
    const answer = await send(api, `GET /api/v2/alerts?filter=a=${bytes} HTTP/1.1\r\n${HOST}\r\n`);
    expect(answer).toContain("HTTP/1.1 200 OK");
    expect(answer.endsWith("[]\n")).toBe(true);
    const broken = await send(api, `GET /api/v2/alerts?receiver=\xff HTTP/1.1\r\n${HOST}\r\n`);
    expect(broken).toContain(
      '"failed to parse receiver param: error parsing regexp: invalid UTF-8: `\ufffd)$`"',
    );
  });

  it("reads their headers, of several of one name the first", async () => {
    await using api = await serve();
    const accepts = "Accept: text/html\r\nACCEPT: */*\r\n";
    const answer = await send(api, `GET /api/v2/alerts?\xe9 HTTP/1.1\r\n${HOST}${accepts}\r\n`);
    expect(answer).toContain("HTTP/1.1 406 ");
  });

  it.each([
    `GET nope ${CLOSING}`,
    `GET /% ${CLOSING}`,
    "nonsense\r\n\r\n",
    `POST /api/v2/alerts?\xe9 HTTP/1.1\r\n${HOST}Content-Length: 2\r\n\r\n[]`,
  ])("refuses %j", async (request) => {
    await using api = await serve();
    const answer = await send(api, request);
    expect(answer).toContain("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain");
    expect(answer.endsWith("400 Bad Request")).toBe(true);
  });

  it.each([
    { count: 4_900, status: 200 },
    { count: 5_100, status: 431 },
  ])("answers $count lines of headers with $status", async ({ count, status }) => {
    await using api = await serve();
    const lines = "X-Line: 1\r\n".repeat(count);
    const answer = await send(
      api,
      `GET /-/healthy HTTP/1.1\r\n${lines}${HOST}Connection: close\r\n\r\n`,
    );
    expect(answer).toContain(`HTTP/1.1 ${status} `);
  });

  it("answers lines that end without CR", async () => {
    await using api = await serve();
    const answer = await send(api, "GET /-/healthy HTTP/1.1\nHost: a\nConnection: close\n\n");
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*OK$/);
  });

  const POST = `POST /api/v2/alerts HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n`;

  it.each([
    ["Content-Length: 2\r\n\r\n[]garbage", "200 OK"],
    ["Content-Length: 2\r\n\r\n[]BREW / HTTP/1.1\r\n\r\n", "200 OK"],
    ["Connection: close\r\nContent-Length: 1\r\n\r\n[]", "400 Bad Request"],
    ["Connection: close\r\nContent-Length: 0\r\n\r\n[]", "422 Unprocessable Entity"],
  ])("a request has its answer though nonsense follows: %j", async (rest, status) => {
    await using api = await serve();
    const answer = await send(api, `${POST}${rest}`);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status}\r\nCache-Control: no-store`));
    expect(answer.split("HTTP/1.1")).toHaveLength(2);
  });

  it("what Node.js refuses itself has its answer though nonsense follows", async () => {
    await using api = await serve();
    const answer = await send(api, "GET /-/healthy HTTP/1.1\r\n\r\nnonsense\r\n\r\n");
    expect(answer).toContain("HTTP/1.1 400 Bad Request");
  });

  it("a request has its answer though CONNECT follows", async () => {
    await using api = await serve();
    const requests = [`GET /api/v2/alerts HTTP/1.1\r\n`, `CONNECT a:1 HTTP/1.1\r\n`];
    const answer = await send(api, requests.map((line) => `${line}${HOST}\r\n`).join(""));
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*\[\]\n$/);
  });

  it.each([
    ["Transfer-Encoding: chunked\r\n\r\nzz\r\n[]\r\n0\r\n\r\n", "400 Bad Request"],
    ["Transfer-Encoding: gzip\r\n\r\n[]", "501 Not Implemented"],
    ["Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n", "501 Not Implemented"],
    ["Content-Length: -1\r\n\r\n[]", "400 Bad Request"],
    ["Content-Length: +2\r\n\r\n[]", "400 Bad Request"],
    ["Content-Length: 0x2\r\n\r\n[]", "400 Bad Request"],
    ["Content-Length: \r\n\r\n[]", "400 Bad Request"],
  ])("refuses the broken body %j", async (rest, status) => {
    await using api = await serve();
    const answer = await send(api, `${POST}${rest}`);
    expect(answer).toContain(`HTTP/1.1 ${status}\r\n`);
    expect(answer.endsWith(status)).toBe(true);
  });

  it("answers of the server itself what its options are", async () => {
    await using api = await serve();
    expect(await send(api, `OPTIONS * ${CLOSING}`)).toContain("HTTP/1.1 200 OK");
    expect(await send(api, `GET * ${CLOSING}`)).toContain("HTTP/1.1 400 Bad Request");
  });

  it("leaves no request counted that is over", async () => {
    await using api = await serve({ getConcurrency: 1 });
    for (let at = 0; at < 3; at += 1) {
      const answer = await send(api, `GET /api/v2/alerts?\xe9 HTTP/1.1\r\n${HOST}\r\n`);
      expect(answer).toContain("HTTP/1.1 200 OK");
    }
  });
});
