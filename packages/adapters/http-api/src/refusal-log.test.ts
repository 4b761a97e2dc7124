import type { Logger } from "@tocsin/foundation";
import { describe, expect, it } from "vitest";
import type { ApiContext } from "./context.ts";
import type { Exchange } from "./exchange.ts";
import { logRefusal, matcherNotes } from "./refusal-log.ts";

interface Scene {
  readonly context: ApiContext;
  readonly exchange: Exchange;
  readonly lines: readonly unknown[];
}

function scene(isShared: boolean): Scene {
  const lines: unknown[] = [];
  const logger: Logger = {
    enabled: () => true,
    log: (...line) => void lines.push(line),
    with: () => logger,
  };
  // Only what is read here is there.
  const options = { tenancy: { enabled: isShared }, matcherMode: "fallback" };
  const context = { deps: { logger }, options } as ApiContext;
  const exchange = {
    req: { method: "POST" },
    fullPath: "/api/v2/alerts",
    tenant: "team-a",
  } as Exchange;
  return { context, exchange, lines };
}

function logged(isShared: boolean, err: string): readonly unknown[] {
  const { context, exchange, lines } = scene(isShared);
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

describe("matcherNotes()", () => {
  const fields = { input: 'a="x\\q"', origin: "api", suggestion: 'a="x\\\\q"' };
  const utf8Error = `2:7: Cannot parse matchers: found "\\"x\\\\q\\""; wanted valid UTF-8 with Go's escapes`;
  const err = '2:7: "x\\q": invalid input';

  it.each([
    { isShared: false, line: ["warn", { ...fields, err }] },
    { isShared: true, line: ["debug", { ...fields, err, tenant: "team-a" }] },
  ])("warns in upstream's words, with tenants ($isShared) quietly", ({ isShared, line }) => {
    const [level, shown] = line;
    const { context, exchange, lines } = scene(isShared);
    const { suggestion } = fields;
    const warning = { kind: "incompatible", suggestion, utf8Error } as const;
    matcherNotes(context, exchange).onWarning(fields.input, warning);
    const message = expect.stringMatching(/^Alertmanager is moving to a new parser/) as string;
    expect(lines).toEqual([[level, message, shown]]);
  });

  it("writes ten of one request, which may have thousands", () => {
    const { context, exchange, lines } = scene(false);
    const { onWarning } = matcherNotes(context, exchange);
    for (let at = 0; at < 5_000; at += 1) onWarning("a=b,", { kind: "disagreement" });
    expect(lines).toHaveLength(10);
  });
});
