import { describe, expect, it } from "vitest";
import { AppError, AssertionError, ERROR_TRAITS, assert, unreachable } from "./index.ts";

describe("AppError", () => {
  it("reads status, family and whether to try again from its code", () => {
    const error = new AppError("rate-limited", "Alerts refused: 10 a second allowed");
    expect(error).toMatchObject({
      name: "AppError",
      message: "Alerts refused: 10 a second allowed",
      httpStatus: 429,
      retryable: true,
      family: "client",
      details: {},
    });
    expect(error).not.toHaveProperty("cause");
  });

  it("keeps its cause and details", () => {
    const cause = new Error("connection reset");
    const error = new AppError("unavailable", "x", { cause, details: { tenant: "a" } });
    expect(error.cause).toBe(cause);
    expect(error.details).toEqual({ tenant: "a" });
  });
});

describe("AppError.from()", () => {
  it("hands an AppError on as it is", () => {
    const error = new AppError("conflict", "x");
    expect(AppError.from(error, "internal")).toBe(error);
  });

  it.each([
    { name: "an error", thrown: new Error("broke"), code: "internal", message: "broke" },
    { name: "a text", thrown: "broke", code: "internal", message: "broke" },
    { name: "nothing", thrown: undefined, code: "internal", message: "undefined" },
    {
      name: "an abort",
      thrown: new DOMException("stopped", "AbortError"),
      code: "aborted",
      message: "stopped",
    },
  ])("makes one of $name and keeps what was thrown", ({ thrown, code, message }) => {
    const error = AppError.from(thrown);
    expect(error).toMatchObject({ code, message });
    expect(error.cause).toBe(thrown);
  });

  it("uses the given code for what says nothing of itself", () => {
    expect(AppError.from(new Error("x"), "unavailable").code).toBe("unavailable");
  });
});

describe("ERROR_TRAITS", () => {
  it("calls 4xx the client's fault and 5xx the server's", () => {
    for (const [code, { http, family }] of Object.entries(ERROR_TRAITS)) {
      expect({ code, family }).toEqual({ code, family: http < 500 ? "client" : "server" });
    }
  });

  it("has nothing retryable among client errors but the rate limit", () => {
    const codes = Object.entries(ERROR_TRAITS).filter(
      ([, traits]) => traits.retryable && traits.family === "client",
    );
    expect(codes.map(([code]) => code)).toEqual(["rate-limited"]);
  });
});

describe("assert()", () => {
  it("lets what holds pass and throws an AssertionError otherwise", () => {
    expect(() => assert(true, "x")).not.toThrow();
    expect(() => assert(0, "a count is positive")).toThrow(
      new AssertionError("a count is positive"),
    );
  });
});

describe("unreachable()", () => {
  it("names the value that should not be", () => {
    expect(() => unreachable("odd" as never)).toThrow('Unexpected value: "odd"');
  });
});
