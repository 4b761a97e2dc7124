import { request } from "node:http";
import { AppError } from "@tocsin/foundation";
import { parseTenantId } from "@tocsin/domain/model";
import { describe, expect, it } from "vitest";
import { serve, type Served } from "./fixture/serve.ts";

/** Asks with the path as it is written: fetch would clean it first. */
async function raw(api: Served, method: string, path: string) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    location: string;
  }>();
  const { hostname, port } = new URL(api.url);
  request({ hostname, port, method, path, agent: false }, (res) => {
    res.resume();
    res.on("end", () =>
      resolve({ status: res.statusCode ?? 0, location: res.headers.location ?? "" }),
    );
  })
    .on("error", reject)
    .end();
  return promise;
}

describe("operators' pages", () => {
  it.each(["/-/healthy", "/-/ready"])("%s answers GET, HEAD and OPTIONS", async (path) => {
    await using api = await serve();
    const got = await api.fetch(path);
    expect([got.status, await got.text()]).toEqual([200, "OK"]);
    expect(got.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect((await api.fetch(path, { method: "HEAD" })).status).toBe(200);
    const options = await api.fetch(path, { method: "OPTIONS" });
    expect([options.status, options.headers.get("allow")]).toEqual([200, "GET, HEAD, OPTIONS"]);
    const put = await api.fetch(path, { method: "PUT" });
    expect([put.status, await put.text()]).toEqual([405, "Method Not Allowed\n"]);
    expect(put.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("/-/ready is 503 and says what it waits for", async () => {
    await using api = await serve();
    api.instance.readiness = { ready: false, why: "the ring is not known yet" };
    const answer = await api.fetch("/-/ready");
    expect([answer.status, await answer.text()]).toEqual([
      503,
      "Not ready: the ring is not known yet\n",
    ]);
    expect((await api.fetch("/-/healthy")).status).toBe(200);
  });

  it("/-/reload answers 200, and 500 with the problem", async () => {
    await using api = await serve();
    const reload = () => api.fetch("/-/reload", { method: "POST" });
    expect((await reload()).status).toBe(200);
    api.instance.reload = () => Promise.reject(new AppError("invalid-argument", "no route"));
    const failed = await reload();
    expect([failed.status, await failed.text()]).toEqual([
      500,
      "failed to reload config: no route\n",
    ]);
    expect((await api.fetch("/-/reload")).status).toBe(405);
  });

  it("/metrics and the page at / are there", async () => {
    await using api = await serve();
    expect(await (await api.fetch("/metrics")).text()).toBe("m 1\n");
    expect((await api.fetch("/metrics", { method: "HEAD" })).status).toBe(405);
    const page = await (await api.fetch("/")).text();
    expect(page).toContain('href="/api/v2/status"');
    expect(page).toContain("Version 0.0.1, which answers as Alertmanager 0.1.0, at http");
  });

  it.each([
    "/nope",
    "/api",
    "/api/v3/alerts",
    "/API/V2/STATUS",
    "/alertmanager/api/v2/status",
    "/t/a/api/v2/alerts",
  ])("%s is 404 in text", async (path) => {
    await using api = await serve();
    const answer = await api.fetch(path);
    expect([answer.status, await answer.text()]).toEqual([404, "404 page not found\n"]);
  });

  it.each([
    ["/-/healthy/", 301, "/-/healthy"],
    ["//api/v2/status", 307, "/api/v2/status"],
    ["/api/v2/../v2/receivers?x=1", 307, "/api/v2/receivers?x=1"],
    ["/api/v2", 307, "/api/v2/"],
  ])("GET %s is sent elsewhere", async (path, status, location) => {
    await using api = await serve();
    expect(await raw(api, "GET", path)).toEqual({ status, location });
  });

  it.each([
    ["HEAD", "/-/healthy/", 307],
    ["HEAD", "/metrics/", 404],
    ["POST", "/-/reload/", 307],
    ["DELETE", "/-/ready/", 404],
    ["GET", "/-/reload/", 404],
  ])("%s %s is sent elsewhere only if that is answered there: %i", async (method, path, status) => {
    await using api = await serve();
    expect((await raw(api, method, path)).status).toBe(status);
  });

  it("answers 400 to a path with a broken escape", async () => {
    await using api = await serve();
    const answer = await api.fetch("/api/v2/silence/%zz");
    expect([answer.status, await answer.text()]).toEqual([400, "400 Bad Request"]);
  });

  it("answers below the route prefix only", async () => {
    await using api = await serve({ routePrefix: "/am" });
    expect((await api.fetch("/am/-/healthy")).status).toBe(200);
    expect((await api.fetch("/am/api/v2/receivers")).status).toBe(200);
    expect((await api.post("/am/api/v2/alerts", [])).status).toBe(200);
    expect((await api.fetch("/-/healthy")).status).toBe(404);
    expect((await api.fetch("/amx")).status).toBe(404);
    expect(await raw(api, "GET", "/")).toEqual({ status: 302, location: "/am" });
    expect(await raw(api, "GET", "/am")).toEqual({ status: 301, location: "/am/" });
    const options = await api.fetch("/", { method: "OPTIONS" });
    expect([options.status, options.headers.get("allow")]).toEqual([200, "GET, OPTIONS"]);
    expect((await raw(api, "POST", "/")).status).toBe(405);
    expect((await raw(api, "HEAD", "/am")).status).toBe(404);
    expect((await raw(api, "POST", "/am")).status).toBe(404);
  });

  it.each([
    ["GET", "/AM", 301, "/am/"],
    ["GET", "/AM/-/Healthy/?x=1", 301, "/am/-/healthy?x=1"],
    ["HEAD", "/am/-/READY", 307, "/am/-/ready"],
    ["POST", "/am/-/Reload", 307, "/am/-/reload"],
    ["HEAD", "/am/METRICS", 404, ""],
    ["GET", "/am/-/Reload", 404, ""],
    ["GET", "/am/API/v2/status", 404, ""],
  ])("%s %s, in another case, is %i", async (...given) => {
    const [method, path, status, location] = given;
    await using api = await serve({ routePrefix: "/am" });
    expect(await raw(api, method, path)).toEqual({ status, location });
  });
});

describe("API v2 at its edges", () => {
  it("answers 405 with what is allowed, also to HEAD", async () => {
    await using api = await serve();
    const put = await api.fetch("/api/v2/alerts", { method: "PUT" });
    expect(put.headers.get("allow")?.split(",").sort()).toEqual(["GET", "POST"]);
    expect(await put.json()).toEqual({
      code: 405,
      message: "method PUT is not allowed, but [GET,POST] are",
    });
    expect((await api.fetch("/api/v2/status", { method: "HEAD" })).status).toBe(405);
  });

  it("answers 404 for an unknown path, in JSON", async () => {
    await using api = await serve();
    const answer = await api.fetch("/api/v2/nope");
    expect(await answer.json()).toEqual({ code: 404, message: "path /api/v2/nope was not found" });
    expect((await api.fetch("/api/v2/receivers/")).status).toBe(200);
  });

  it("permits reading from other origins, and preflights for what upstream allows", async () => {
    await using api = await serve();
    const origin = { Origin: "http://ui.test" };
    const got = await api.fetch("/api/v2/alerts", { headers: origin });
    expect(got.headers.get("access-control-allow-origin")).toBe("*");
    const removed = await api.fetch(`/api/v2/silence/${crypto.randomUUID()}`, {
      method: "DELETE",
      headers: origin,
    });
    expect(removed.headers.get("access-control-allow-origin")).toBeNull();
    const preflight = (method: string, names?: string) =>
      api.fetch("/api/v2/silences", {
        method: "OPTIONS",
        headers: {
          ...origin,
          "Access-Control-Request-Method": method,
          ...(names === undefined ? undefined : { "Access-Control-Request-Headers": names }),
        },
      });
    expect((await preflight("POST")).headers.get("access-control-allow-methods")).toBe("POST");
    const options = await preflight("OPTIONS", "content-type");
    expect(options.headers.get("access-control-allow-methods")).toBe("OPTIONS");
    expect((await preflight("DELETE")).headers.get("access-control-allow-origin")).toBeNull();
    const none = await preflight("POST", "");
    expect(none.headers.get("access-control-allow-methods")).toBe("POST");
    expect(none.headers.get("access-control-allow-headers")).toBeNull();
    const custom = await preflight("POST", "x-custom");
    expect([custom.status, custom.headers.get("access-control-allow-origin")]).toEqual([204, null]);
  });

  it("shows status and receivers", async () => {
    await using api = await serve();
    const status = await (await api.fetch("/api/v2/status")).json();
    expect(status).toMatchObject({
      cluster: { status: "disabled", peers: [] },
      config: { original: expect.stringContaining("receiver: default") as string },
      uptime: "2026-01-02T03:04:05.678Z",
      versionInfo: { version: "0.1.0", goVersion: "v26" },
    });
    const receivers = await (await api.fetch("/api/v2/receivers")).json();
    expect(receivers).toEqual([{ name: "default", labels: { name: "default" } }]);
  });

  it("version 1 shows status and receivers, and answers OPTIONS everywhere", async () => {
    await using api = await serve();
    expect(await (await api.fetch("/api/v1/receivers")).json()).toEqual({
      status: "success",
      data: ["default"],
    });
    expect(await (await api.fetch("/api/v1/status")).json()).toMatchObject({
      data: { clusterStatus: null, configYAML: expect.stringContaining("default") as string },
    });
    expect((await api.fetch("/api/v1/nope", { method: "OPTIONS" })).status).toBe(200);
    const put = await api.fetch("/api/v1/alerts", { method: "PUT" });
    expect([put.status, put.headers.get("allow")]).toEqual([405, "GET, OPTIONS, POST"]);
  });
});

describe("errors of the engine", () => {
  it.each([
    ["unavailable", 503],
    ["deadline-exceeded", 503],
    ["rate-limited", 429],
    ["data-loss", 500],
  ] as const)("%s is %d with its message", async (code, status) => {
    await using api = await serve();
    api.tenants.refusal = new AppError(code, "1 of 2 owners have stored it");
    const posted = await api.post("/api/v2/alerts", [{ labels: { a: "b" } }]);
    expect(posted.status).toBe(status);
    expect(await posted.text()).toContain("1 of 2 owners have stored it");
    expect(posted.headers.get("connection") === "close").toBe(status === 503);
    const v1 = await api.fetch("/api/v1/silences");
    expect(v1.status).toBe(status);
    expect(await v1.json()).toMatchObject({
      status: "error",
      error: "1 of 2 owners have stored it",
    });
  });

  it("an unexpected error is 500 and tells nothing of the inside", async () => {
    await using api = await serve();
    api.tenants.refusal = new TypeError("cannot read secret of undefined");
    const answer = await api.fetch("/api/v2/alerts");
    expect([answer.status, await answer.text()]).toEqual([500, "internal error\n"]);
  });

  it("a tenant without a configuration is 404 in text, for reads and writes", async () => {
    await using api = await serve();
    api.tenants.fallback = undefined;
    const answers = [
      await api.fetch("/api/v2/alerts"),
      await api.post("/api/v2/alerts", [{ labels: { a: "b" } }]),
      await api.fetch("/api/v1/status"),
    ];
    for (const answer of answers) {
      expect([answer.status, await answer.text()]).toEqual([
        404,
        "the Alertmanager is not configured\n",
      ]);
    }
  });

  it("too many GET requests at once are 503 with two line ends", async () => {
    await using api = await serve({ getConcurrency: 1 });
    api.registry.gauge("alertmanager_http_requests_in_flight", "").with("get").set(1);
    const answer = await api.fetch("/-/healthy");
    expect([answer.status, await answer.text()]).toEqual([
      503,
      "Limit of concurrent GET requests reached (1), try again later.\n\n",
    ]);
    const exceeded = api.registry.counter("alertmanager_http_concurrency_limit_exceeded_total", "");
    expect(exceeded.with("get").value).toBe(1);
  });

  it("a request that takes too long is 503", async () => {
    await using api = await serve({ requestTimeoutMs: 20 });
    api.instance.reload = () => new Promise(() => {});
    const answer = await api.fetch("/-/reload", { method: "POST" });
    expect([answer.status, await answer.text()]).toEqual([
      503,
      "Exceeded configured timeout of 20ms.\n",
    ]);
  });

  it("measures requests under upstream's names, without IDs", async () => {
    await using api = await serve();
    await (await api.fetch("/api/v2/silence/11111111-2222-4333-8444-555555555555")).text();
    const family = api.registry.families.get("alertmanager_http_request_duration_seconds");
    const labels = [...(family?.series.values() ?? [])].map((series) => series.labels);
    expect(labels).toEqual([["/api/v2/silence/{silenceID}", "get", "404"]]);
  });
});

describe("tenants", () => {
  const team = parseTenantId("team-a");
  const tenancy = { enabled: true, default: undefined };

  it("of two headers the first counts, and a comma in one is no separator", async () => {
    await using api = await serve({ tenancy });
    const { hostname, port } = new URL(api.url);
    const statusOf = async (names: readonly string[]): Promise<number | undefined> => {
      const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
      const sent = request({ hostname, port, path: "/api/v2/silences", agent: false }, (res) => {
        res.resume();
        resolve(res.statusCode);
      });
      sent.setHeader("X-Scope-OrgID", names).on("error", reject).end();
      return promise;
    };
    expect(await statusOf(["team-a", "team-b"])).toBe(200);
    expect(await statusOf(["team-a, team-b"])).toBe(401);
  });

  it("are separate, named by header or path", async () => {
    await using api = await serve({ tenancy });
    const header = { "X-Scope-OrgID": "team-a" };
    expect((await api.post("/api/v2/alerts", [{ labels: { a: "1" } }], header)).status).toBe(200);
    const count = async (path: string, headers: Record<string, string> = {}): Promise<number> =>
      ((await (await api.fetch(path, { headers })).json()) as unknown[]).length;
    expect(await count("/api/v2/alerts", header)).toBe(1);
    expect(await count("/t/team-a/api/v2/alerts")).toBe(1);
    expect(await count("/t/team-b/api/v2/alerts")).toBe(0);
    expect((await api.post("/t/team-b/api/v2/alerts", [{ labels: { a: "1" } }])).status).toBe(200);
    expect(await count("/cortex/alertmanager/api/v2/alerts", { "X-Scope-OrgID": "team-b" })).toBe(
      1,
    );
  });

  it.each([
    ["none", {}, "", 401, "no org id\n"],
    ["an empty one", { "X-Scope-OrgID": "" }, "", 401, "no org id\n"],
    [
      "a bad one",
      { "X-Scope-OrgID": "a/b" },
      "",
      401,
      "tenant ID 'a/b' contains unsupported character '/'\n",
    ],
    ["two dots", { "X-Scope-OrgID": ".." }, "", 401, "tenant ID is '.' or '..'\n"],
    [
      "a reserved one",
      { "X-Scope-OrgID": "__markers__" },
      "",
      401,
      "tenant ID '__markers__' is not allowed\n",
    ],
    [
      "a long one",
      { "X-Scope-OrgID": "x".repeat(151) },
      "",
      401,
      "tenant ID is too long: max 150 characters\n",
    ],
    [
      "two different ones",
      { "X-Scope-OrgID": "a" },
      "/t/b",
      400,
      "the header names tenant 'a' and the path 'b': wanted one\n",
    ],
  ])("with %s the request is refused", async (...[, headers, base, status, text]) => {
    await using api = await serve({ tenancy });
    const answer = await api.fetch(`${base}/api/v2/alerts`, { headers });
    expect([answer.status, await answer.text()]).toEqual([status, text]);
    const posted = await api.post(`${base}/api/v2/alerts`, [], headers);
    expect(posted.status).toBe(status);
  });

  it("without one the default is taken", async () => {
    await using api = await serve({ tenancy: { enabled: true, default: team } });
    await api.post("/t/team-a/api/v2/alerts", [{ labels: { a: "1" } }]);
    expect(await (await api.fetch("/api/v2/alerts")).json()).toHaveLength(1);
  });
});

describe("configuration", () => {
  const yaml = "route: {receiver: own}\nreceivers: [{name: own}]\n";

  it("/api/v1/config stores under a version and honours If-Match", async () => {
    await using api = await serve();
    const put = (body: string, headers: Record<string, string> = {}, query = "") =>
      api.fetch(`/api/v1/config${query}`, { method: "PUT", body, headers });
    expect((await api.fetch("/api/v1/config")).status).toBe(404);
    const tried = await put(yaml, {}, "?dryRun=true");
    expect([tried.status, (await api.fetch("/api/v1/config")).status]).toEqual([200, 404]);
    const stored = await put(yaml);
    expect(stored.headers.get("etag")).toBe('"1"');
    const got = await api.fetch("/api/v1/config");
    expect([await got.text(), got.headers.get("etag")]).toEqual([yaml, '"1"']);
    expect(await (await api.fetch("/api/v1/receivers")).json()).toMatchObject({ data: ["own"] });
    expect((await put(yaml, { "If-Match": '"7"' })).status).toBe(412);
    expect((await put(yaml, { "If-Match": '"1"' })).headers.get("etag")).toBe('"2"');
    expect((await put(yaml, { "If-Match": "1" })).status).toBe(400);
    expect((await put("route: [", {}, "?dryRun=true")).status).toBe(400);
    for (const misspelt of ["?dryRun=1", "?dryrun=true", "?dryRun=true&x=1", "?dryRun"]) {
      expect((await put(yaml, {}, misspelt)).status, misspelt).toBe(400);
    }
    expect((await put(yaml, { "if-none-match": "*" })).status).toBe(400);
    expect((await api.fetch("/api/v1/config", { method: "DELETE" })).status).toBe(200);
    expect((await api.fetch("/api/v1/config")).status).toBe(404);
  });

  it("/cortex/api/v1/alerts keeps Cortex' envelope byte for byte", async () => {
    await using api = await serve();
    const ask = (method: string, body?: string) =>
      api.fetch("/cortex/api/v1/alerts", {
        method,
        ...(body === undefined ? undefined : { body }),
      });
    const missing = await ask("GET");
    expect([missing.status, await missing.text()]).toEqual([
      404,
      "alertmanager storage object not found\n",
    ]);
    const envelope =
      "template_files:\n  x.tmpl: '{{ define \"x\" }}1{{ end }}'\nalertmanager_config: |\n" +
      "  route: {receiver: own}\n  receivers: [{name: own}]\n";
    const posted = await ask("POST", envelope);
    expect([posted.status, await posted.text()]).toEqual([201, ""]);
    const got = await ask("GET");
    expect(got.headers.get("content-type")).toBe("application/yaml");
    expect(await got.text()).toBe(envelope);
    expect((await ask("PATCH")).status).toBe(405);
    expect((await ask("DELETE")).status).toBe(200);
    expect((await ask("DELETE")).status).toBe(200);
  });

  it.each([
    ["nothing", "", "error validating Alertmanager config: configuration provided is empty"],
    ["a list", "- a\n", "error marshalling YAML Alertmanager config: "],
    [
      "a mapping inside",
      "alertmanager_config: {route: x}\n",
      "error marshalling YAML Alertmanager config: ",
    ],
    [
      "a bad configuration",
      "alertmanager_config: 'route: {receiver: x}'\n",
      "error validating Alertmanager config: ",
    ],
    [
      "a template with a path",
      `alertmanager_config: |\n  ${yaml.replace("\n", "\n  ")}template_files: {"../a": x}\n`,
      'error validating Alertmanager config: invalid template name "../a": the template name cannot contain any path',
    ],
  ])("/cortex/api/v1/alerts refuses %s in Cortex' words", async (_name, body, start) => {
    await using api = await serve();
    const answer = await api.fetch("/cortex/api/v1/alerts", { method: "POST", body });
    expect(answer.status).toBe(400);
    expect((await answer.text()).startsWith(start)).toBe(true);
  });

  it("the configuration routes of Cortex say more of a bad tenant", async () => {
    await using api = await serve({ tenancy: { enabled: true, default: undefined } });
    const headers = { "X-Scope-OrgID": "a|b" };
    const answer = await api.fetch("/cortex/api/v1/alerts", { headers });
    expect([answer.status, await answer.text()]).toEqual([
      401,
      "unable to determine the OrgID: tenant ID 'a|b' contains unsupported character '|'\n",
    ]);
    expect(await (await api.fetch("/cortex/api/v1/alerts")).text()).toBe("no org id\n");
  });
});
