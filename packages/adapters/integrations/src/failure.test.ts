import { describe, expect, it } from "vitest";
import { resultOfStatus } from "./failure.ts";

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
