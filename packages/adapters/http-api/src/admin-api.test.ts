import { silentLogger } from "@tocsin/foundation";
import { describe, expect, it } from "vitest";
import { createAdminApi } from "./admin-api.ts";
import { serve } from "./fixture/serve.ts";

describe("createAdminApi()", () => {
  it("shows ring and status on its own listener, and the tenants' port shows neither", async () => {
    const admin = createAdminApi({
      logger: silentLogger,
      clock: { wallMs: () => 0, monotonicMs: () => 0, sleep: () => new Promise(() => {}) },
      instance: {
        readiness: () => ({ ready: true }),
        reload: async () => {},
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
    const get = (path: string) =>
      fetch(`http://${address}${path}`, { headers: { connection: "close" } });
    expect(await (await get("/admin/ring")).json()).toEqual({ view: null });
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
