import { describe, expect, it } from "vitest";
import { AppError } from "@tocsin/foundation";
import { resultOfStatus, unreadable } from "./failure.ts";

describe("resultOfStatus()", () => {
  const cases = [
    { status: 200, kind: "accepted" },
    { status: 299, kind: "accepted" },
    { status: 304, kind: "refused", reason: "other" },
    { status: 400, kind: "refused", reason: "clientError" },
    { status: 401, kind: "refused", reason: "authError" },
    { status: 403, kind: "refused", reason: "authError" },
    { status: 429, kind: "refused", reason: "rateLimited" },
    { status: 500, kind: "retry", reason: "serverError" },
    { status: 599, kind: "retry", reason: "serverError" },
    { status: 600, kind: "refused", reason: "other" },
  ];
  it.for(cases)("makes $kind of $status", ({ status, kind, reason }) => {
    const result = resultOfStatus({ status, body: "" });
    expect(result).toMatchObject({ kind, ...(reason === undefined ? {} : { reason }) });
  });

  it("tries again what an integration says is worth it", () => {
    const result = resultOfStatus({ status: 429, body: "slow down" }, { retryStatuses: [429] });
    expect(result).toEqual({
      kind: "retry",
      error: "unexpected status code 429: slow down",
      reason: "rateLimited",
    });
  });
});

describe("unreadable()", () => {
  it("is final, unless the disk hangs", () => {
    const error = "read url_file: open a: no such file or directory";
    expect(unreadable("url_file", new Error("open a: no such file or directory"))).toEqual({
      kind: "refused",
      error,
      reason: "other",
    });
    const hanging = new AppError("deadline-exceeded", 'Cannot read "a": it took longer than 1 ms');
    expect(unreadable("url_file", hanging)).toMatchObject({ kind: "retry" });
  });
});
