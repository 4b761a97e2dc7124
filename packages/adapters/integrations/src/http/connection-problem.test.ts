import { describe, expect, it } from "vitest";
import { connectionProblem } from "./connection-problem.ts";

function fault(parts: Readonly<Record<string, unknown>>): Error {
  return Object.assign(new Error("as Node.js says"), parts);
}

describe("connectionProblem()", () => {
  const cases = [
    {
      parts: { code: "ECONNREFUSED", address: "127.0.0.1", port: 9 },
      wanted: "dial tcp 127.0.0.1:9: connect: connection refused",
    },
    {
      parts: { code: "ENETUNREACH", address: "::1", port: 9 },
      wanted: "dial tcp [::1]:9: connect: network is unreachable",
    },
    {
      parts: { code: "ENOTFOUND", hostname: "am.test" },
      wanted: "dial tcp: lookup am.test: no such host",
    },
    { parts: { code: "EPROTO" }, wanted: "as Node.js says" },
    { parts: { code: "ETIMEDOUT" }, wanted: "as Node.js says" },
  ];
  it.for(cases)("of $parts.code is $wanted", ({ parts, wanted }) => {
    expect(connectionProblem(fault(parts))).toBe(wanted);
  });

  it("of several addresses is that of the first", () => {
    const first = fault({ code: "ECONNREFUSED", address: "::1", port: 9 });
    const all = new AggregateError([first, fault({})], "");
    expect(connectionProblem(all)).toBe("dial tcp [::1]:9: connect: connection refused");
  });
});
