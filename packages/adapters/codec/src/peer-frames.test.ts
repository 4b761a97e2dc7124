import type { RequestKind } from "@tocsin/engine/peer";
import { AppError } from "@tocsin/foundation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ping, replies, requests } from "./arbitraries.ts";
import {
  decodeAnswererFrame,
  decodeCallerFrame,
  encodeCallerFrame,
  encodeContent,
  encodeFailure,
  encodeReply,
  encodeRequest,
  encodeWelcome,
  type Hello,
} from "./peer-frames.ts";
import { expectSameByName, schemaType } from "./reflection.ts";
import { StringPool } from "./string-pool.ts";

const KINDS = Object.keys(requests) as RequestKind[];
const callerFrame = schemaType("tocsin.peer.v1.CallerFrame");
const answererFrame = schemaType("tocsin.peer.v1.AnswererFrame");

const HELLO = {
  kind: "hello",
  protocol: 1,
  from: "am-0",
  incarnation: 7,
  to: "am-1",
  lane: "data",
} as Hello;

/** `write-alerts` is `writeAlerts` in the schema. */
function fieldOf(kind: string): string {
  return kind.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

describe("frames", () => {
  it.each(KINDS)("encodeRequest() and decodeCallerFrame() are inverse for %s", (kind) => {
    const pool = new StringPool();
    fc.assert(
      fc.property(requests[kind] as fc.Arbitrary<object>, fc.maxSafeNat(), (body, id) => {
        const request = { kind, body } as Parameters<typeof encodeContent>[0];
        const bytes = encodeRequest(id, kind, encodeContent(request));
        expect(decodeCallerFrame(bytes, pool)).toStrictEqual({ kind: "request", id, request });
        const seen = callerFrame.read(bytes)["request"] as Record<string, unknown>;
        expect(seen["id"] ?? 0).toBe(id);
        expectSameByName(body, seen[fieldOf(kind)]);
        // What another implementation writes is read as well.
        expect(decodeCallerFrame(callerFrame.rewrite(bytes), pool)).toStrictEqual({
          kind: "request",
          id,
          request,
        });
      }),
    );
  });

  it.each(KINDS)("encodeReply() and decodeAnswererFrame() are inverse for %s", (kind) => {
    const pool = new StringPool();
    fc.assert(
      fc.property(replies[kind] as fc.Arbitrary<object>, fc.maxSafeNat(), (reply, id) => {
        // The arbitrary of a kind makes replies of that kind.
        const answer = { kind: "reply", id, to: kind, reply };
        const bytes = encodeReply({ id, kind }, reply as Parameters<typeof encodeReply>[1]);
        expect(decodeAnswererFrame(bytes, pool)).toStrictEqual(answer);
        const seen = answererFrame.read(bytes)["reply"] as Record<string, unknown>;
        expectSameByName(reply, seen[fieldOf(kind)]);
        expect(decodeAnswererFrame(answererFrame.rewrite(bytes), pool)).toStrictEqual(answer);
      }),
    );
  });

  it("encodeCallerFrame() and decodeCallerFrame() are inverse for pings", () => {
    const pool = new StringPool();
    fc.assert(
      fc.property(ping, (one) => {
        const bytes = encodeCallerFrame({ kind: "ping", ping: one });
        expect(decodeCallerFrame(bytes, pool)).toStrictEqual({ kind: "ping", ping: one });
        expectSameByName(one, callerFrame.read(bytes)["ping"]);
      }),
    );
  });

  it("hello, cancel, welcome and failure read as they were written", () => {
    const pool = new StringPool();
    expect(decodeCallerFrame(encodeCallerFrame(HELLO), pool)).toStrictEqual(HELLO);
    expectSameByName(
      { ...HELLO, kind: undefined },
      callerFrame.read(encodeCallerFrame(HELLO))["hello"],
    );
    const cancel = { kind: "cancel", id: 12 } as const;
    expect(decodeCallerFrame(encodeCallerFrame(cancel), pool)).toStrictEqual(cancel);
    const welcome = { kind: "welcome", protocol: 1, from: HELLO.to, incarnation: 3 } as const;
    expect(decodeAnswererFrame(encodeWelcome(welcome), pool)).toStrictEqual(welcome);
    const failure = { code: "too-large", message: "no" } as const;
    const seen = decodeAnswererFrame(encodeFailure(4, failure), pool);
    expect(seen).toStrictEqual({ kind: "failure", id: 4, failure });
  });

  it("decodeAnswererFrame() takes an unknown error code for internal", () => {
    const bytes = answererFrame.write({
      reply: { id: 3, failure: { code: "tired", message: "x" } },
    });
    expect(decodeAnswererFrame(bytes, new StringPool())).toMatchObject({
      failure: { code: "internal", message: "x" },
    });
  });

  it("decodeCallerFrame() names the number of a request with a broken content", () => {
    const bytes = encodeRequest(9, "read", Uint8Array.of(0x12, 0x05, 0x01));
    const frame = decodeCallerFrame(bytes, new StringPool());
    expect(frame).toMatchObject({ kind: "broken", id: 9, error: { code: "invalid-argument" } });
  });

  it("decodeCallerFrame() calls a request of unknown kind broken", () => {
    const bytes = callerFrame.write({ request: { id: 5 } });
    expect(decodeCallerFrame(bytes, new StringPool())).toMatchObject({ kind: "broken", id: 5 });
  });

  it.each(["../../etc/passwd", "", "a/b", "."])(
    "decodeCallerFrame() refuses tenant %j",
    (tenant) => {
      const bytes = callerFrame.write({ request: { id: 1, exchange: { tenant, map: 1 } } });
      expect(decodeCallerFrame(bytes, new StringPool())).toMatchObject({
        kind: "broken",
        error: { message: expect.stringContaining(`"tenant" is no tenant's name`) as string },
      });
    },
  );

  it("decodeCallerFrame() throws an AppError for any hostile bytes, or reads them", () => {
    const pool = new StringPool();
    const valid = encodeRequest(
      1,
      "compare",
      encodeContent({ kind: "compare", body: { tenants: [] } }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (noise, framed) => {
        const bytes = framed ? encodeRequest(1, "merge", noise) : noise;
        try {
          decodeCallerFrame(bytes, pool);
          decodeAnswererFrame(bytes, pool);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect((error as AppError).code).toBe("invalid-argument");
        }
      }),
      { numRuns: 5_000 },
    );
    expect(decodeCallerFrame(valid, pool)).toMatchObject({ kind: "request" });
  });
});
