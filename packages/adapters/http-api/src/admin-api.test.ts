import type { DrainState } from "@tocsin/engine/api";
import { silentLogger } from "@tocsin/foundation";
import { describe, expect, it } from "vitest";
import { createAdminApi } from "./admin-api.ts";
import { serve } from "./fixture/serve.ts";

describe("createAdminApi()", () => {
  it("shows ring and status on its own listener, and the tenants' port shows neither", async () => {
    let state: DrainState = "serving";
    const admin = createAdminApi({
      logger: silentLogger,
      clock: { wallMs: () => 0, monotonicMs: () => 0, sleep: () => new Promise(() => {}) },
      instance: {
        readiness: () => ({ ready: true }),
        reload: async () => {},
        heartbeats: () => [{ id: "am-1" as never, ageMs: 400, synced: 7 }],
        drainState: () => state,
        drain: () => {
          state = "draining";
        },
        status: () => ({
          id: "am-1" as never, // A name of the test's own.
          incarnation: 3,
          view: undefined,
          peers: [],
          tenantCount: 5,
        }),
      },
    });
    const address = await admin.listen("127.0.0.1:0");
    const get = (path: string, method = "GET") =>
      fetch(`http://${address}${path}`, { method, headers: { connection: "close" } });
    for (const path of ["/admin/ring", "/multitenant_alertmanager/ring"]) {
      const ring = await (await get(path)).json();
      expect(ring).toEqual({ view: null, heartbeats: [{ id: "am-1", ageMs: 400, synced: 7 }] });
    }
    for (const method of ["POST", "GET", "DELETE"]) {
      const answer = await get("/alertmanager/prepare-shutdown", method);
      expect([answer.status, await answer.json()]).toEqual([200, { prepared: true }]);
    }
    expect(await (await get("/admin/drain")).json()).toEqual({ state: "serving" });
    expect((await get("/admin/drain", "POST")).status).toBe(202);
    expect(await (await get("/admin/drain")).json()).toEqual({ state: "draining" });
    expect(await (await get("/admin/status")).json()).toEqual({
      id: "am-1",
      incarnation: 3,
      readiness: { ready: true },
      tenantCount: 5,
      peers: [],
    });
    expect((await get("/api/v2/alerts")).status).toBe(404);
    await using api = await serve();
    expect((await api.fetch("/admin/ring")).status).toBe(404);
    await expect(admin.listen("nowhere")).rejects.toThrow('Cannot listen on "nowhere"');
  });
});
