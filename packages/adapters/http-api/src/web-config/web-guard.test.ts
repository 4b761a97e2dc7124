import { describe, expect, it } from "vitest";
import { serve } from "../fixture/serve.ts";
import { makeWebFolder } from "../fixture/web-folder.ts";

/** Of "U*U", with few rounds. */
const HASH = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

const basic = (login: string): { headers: Record<string, string> } => ({
  headers: { Authorization: `Basic ${Buffer.from(login).toString("base64")}` },
});

describe("basic_auth_users", () => {
  it("answers 401 as upstream to whoever has no right password", async () => {
    const { path } = makeWebFolder(`basic_auth_users: {ann: "${HASH}"}`);
    await using api = await serve({ webConfigPath: path });
    const refused = await api.fetch("/-/healthy");
    expect([refused.status, await refused.text()]).toEqual([401, "Unauthorized\n"]);
    expect(refused.headers.get("www-authenticate")).toBe("Basic");
    expect(refused.headers.get("x-content-type-options")).toBe("nosniff");
    for (const login of ["ann:U*V", "bob:U*U", "ann", ":"]) {
      expect((await api.fetch("/api/v2/alerts", basic(login))).status).toBe(401);
    }
    const unpadded = basic("ann:U*U").headers["Authorization"]?.replaceAll("=", "") ?? "";
    for (const Authorization of ["Basic !!!", unpadded]) {
      expect((await api.fetch("/api/v2/alerts", { headers: { Authorization } })).status).toBe(401);
    }
  });

  it("lets the right password in, to everything", async () => {
    const { path } = makeWebFolder(`basic_auth_users: {ann: "${HASH}"}`);
    await using api = await serve({ webConfigPath: path });
    expect((await api.fetch("/-/ready", basic("ann:U*U"))).status).toBe(200);
    const posted = await api.post(
      "/api/v2/alerts",
      [{ labels: { a: "b" } }],
      basic("ann:U*U").headers,
    );
    expect(posted.status).toBe(200);
    expect(await (await api.fetch("/api/v2/alerts", basic("ann:U*U"))).json()).toHaveLength(1);
  });

  it("follows the file, and answers 500 while it is broken", async () => {
    const folder = makeWebFolder(`basic_auth_users: {ann: "${HASH}"}`);
    await using api = await serve({ webConfigPath: folder.path });
    expect((await api.fetch("/-/healthy", basic("bob:U*U"))).status).toBe(401);
    folder.write("web.yml", `basic_auth_users: {bob: "${HASH}"}`);
    expect((await api.fetch("/-/healthy", basic("bob:U*U"))).status).toBe(200);
    folder.write("web.yml", "basic_auth_users: [");
    const broken = await api.fetch("/-/healthy", basic("bob:U*U"));
    expect([broken.status, await broken.text()]).toEqual([500, "Internal Server Error\n"]);
    folder.write("web.yml", "");
    expect((await api.fetch("/-/healthy")).status).toBe(200);
  });
});

describe("http_server_config and rate_limit", () => {
  it("headers go into every answer, errors included", async () => {
    const { path } = makeWebFolder(
      "http_server_config: {headers: {X-Frame-Options: deny, Content-Security-Policy: default-src 'self'}}",
    );
    await using api = await serve({ webConfigPath: path });
    for (const asked of ["/-/healthy", "/nope", "/api/v2/alerts"]) {
      const { headers } = await api.fetch(asked);
      expect(headers.get("x-frame-options")).toBe("deny");
      expect(headers.get("content-security-policy")).toBe("default-src 'self'");
    }
  });

  it("a rate limit answers 429 when the burst is over", async () => {
    const { path } = makeWebFolder("rate_limit: {interval: 1h, burst: 2}");
    await using api = await serve({ webConfigPath: path });
    const statuses = [];
    for (let at = 0; at < 3; at += 1) statuses.push((await api.fetch("/-/healthy")).status);
    expect(statuses).toEqual([200, 200, 429]);
  });
});

it("a web configuration that is wrong at the start is refused with its place", async () => {
  const { path } = makeWebFolder("basic_auth_users:\n  ann: geheim\n");
  await expect(serve({ webConfigPath: path })).rejects.toThrow(
    /web\.yml:2:8: .*ann.*no bcrypt hash/,
  );
  await expect(serve({ webConfigPath: `${path}.gone` })).rejects.toThrow(
    /Cannot read ".*web.yml.gone"/,
  );
});
