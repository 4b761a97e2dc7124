import { setTimeout as sleep } from "node:timers/promises";
import type { DrainState, OperatorApi, Readiness } from "@tocsin/engine/api";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import type { RingDocument } from "@tocsin/domain/ring";
import { AppError, silentLogger } from "@tocsin/foundation";
import { describe, expect, it } from "vitest";
import { serve } from "../fixture/serve.ts";
import { createAdminApi } from "./admin-api.ts";

const id = (name: string): InstanceId => name as InstanceId; // Names of the tests' own.

const VIEW: RingDocument = {
  version: 7,
  writer: id("am-1"),
  settled: [id("am-1"), id("am-2")],
  target: [id("am-1")],
  members: [
    { id: id("am-1"), address: "10.0.0.1:9096", zone: "", incarnation: 3, state: "active" },
    { id: id("am-2"), address: "<b>", zone: "", incarnation: 1, state: "leaving" },
  ],
};

const STATUS = { incarnation: 3, state: "active" as const, tenantCount: 5, peers: [] };

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: URLSearchParams | string | Buffer;
}

/** The surface over an instance that says what the test tells it to, on a port of its own. */
async function listening() {
  const told = {
    drain: "serving" as DrainState,
    ready: { ready: true } as Readiness,
    nowMs: 5_900,
    isEnding: false,
  };
  const forgotten: string[] = [];
  const instance: OperatorApi = {
    readiness: () => told.ready,
    reload: async () => {},
    heartbeats: () => [{ id: id("am-1"), ageMs: 400, synced: 7 }],
    drainState: () => told.drain,
    drainProgress: () => {
      const waiting = [{ tenant: "acme" as TenantId, for: [id("am-3")] }]; // A name of the tests' own.
      const progress = { state: told.drain, ownedCount: 3, takenOverCount: 2, waiting };
      return told.drain === "draining" ? { ...progress, why: "waiting for am-3" } : progress;
    },
    drain: () => {
      told.drain = "draining";
    },
    stay: () => {
      if (told.isEnding) throw new AppError("conflict", "The process ends");
      told.drain = "serving";
    },
    forget: async (one) => {
      if (one !== "am-2") throw new AppError("not-found", `The ring has no member "${one}"`);
      forgotten.push(one);
    },
    status: () => {
      return { ...STATUS, id: id("am-1"), view: VIEW };
    },
  };
  const admin = createAdminApi({
    logger: silentLogger,
    clock: {
      wallMs: () => told.nowMs,
      monotonicMs: () => 0,
      sleep: (ms, signal) => sleep(ms, undefined, { signal }),
    },
    instance,
    settings: {
      all: "ring: {}\n",
      given: "{}\n",
      defaults: "ring:\n",
      overrides: () => "overrides: {}\n",
    },
  });
  const address = await admin.listen("127.0.0.1:0");
  const ask = (path: string, init: Asked = {}): Promise<Response> =>
    fetch(`http://${address}${path}`, {
      redirect: "manual",
      ...init,
      headers: { connection: "close", ...init.headers },
    });
  const json = async (path: string, method = "GET"): Promise<unknown> => {
    const answer = await ask(path, { method });
    return [answer.status, await answer.json()];
  };
  return { admin, told, forgotten, ask, json, [Symbol.asyncDispose]: () => admin.close() };
}

type Operators = Awaited<ReturnType<typeof listening>>;

/** Of `asked`, as "METHOD PATH". */
async function statusOf({ ask }: Operators, asked: string, init: Asked): Promise<number> {
  const [method = "", path = ""] = asked.split(" ");
  return (await ask(path, { method, ...init })).status;
}

const HTML = { accept: "text/html,application/xhtml+xml" };

