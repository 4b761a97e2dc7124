import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GroupKey, InstanceId, LogKey, LogRecord } from "../model/index.ts";
import { decideNotification, logExpiry, planLogWrite, receiverDataFor, takeLogs } from "./index.ts";

const HOUR_MS = 3_600_000;
const hashes = fc.uniqueArray(fc.constantFrom("a", "b", "c"));

describe("decideNotification()", () => {
  it("answers the same for lists in any order and for sets", () => {
    const sets = fc.record({ told: hashes, toldEnded: hashes, firing: hashes, resolved: hashes });
    fc.assert(
      fc.property(sets, fc.boolean(), ({ told, toldEnded, firing, resolved }, sendResolved) => {
        const entry = record({ firing: told, resolved: toldEnded });
        const rest = { sendResolved, repeatIntervalMs: HOUR_MS, nowMs: 10 };
        const listed = decideNotification(entry, { firing, resolved, ...rest });
        const asSets = decideNotification(
          { ...entry, firing: told.toReversed(), resolved: toldEnded.toReversed() },
          { firing: new Set(firing.toReversed()), resolved: new Set(resolved), ...rest },
        );
        expect(asSets).toEqual(listed);
        expect(listed.send).toBe(listed.reason !== "none");
      }),
    );
  });

  it("repeats only when strictly more than the interval has passed", () => {
    const question = { firing: ["a"], resolved: [], sendResolved: true, repeatIntervalMs: HOUR_MS };
    const entry = record({ firing: ["a"], timestampMs: 1_000 });
    const reasonAt = (nowMs: number): string =>
      decideNotification(entry, { ...question, nowMs }).reason;
    expect(reasonAt(1_000 + HOUR_MS)).toBe("none");
    expect(reasonAt(1_001 + HOUR_MS)).toBe("repeat interval elapsed");
  });
});

describe("logExpiry()", () => {
  it.each([
    { name: "twice the repeat interval", repeatIntervalMs: HOUR_MS, want: 2 * HOUR_MS },
    { name: "the retention if that is shorter", repeatIntervalMs: 4 * HOUR_MS, want: 5 * HOUR_MS },
    { name: "the retention without an interval", repeatIntervalMs: 0, want: 5 * HOUR_MS },
  ])("is $name later", ({ repeatIntervalMs, want }) => {
    expect(logExpiry(7, { retentionMs: 5 * HOUR_MS, repeatIntervalMs })).toBe(7 + want);
  });
});

describe("receiverDataFor()", () => {
  it("starts empty for a first notification and else from the last entry", () => {
    const entry = record({ receiverData: { ts: { kind: "text", text: "1.2" } } });
    expect(receiverDataFor("first notification", entry)).toEqual({});
    expect(receiverDataFor("new alerts added", entry)).toBe(entry.receiverData);
    expect(receiverDataFor("new alerts added", undefined)).toEqual({});
  });
});

describe("planLogWrite()", () => {
  it.each([
    { name: "none", stored: undefined, want: "stored" },
    { name: "an older one", stored: 4, want: "stored" },
    { name: "one of the same instant", stored: 5, want: "only-broadcast" },
    { name: "one from the future", stored: 6, want: "ignored" },
  ])("is $want when there is $name", ({ stored, want }) => {
    const before = stored === undefined ? undefined : record({ timestampMs: stored });
    expect(planLogWrite(before, record({ timestampMs: 5 }))).toBe(want);
  });
});

describe("takeLogs()", () => {
  it("takes the last of a key in a message, later than the local one and not expired", () => {
    const local = new Map([["k", record({ timestampMs: 5 })]]);
    const message = (timestampMs: number, keepUntilMs = 100): LogRecord =>
      record({ timestampMs, keepUntilMs });
    expect(takeLogs(local, [message(9), message(6)], 50)).toMatchObject([{ timestampMs: 6 }]);
    expect(takeLogs(local, [message(9), message(4)], 50)).toEqual([]);
    expect(takeLogs(local, [message(5)], 50)).toEqual([]);
    expect(takeLogs(local, [message(9, 49)], 50)).toEqual([]);
    expect(takeLogs(local, [message(9, 50)], 50)).toHaveLength(1);
  });
});

function record(fields: Partial<LogRecord>): LogRecord {
  return {
    key: "k" as LogKey,
    groupKey: "{}:{}" as GroupKey,
    receiver: "hub",
    integration: "webhook",
    index: 0,
    firing: [],
    resolved: [],
    timestampMs: 0,
    tickMs: 0,
    receiverData: {},
    versionUs: 0,
    versionBy: "am-1" as InstanceId,
    keepUntilMs: 0,
    ...fields,
  };
}
