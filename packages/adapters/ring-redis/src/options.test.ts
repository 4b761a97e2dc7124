import { describe, expect, it } from "vitest";
import { describeRedis, parseRedisUrl } from "./options.ts";

describe("parseRedisUrl()", () => {
  it("fills in the port, the database and the prefix", () => {
    expect(parseRedisUrl("redis://cache")).toEqual({
      host: "cache",
      port: 6379,
      tls: false,
      username: undefined,
      password: undefined,
      database: 0,
      prefix: "tocsin:",
      callTimeoutMs: 1_000,
    });
  });

  it("reads every part", () => {
    const options = parseRedisUrl("rediss://ops:p%40ss%3Aword@[::1]:7000/3?prefix=am%7Bx%7D:");
    expect(options).toMatchObject({
      host: "::1",
      port: 7_000,
      tls: true,
      username: "ops",
      password: "p@ss:word",
      database: 3,
      prefix: "am{x}:",
    });
    expect(describeRedis(options)).toBe("rediss://[::1]:7000/3");
  });

  const refusals = [
    { name: "no URL", text: "hunter2", why: "not a URL" },
    { name: "another scheme", text: "http://:hunter2@cache", why: 'scheme "http"' },
    { name: "no host", text: "redis://", why: "host is missing" },
    { name: "a database that is no number", text: "redis://:hunter2@cache/x", why: "database" },
    { name: "an unknown parameter", text: "redis://:hunter2@cache?tls=1", why: '"tls" is unknown' },
    { name: "a broken escape", text: "redis://:hunter2%zz@cache", why: "percent-encoded" },
  ];
  it.for(refusals)("refuses $name without repeating a secret", ({ text, why }) => {
    expect(() => parseRedisUrl(text)).toThrow(why);
    expect(() => parseRedisUrl(text)).toThrow(/^((?!hunter2).)*$/);
  });
});
