import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { serve, type Served } from "./fixture/serve.ts";

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** All headers of the answer but its date. */
async function headersOf(
  api: Served,
  path: string,
  { method = "GET", headers = {} }: Asked = {},
): Promise<Record<string, unknown>> {
  const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>();
  const { hostname, port } = new URL(api.url);
  const asked = { hostname, port, method, path, agent: false, headers } as const;
  request(asked, (res) => {
    res.resume();
    const { date: _, ...rest } = res.headers;
    res.on("end", () => resolve({ status: res.statusCode, ...rest }));
  })
    .on("error", reject)
    .end();
  return promise;
}

const KEPT = { headers: { Connection: "keep-alive" } };

describe("headers of answers", () => {
  it("say nothing of a connection that is kept, and something of one that is not", async () => {
    await using api = await serve();
    const text = { "content-type": "text/plain; charset=utf-8", "content-length": "2" };
    expect(await headersOf(api, "/-/healthy", KEPT)).toEqual({ status: 200, ...text });
    const closing = await headersOf(api, "/-/healthy", { headers: { Connection: "close" } });
    expect(closing).toEqual({ status: 200, ...text, connection: "close" });
  });

  it("close the connection when the instance leaves, whichever way they are made", async () => {
    await using api = await serve();
    api.instance.drain = "draining";
    for (const path of ["/-/healthy", "/api/v2/alerts", "//-/ready", "/nobody"]) {
      expect(await headersOf(api, path, KEPT), path).toMatchObject({ connection: "close" });
    }
    const posted = { method: "POST", headers: { ...KEPT.headers, "Content-Length": "0" } };
    const posting = await headersOf(api, "/api/v2/alerts", posted);
    expect(posting).toMatchObject({ connection: "close" });
  });

  it("have no length where there is no content by the status or the method", async () => {
    await using api = await serve();
    const head = await headersOf(api, "/-/ready", { ...KEPT, method: "HEAD" });
    expect(head).toEqual({ status: 200 });
    const moved = await headersOf(api, "//-/ready", { ...KEPT, method: "HEAD" });
    expect(moved).toEqual({
      status: 307,
      location: "/-/ready",
      "content-type": "text/html; charset=utf-8",
    });
    const asksFirst = { Origin: "http://a", "Access-Control-Request-Method": "POST" };
    const preflight = await headersOf(api, "/api/v2/alerts", {
      method: "OPTIONS",
      headers: { ...KEPT.headers, ...asksFirst },
    });
    expect(preflight).not.toHaveProperty("content-length");
  });

  it.for(["/favicon.ico", "/assets/", "/assets/a/b.js"])(
    "tell what may be done with %s, which is not there",
    async (path) => {
      await using api = await serve();
      expect(await headersOf(api, path, KEPT)).toMatchObject({ status: 404 });
      const allow = "GET, OPTIONS";
      const put = await headersOf(api, path, { ...KEPT, method: "PUT" });
      expect(put).toMatchObject({ status: 405, allow });
      const options = await headersOf(api, path, { ...KEPT, method: "OPTIONS" });
      expect(options).toMatchObject({ status: 200, allow });
    },
  );
});
