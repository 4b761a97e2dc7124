import type { AlertRecord, InstanceId, TenantId } from "@tocsin/domain/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alertRecord } from "./testing.ts";
import { TouchBook } from "./touch-book.ts";

/** Few alerts with few contents, so that many are the same again, or the same but for one thing. */
const alert: fc.Arbitrary<AlertRecord> = fc
  .record({
    n: fc.integer({ min: 1, max: 3 }),
    annotations: fc.constantFrom("{}", `{"a":"b"}`),
    values: fc.constantFrom(["a", "b", "c"], ["a", "b", "d"]),
    sent: fc.constantFrom(
      undefined,
      { startSubNs: 1, startOffsetMin: 0, endSubNs: 2, endOffsetMin: 60 },
      { startSubNs: 1, startOffsetMin: 0, endSubNs: 3, endOffsetMin: 60 },
    ),
    past: fc.constantFrom(
      undefined,
      { endUs: 5, endBy: "am-1" as InstanceId, endedAtMs: 1, other: undefined },
      {
        endUs: 0,
        endBy: "" as const,
        endedAtMs: 0,
        other: { startsAtMs: 3, endsAtMs: 4, sent: undefined },
      },
    ),
    startsAtMs: fc.constantFrom(1, 2),
    stampUs: fc.nat(3),
    stampBy: fc.constantFrom("am-0", "am-1").map((id) => id as InstanceId),
    prevUs: fc.nat(3),
    endsAtMs: fc.nat(),
    timeout: fc.boolean(),
  })
  .map(({ n, ...fields }) => alertRecord(n, fields));

const tenant = fc.constantFrom("a", "b").map((name) => name as TenantId);
const batches = fc.array(fc.tuple(tenant, fc.array(alert, { maxLength: 6 })), { maxLength: 8 });

describe("TouchBook", () => {
  it("expand() gives back exactly what shorten() took, alert by alert in order of time", () => {
    fc.assert(
      fc.property(batches, (all) => {
        const writer = new TouchBook();
        const reader = new TouchBook();
        for (const [owner, alerts] of all) {
          const read: AlertRecord[] = [];
          for (const part of writer.shorten(owner, alerts)) {
            for (const full of part.full) reader.learn(owner, full);
            read.push(...part.full);
            for (const touch of part.touches) {
              const expanded = reader.expand(owner, touch);
              expect(expanded).toBeDefined();
              if (expanded !== undefined) read.push(expanded);
            }
          }
          // Within a batch alerts may change places; of one alert the order stays.
          const ofOne = (list: readonly AlertRecord[], n: number) =>
            list.filter((one) => one.fpLo === n);
          for (const n of new Set(alerts.map((one) => one.fpLo))) {
            expect(ofOne(read, n)).toEqual(ofOne(alerts, n));
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("shorten() touches an alert that is sent again, and not after clear()", () => {
    const book = new TouchBook();
    const owner = "a" as TenantId;
    expect(book.shorten(owner, [alertRecord(1)])[0]?.full).toHaveLength(1);
    expect(book.shorten(owner, [alertRecord(1)])[0]?.touches).toHaveLength(1);
    expect(book.shorten("b" as TenantId, [alertRecord(1)])[0]?.full).toHaveLength(1);
    book.clear();
    expect(book.shorten(owner, [alertRecord(1)])[0]?.full).toHaveLength(1);
  });

  it("expand() knows no alert without its base", () => {
    const book = new TouchBook();
    const owner = "a" as TenantId;
    book.shorten(owner, [alertRecord(1)]);
    const touch = book.shorten(owner, [alertRecord(1)])[0]?.touches[0];
    expect(touch).toBeDefined();
    if (touch !== undefined) expect(new TouchBook().expand(owner, touch)).toBeUndefined();
  });
});