describe("createAdminApi()", () => {
  it("is not reached from the tenants' port, and refuses an address that is none", async () => {
    await using api = await serve();
    for (const path of ["/admin/ring", "/admin/drain", "/multitenant_alertmanager/ring"]) {
      expect((await api.fetch(path)).status).toBe(404);
    }
    await using operators = await listening();
    expect((await operators.ask("/api/v2/alerts")).status).toBe(404);
    await expect(operators.admin.listen("nowhere")).rejects.toThrow('Cannot listen on "nowhere"');
  });

  it("listens on addresses of every version for all of version 4, as Go does", async () => {
    await using operators = await listening();
    const hosts = [":0", "0.0.0.0:0"].map(async (address) => {
      const bound = await operators.admin.listen(address);
      return bound.replace(/:\d+$/, "");
    });
    const [any, all] = await Promise.all(hosts);
    expect(all).toBe(any);
  });

  it("tells health and readiness as the tenants' port does", async () => {
    await using operators = await listening();
    operators.told.ready = { ready: false, why: "taking over tenants" };
    for (const path of ["/healthz", "/-/healthy"]) {
      expect((await operators.ask(path)).status).toBe(200);
    }
    for (const path of ["/ready", "/-/ready"]) {
      const reasons = ["taking over tenants"];
      const told = { ready: false, state: "active", reasons };
      expect(await operators.json(path)).toEqual([503, told]);
      expect((await operators.ask(path, { method: "HEAD" })).status).toBe(503);
    }
    operators.told.ready = { ready: true };
    const told = { ready: true, state: "active", reasons: [] };
    expect(await operators.json("/ready")).toEqual([200, told]);
  });

  it.each(["/admin/status", "/multitenant_alertmanager/status"])("%s sums up", async (path) => {
    await using operators = await listening();
    const status = { id: "am-1", ...STATUS };
    expect(await operators.json(path)).toEqual([200, { ...status, readiness: { ready: true } }]);
  });
});

describe("what Cortex has for operators", () => {
  it.each([
    ["/config", "ring: {}\n"],
    ["/config?mode=diff", "{}\n"],
    ["/config?mode=defaults", "ring:\n"],
    ["/runtime_config", "overrides: {}\n"],
  ])("%s", async (path, text) => {
    await using operators = await listening();
    const answer = await operators.ask(path);
    expect(answer.headers.get("content-type")).toBe("application/yaml");
    expect([answer.status, await answer.text()]).toEqual([200, text]);
    expect((await operators.ask("/config?mode=none")).status).toBe(400);
  });

  it("/services says how far the instance is", async () => {
    await using operators = await listening();
    const state = async (): Promise<string | undefined> =>
      /alertmanager => (.*)/.exec(await (await operators.ask("/services")).text())?.[1];
    operators.told.ready = { ready: false, why: "taking over tenants" };
    expect(await state()).toBe("Starting");
    operators.told.ready = { ready: true };
    expect(await state()).toBe("Running");
    operators.told.drain = "draining";
    expect(await state()).toBe("Stopping");
    operators.told.drain = "drained";
    expect(await state()).toBe("Terminated");
  });
});

describe.each(["/admin/ring", "/multitenant_alertmanager/ring"])("%s", (path) => {
  it("is JSON for programs", async () => {
    await using operators = await listening();
    const heartbeats = [{ id: "am-1", ageMs: 400, synced: 7 }];
    expect(await operators.json(path)).toEqual([200, { view: VIEW, heartbeats }]);
  });

  it("is a page for people, with a button to forget each member", async () => {
    await using operators = await listening();
    const answer = await operators.ask(path, { headers: HTML });
    const text = await answer.text();
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(text).toContain("<td>am-1</td><td>active</td><td>yes</td><td>yes</td>");
    expect(text).toContain(
      "<td>am-2</td><td>leaving</td><td>yes</td><td>no</td><td>&lt;b&gt;</td>",
    );
    expect(text).toContain('<button name="forget" value="am-2">');
  });

  it("forgets the member that a form names, and shows the page again", async () => {
    await using operators = await listening();
    const body = new URLSearchParams({ forget: "am-2" });
    const answer = await operators.ask(path, { method: "POST", headers: HTML, body });
    expect([answer.status, answer.headers.get("location")]).toEqual([302, path]);
    expect(await operators.json(`${path}?forget=am-2`, "POST")).toEqual([
      202,
      { forgetting: "am-2" },
    ]);
    expect(operators.forgotten).toEqual(["am-2", "am-2"]);
  });

  it.each([
    ["", '400 Name the member to forget: "forget=ID" as a form\n'],
    ["?forget=am-9", '404 The ring has no member "am-9"\n'],
  ])("refuses %j", async (query, told) => {
    await using operators = await listening();
    const answer = await operators.ask(`${path}${query}`, { method: "POST" });
    expect(`${answer.status} ${await answer.text()}`).toBe(told);
  });

  it.each(["application/json", "text/plain", "form", ""])(
    "takes no body of the type %j, whatever is in it",
    async (type) => {
      await using operators = await listening();
      // As bytes, which have no type unless one is given.
      const body = Buffer.from("forget=am-2");
      const headers = { ...(type !== "" && { "content-type": type }) };
      const answer = await operators.ask(path, { method: "POST", headers, body });
      expect(`${answer.status} ${await answer.text()}`).toBe(
        '400 This path takes no body but a form, as "application/x-www-form-urlencoded"\n',
      );
      expect(operators.forgotten).toEqual([]);
    },
  );
});

