import { describe, expect, test } from "vitest";
import { Ledger, type Notice } from "./ledger.ts";

const NOTICE: Notice = { tenant: "shop", alert: "DiskFull-1", status: "firing" };

describe("Ledger", () => {
  test("is content when each expected notice came once", () => {
    const ledger = new Ledger();
    ledger.expect(NOTICE);
    expect(ledger.outstandingCount).toBe(1);
    expect(ledger.arrive(NOTICE)).toBe(true);
    expect(ledger.outstandingCount).toBe(0);
    expect(ledger.verdict()).toEqual({ isGood: true, lines: ["notified once, lost nothing"] });
  });

  test.for([
    {
      name: "one that never came",
      act: (ledger: Ledger) => ledger.expect(NOTICE),
      line: "never told: DiskFull-1 of shop, firing",
    },
    {
      name: "one that came twice",
      act: (ledger: Ledger) => {
        ledger.expect(NOTICE);
        ledger.arrive(NOTICE);
        expect(ledger.arrive(NOTICE)).toBe(false);
      },
      line: "told 2 times: DiskFull-1 of shop, firing",
    },
    {
      name: "one that nobody should hear",
      act: (ledger: Ledger) => ledger.arrive(NOTICE),
      line: "told although it should not be: DiskFull-1 of shop, firing",
    },
    {
      name: "another tenant's",
      act: (ledger: Ledger) => {
        ledger.expect(NOTICE);
        ledger.arrive(NOTICE);
        ledger.arrive({ ...NOTICE, tenant: "bank" });
      },
      line: "told although it should not be: DiskFull-1 of bank, firing",
    },
    {
      name: "an acknowledged write that is gone",
      act: (ledger: Ledger) => ledger.lose("silence 7 at t2"),
      line: "lost: silence 7 at t2",
    },
  ])("names $name", ({ act, line }) => {
    const ledger = new Ledger();
    act(ledger);
    expect(ledger.verdict()).toEqual({ isGood: false, lines: [line] });
  });
});
