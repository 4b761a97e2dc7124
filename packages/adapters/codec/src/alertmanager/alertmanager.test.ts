import { logKey } from "@tocsin/domain/route";
import type { LogRecord, SilenceRecord } from "@tocsin/domain/model";
import { AppError } from "@tocsin/foundation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logEntry, silence } from "../arbitraries.ts";
import { schemaType } from "../reflection.ts";
import { encode } from "../wire.ts";
import {
  decodeLogLines,
  decodeSilenceLines,
  encodeLogLine,
  encodeSilenceLine,
  type BrokenSilence,
} from "./index.ts";

const silenceSchema = schemaType("alertmanager.data.v1.SilenceEntry");
const logSchema = schemaType("alertmanager.data.v1.LogEntry");

const time = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 });
const stamped = fc.record({ shown: time, other: time, third: time, kept: time });

/** Silences as a file brings them: what it has no place for follows from the rest. */
const fileSilence: fc.Arbitrary<SilenceRecord> = fc
  .tuple(silence, stamped)
  .map(([any, { shown, other, third, kept }]) => ({
    ...any,
    startsAtMs: third,
    endsAtMs: other,
    updatedAtMs: shown,
    expiredOnRequest: other <= shown,
    stampUs: Math.max(0, shown * 1_000),
    stampBy: "alertmanager" as SilenceRecord["stampBy"],
    keepUntilMs: kept,
  }));

const fileLogEntry: fc.Arbitrary<LogRecord> = fc
  .tuple(logEntry, stamped, fc.nat())
  .map(([any, { shown, kept }, index]) => ({
    ...any,
    index,
    key: logKey({ ...any, index }),
    firing: [...new Set(any.firing)].toSorted(),
    resolved: [...new Set(any.resolved)].toSorted(),
    timestampMs: shown,
    tickMs: shown,
    versionUs: Math.max(0, shown * 1_000),
    versionBy: "alertmanager" as LogRecord["versionBy"],
    keepUntilMs: kept,
  }));

function fileOf(lines: readonly Uint8Array[]): Buffer {
  return Buffer.concat(lines);
}

/** A message of the schema behind its length. */
function lineOf(bytes: Uint8Array): Uint8Array {
  return encode((writer) => writer.bytes(bytes));
}

/** What follows the length of a line. */
function bodyOf(line: Uint8Array): Uint8Array {
  const size = line.findIndex((byte) => byte < 128) + 1;
  return line.subarray(size);
}

const kinds = [
  {
    name: "silences",
    record: fileSilence as fc.Arbitrary<unknown>,
    write: (record: unknown) => encodeSilenceLine(record as SilenceRecord),
    read: ((file) => decodeSilenceLines(file, () => {})) as (file: Uint8Array) => Iterable<unknown>,
    schema: silenceSchema,
  },
  {
    name: "nflog",
    record: fileLogEntry as fc.Arbitrary<unknown>,
    write: (record: unknown) => encodeLogLine(record as LogRecord),
    read: decodeLogLines as (file: Uint8Array) => Iterable<unknown>,
    schema: logSchema,
  },
];