describe("/admin/drain", () => {
  it("does nothing for a notification, though a tenant's receiver may have its address", async () => {
    await using operators = await listening();
    const headers = { "content-type": "application/json", "user-agent": "Alertmanager/0.34.0" };
    const notification = { headers, body: '{"receiver":"x","forget":"am-2"}' };
    const downscale = "/alertmanager/prepare-delayed-downscale";
    for (const asked of [
      "POST /admin/drain",
      `POST ${downscale}`,
      "POST /admin/ring?forget=am-2",
    ]) {
      expect([asked, await statusOf(operators, asked, notification)]).toEqual([asked, 400]);
    }
    expect([operators.told.drain, operators.forgotten]).toEqual(["serving", []]);
    for (const path of ["/admin/drain", downscale]) {
      expect((await operators.ask(path, { method: "POST" })).ok).toBe(true);
      const asked = `DELETE ${path}`;
      expect([asked, await statusOf(operators, asked, notification)]).toEqual([asked, 400]);
    }
    expect(operators.told.drain).toBe("draining");
    expect(await operators.json(downscale)).toEqual([200, { timestamp: 5 }]);
  });

  it.each(["POST /admin/drain", "DELETE /admin/drain", "POST /admin/ring?forget=am-2"])(
    "refuses %s by a page of another site",
    async (asked) => {
      await using operators = await listening();
      for (const site of ["cross-site", "same-site"]) {
        const headers = { "sec-fetch-site": site };
        expect([site, await statusOf(operators, asked, { headers })]).toEqual([site, 403]);
      }
      expect([operators.told.drain, operators.forgotten]).toEqual(["serving", []]);
      expect(
        await statusOf(operators, asked, { headers: { "sec-fetch-site": "same-origin" } }),
      ).toBeLessThan(300);
    },
  );

  it("begins on POST, says how far it is, and is taken back by DELETE", async () => {
    await using operators = await listening();
    const tenants = { owned: 3, takenOver: 2, waiting: [{ tenant: "acme", for: ["am-3"] }] };
    const serving = { state: "serving", tenants };
    const draining = { state: "draining", why: "waiting for am-3", tenants };
    expect(await operators.json("/admin/drain", "DELETE")).toEqual([200, serving]);
    expect(await operators.json("/admin/drain", "POST")).toEqual([202, draining]);
    expect(await operators.json("/admin/drain")).toEqual([200, draining]);
    expect(await operators.json("/admin/drain", "DELETE")).toEqual([200, serving]);
    operators.told.isEnding = true;
    expect((await operators.ask("/admin/drain", { method: "DELETE" })).status).toBe(409);
  });
});

describe("/alertmanager/prepare-shutdown", () => {
  it("answers 200 when the instance may go and 503 while it starts", async () => {
    await using operators = await listening();
    const path = "/alertmanager/prepare-shutdown";
    for (const method of ["POST", "GET", "DELETE"]) {
      expect(await operators.json(path, method)).toEqual([200, { prepared: true }]);
    }
    operators.told.ready = { ready: false, why: "joining the ring" };
    const why = { prepared: false, why: "joining the ring" };
    expect(await operators.json(path, "POST")).toEqual([503, why]);
  });
});

describe("/alertmanager/prepare-delayed-downscale", () => {
  it("says since when, from the first POST to the DELETE", async () => {
    await using operators = await listening();
    const path = "/alertmanager/prepare-delayed-downscale";
    expect(await operators.json(path)).toEqual([200, { timestamp: 0 }]);
    expect(await operators.json(path, "POST")).toEqual([200, { timestamp: 5 }]);
    operators.told.nowMs = 60_000;
    expect(await operators.json(path, "POST")).toEqual([200, { timestamp: 5 }]);
    expect(await operators.json(path, "DELETE")).toEqual([200, { timestamp: 0 }]);
    expect(await operators.json(path, "POST")).toEqual([200, { timestamp: 60 }]);
  });
});
