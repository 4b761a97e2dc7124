import type { Logger } from "@tocsin/foundation";
import { describe, expect, it } from "vitest";
import type { ApiContext } from "./context.ts";
import type { Exchange } from "./exchange.ts";
import { logRefusal } from "./refusal-log.ts";

function logged(isShared: boolean, err: string): readonly unknown[] {
  const lines: unknown[] = [];
  const logger: Logger = {
    enabled: () => true,
    log: (...line) => void lines.push(line),
    with: () => logger,
  };
  // Only what is read here is there.
  const context = { deps: { logger }, options: { tenancy: { enabled: isShared } } } as ApiContext;
  const exchange = {
    req: { method: "POST" },
    fullPath: "/api/v2/alerts",
    tenant: "team-a",
  } as Exchange;
  logRefusal(context, exchange, { message: "Failed", err, fields: { id: "1" } });
  return lines;
}

describe("logRefusal()", () => {
  const fields = {
    component: "api",
    version: "v2",
    path: "/api/v2/alerts",
    method: "POST",
    id: "1",
  };

  it("writes an error with upstream's fields", () => {
    expect(logged(false, "why")).toEqual([["error", "Failed", { ...fields, err: "why" }]]);
  });

  it("cuts what a client may make long", () => {
    const err = "x".repeat(1_000);
    expect(logged(false, `${err}y`)).toEqual([["error", "Failed", { ...fields, err }]]);
  });

  it("is quiet with tenants, and names the one", () => {
    const shared = { ...fields, tenant: "team-a", err: "why" };
    expect(logged(true, "why")).toEqual([["debug", "Failed", shared]]);
  });
});