describe.each(kinds)("lines of $name", ({ record, write, read, schema }) => {
  it("come back as they were written", () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 4 }), (records) => {
        expect([...read(fileOf(records.map(write)))]).toEqual(records);
      }),
    );
  });

  it("are the same after another implementation has read and written them by the schema", () => {
    fc.assert(
      fc.property(record, (one) => {
        const rewritten = lineOf(schema.rewrite(bodyOf(write(one))));
        expect([...read(rewritten)]).toEqual([one]);
      }),
    );
  });

  it("that are cut off or changed anywhere are read or refused with their place, never worse", () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 3 }),
        fc.record({ place: fc.nat(), byte: fc.nat({ max: 255 }), isCut: fc.boolean() }),
        (records, { place, byte, isCut }) => {
          const file = fileOf(records.map(write));
          const at = place % file.length;
          const bad = isCut ? file.subarray(0, at) : Buffer.from(file).fill(byte, at, at + 1);
          try {
            expect([...read(bad)].length).toBeLessThanOrEqual(bad.length);
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
            expect((error as AppError).code).toBe("data-loss");
            expect((error as AppError).message).toMatch(/^Cannot decode the entry at byte \d+ of /);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("of random bytes are read or refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          for (const one of read(bytes)) expect(one).toBeDefined();
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

const TIME = { seconds: 1_780_000_000, nanos: 123_456_789 };
const TIME_MS = 1_780_000_000_123;

function only<T>(all: Iterable<T>): T {
  const [first, ...more] = all;
  expect(more).toEqual([]);
  return first as T;
}

describe("decodeSilenceLines()", () => {
  const read = (value: object): SilenceRecord =>
    only(
      decodeSilenceLines(
        lineOf(silenceSchema.write({ silence: { id: "s", ...value }, expiresAt: TIME })),
        () => expect.unreachable(),
      ),
    );

  it("takes `matchers` for the only set when there are no sets, as old releases write", () => {
    const matchers = [{ type: 2, name: "a", pattern: "b" }];
    const { matcherSets, keepUntilMs } = read({ matchers, startsAt: TIME, endsAt: TIME });
    expect(matcherSets).toEqual([[{ type: "!=", name: "a", value: "b" }]]);
    expect(keepUntilMs).toBe(TIME_MS);
  });

  it("takes the sets alone when there are some, as `matchers` repeats the first", () => {
    const set = (name: string): object => ({ matchers: [{ name, pattern: "1" }] });
    const value = { matcherSets: [set("a"), set("b")], matchers: [{ name: "a", pattern: "1" }] };
    expect(read(value).matcherSets.map(([first]) => first?.name)).toEqual(["a", "b"]);
  });

  it("takes author and comment from the first remark, as very old releases wrote", () => {
    const comments = [
      { author: "ann", comment: "x" },
      { author: "bob", comment: "y" },
    ];
    expect(read({ comments, createdBy: "", comment: "" })).toMatchObject({
      createdBy: "ann",
      comment: "x",
    });
  });

  it("reads an end that had come when it was written as one that was asked for", () => {
    expect(read({ endsAt: TIME, updatedAt: TIME }).expiredOnRequest).toBe(true);
    const later = { seconds: TIME.seconds + 60 };
    expect(read({ endsAt: later, updatedAt: TIME }).expiredOnRequest).toBe(false);
  });

  it("refuses a line without a silence and one without an ID", () => {
    const lines = decodeSilenceLines(lineOf(new Uint8Array()), () => {});
    expect(() => [...lines]).toThrow('"silence" is missing');
    expect(() => read({ id: "" })).toThrow('"id" is missing');
  });

  it("leaves out what has a matcher of no known type, says so, and reads on", () => {
    const entry = (id: string, ...types: readonly number[]): Uint8Array => {
      const matchers = types.map((type) => ({ type, name: "a", pattern: "b" }));
      return lineOf(silenceSchema.write({ silence: { id, matcherSets: [{ matchers }] } }));
    };
    const broken: BrokenSilence[] = [];
    const file = fileOf([entry("one", 0), entry("two", 1, 9), entry("three", 3)]);
    const read = [...decodeSilenceLines(file, (one) => void broken.push(one))];
    expect(read.map(({ id }) => id)).toEqual(["one", "three"]);
    expect(broken).toEqual([{ id: "two", problem: "a matcher has no known type" }]);
  });

  it("refuses a text that is not valid UTF-8, with its place, and takes U+FFFD", () => {
    expect(read({ comment: "\ufffd" }).comment).toBe("\ufffd");
    const line = lineOf(silenceSchema.write({ silence: { id: "s", comment: "é" } }));
    const bytes = Buffer.from(line);
    bytes[bytes.indexOf(0xa9)] = 0x20;
    const lines = decodeSilenceLines(fileOf([line, bytes]), () => {});
    expect(() => [...lines]).toThrow(
      `the entry at byte ${line.length} of ${2 * line.length} bytes: a text is not valid UTF-8`,
    );
  });

  it("refuses a time that no date has", () => {
    expect(() => read({ endsAt: { seconds: 9e15 } })).toThrow("a time of 9000000000000000 s");
  });
});

describe("decodeLogLines()", () => {
  it("reads hashes one by one like packed ones, once each and in order", () => {
    // Fields 6 (packed: ff ff 01) and 6 again, one by one: 2^64 - 1 and 5.
    const firing = Buffer.from("3203ffff0130ffffffffffffffffff013005", "hex");
    const receiver = Buffer.from("1200", "hex");
    const told = Buffer.concat([receiver, firing, firing]);
    const entry = Buffer.concat([Buffer.from([0x0a, told.length]), told]);
    expect(only(decodeLogLines(lineOf(entry))).firing).toEqual([
      "0000000000000005",
      "0000000000007fff",
      "ffffffffffffffff",
    ]);
  });

  it("refuses an entry without receiver", () => {
    const entry = logSchema.write({ told: { timestamp: TIME } });
    expect(() => [...decodeLogLines(lineOf(entry))]).toThrow('"receiver" is missing');
  });
});
