import type { InstanceId, TenantId } from "@tocsin/domain/model";
import { AppError } from "@tocsin/foundation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alert, state } from "./arbitraries.ts";
import {
  decodeJournalRecord,
  encodeJournalRecord,
  type AlertTouch,
  type JournalRecord,
} from "./journal-record.ts";
import { expectSameByName, schemaType } from "./reflection.ts";
import { StringPool } from "./string-pool.ts";

const schema = schemaType("tocsin.storage.v1.JournalEntry");

const touch: fc.Arbitrary<AlertTouch> = alert.map((one) => ({
  fpHi: one.fpHi,
  fpLo: one.fpLo,
  endsAtMs: one.endsAtMs,
  updatedAtMs: one.updatedAtMs,
  stampUs: one.stampUs,
  stampBy: one.timeout ? undefined : one.stampBy,
  prev: one.timeout ? { us: one.prevUs, by: one.prevBy } : undefined,
  keepUntilMs: one.keepUntilMs,
  timeout: one.timeout,
  sent: one.sent,
  past: one.past,
}));

const record: fc.Arbitrary<JournalRecord> = fc.record(
  {
    tenant: fc.constantFrom("team-a" as TenantId, "" as const),
    state: fc.option(state, { nil: undefined }),
    touches: fc.array(touch, { maxLength: 3 }),
    aliveMs: fc.maxSafeNat(),
  },
  { noNullPrototype: true },
);

/** The bytes of a record, to keep. */
function encoded(one: JournalRecord): Uint8Array {
  return encodeJournalRecord(one, (bytes) => Buffer.from(bytes));
}

describe("encodeJournalRecord()", () => {
  it("is read back by decodeJournalRecord() and by the schema", () => {
    const pool = new StringPool();
    fc.assert(
      fc.property(record, (one) => {
        const bytes = encoded(one);
        expect(decodeJournalRecord(bytes, pool)).toStrictEqual(one);
        expectSameByName(one, schema.read(bytes));
        expect(decodeJournalRecord(schema.rewrite(bytes), pool)).toStrictEqual(one);
      }),
    );
  });

  it("writes a re-sent alert in less than 60 bytes", () => {
    const again: AlertTouch = {
      fpHi: -5,
      fpLo: 9,
      endsAtMs: 1_700_000_300_000,
      updatedAtMs: 1_700_000_000_000,
      stampUs: 1_700_000_000_000_000,
      stampBy: undefined,
      prev: undefined,
      keepUntilMs: 1_700_002_100_000,
      timeout: false,
      sent: undefined,
      past: undefined,
    };
    const tenant = "team-a" as TenantId;
    const bytes = encoded({ tenant, state: undefined, touches: [again], aliveMs: 0 });
    expect(bytes.length).toBeLessThan(60);
  });
});

describe("decodeJournalRecord()", () => {
  const sample: JournalRecord = {
    tenant: "team-a" as TenantId,
    state: { groups: [{ id: "g", bornMs: 1, urgent: true, tickMs: 2, afterMs: 0 }] },
    touches: [],
    aliveMs: 3,
  };

  it("skips fields that it does not know, of every wire type", () => {
    const unknown = [
      [0xa0, 0x06, 0x96, 0x01], // 100, varint
      [0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8], // 100, 64 bits
      [0xa2, 0x06, 0x03, 9, 9, 9], // 100, bytes
      [0xa3, 0x06, 0x08, 0x01, 0xa4, 0x06], // 100, a group
      [0xa5, 0x06, 1, 2, 3, 4], // 100, 32 bits
      [0x0d, 1, 2, 3, 4], // field 1, but of another type
    ].flat();
    const bytes = Buffer.concat([Buffer.from(unknown), encoded(sample), Buffer.from(unknown)]);
    expect(decodeJournalRecord(bytes, new StringPool())).toStrictEqual(sample);
  });

  it("throws data-loss for hostile bytes, or reads them, and takes little memory for it", () => {
    const pool = new StringPool();
    const valid = encoded({
      ...sample,
      state: {
        log: [],
        silences: [],
        config: { version: 1, text: "x", templates: { a: "b" }, updatedAtMs: 1 },
      },
    });
    fc.assert(
      fc.property(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 8 }), (at, noise) => {
        const bytes = Buffer.from(valid);
        bytes.set(
          noise.subarray(0, Math.max(0, bytes.length - (at % bytes.length))),
          at % bytes.length,
        );
        try {
          decodeJournalRecord(bytes, pool);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect((error as AppError).code).toBe("data-loss");
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    { name: "an endless group", bytes: Array.from({ length: 5_000 }, () => 0x1b) },
    { name: "a length beyond the end", bytes: [0x12, 0xff, 0xff, 0xff, 0xff, 0x07] },
    {
      name: "a number of 70 bits",
      bytes: [0x20, ...Array.from({ length: 9 }, () => 0xff), 0x83, 0x01],
    },
    { name: "a number beyond 2^53", bytes: [0x20, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f] },
    { name: "a number cut off", bytes: [0x20, 0x80] },
    {
      name: "a field that leaves its message",
      bytes: [0x12, 0x02, 0x22, 0x05, 0x0a, 0x01, 0x61, 0x10, 0x01],
    },
    { name: "field number 0", bytes: [0x00, 0x00] },
  ])("throws data-loss for $name", ({ bytes }) => {
    expect(() => decodeJournalRecord(Uint8Array.from(bytes), new StringPool())).toThrow(AppError);
  });

  it.each([
    { name: "unsorted", names: ["b", "a"], values: ["1", "2"] },
    { name: "repeated", names: ["a", "a"], values: ["1", "2"] },
    { name: "more than values", names: ["a", "b"], values: ["1"] },
  ])("refuses label names that are $name", ({ names, values }) => {
    const stampBy = "am-0" as InstanceId;
    const bytes = schema.write({ tenant: "t", state: { alerts: [{ names, values, stampBy }] } });
    expect(() => decodeJournalRecord(bytes, new StringPool())).toThrow(/label names/);
  });

  it("shares label names, values and instances between alerts", () => {
    const pool = new StringPool();
    const one = { names: ["a", "b"], values: ["x", "y"], stampBy: "am-0" };
    const read = () =>
      decodeJournalRecord(schema.write({ tenant: "t", state: { alerts: [one] } }), pool);
    const names = read().state?.alerts?.[0]?.names;
    expect(names).toEqual(["a", "b"]);
    expect(read().state?.alerts?.[0]?.names).toBe(names);
  });
});
