import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type {
  AlertRecord,
  ConfigRecord,
  GroupRecord,
  InstanceId,
  LogRecord,
  SilenceRecord,
} from "../model/index.ts";
import {
  addDigest,
  EMPTY_DIGEST,
  hashAlertRecord,
  hashConfigRecord,
  hashGroupRecord,
  hashLogRecord,
  hashSilenceRecord,
  isForgettable,
  isStrangeEnd,
  isTombstone,
  mergeGroupClocks,
  newerAlert,
  newerConfig,
  newerLogEntry,
  newerSilence,
  type RecordHash,
  sameDigest,
  shrinkSilence,
  subtractDigest,
} from "./index.ts";
import { withEnd } from "./alert-past.ts";

/** Few values each, so that ties and repetitions are common. */
// Branded texts are built nowhere else than at the edges: a test may cast.
const instance = fc.constantFrom("a", "b") as fc.Arbitrary<InstanceId>;
const instanceOrNone = fc.constantFrom("", "a", "b") as fc.Arbitrary<InstanceId | "">;
const stampUs = fc.integer({ min: 1, max: 3 });
const atMs = fc.integer({ min: 0, max: 4 }).map((step) => step * 60_000);
const word = fc.constantFrom("", "x", "y");

const sentTimes = fc.constantFrom(
  undefined,
  { startSubNs: 0, startOffsetMin: 0, endSubNs: 0, endOffsetMin: 0 },
  { startSubNs: 5, startOffsetMin: 60, endSubNs: 0, endOffsetMin: 60 },
);

const MINUTE_US = 60_000_000;
/** Writes of one alert in minutes: two episodes with their ends, the second told twice, and the next. */
const POSTS = [
  { at: 1, start: 1, end: 4 },
  { at: 2, start: 1, end: 2 },
  { at: 3, start: 3, end: 6 },
  { at: 4, start: 3, end: 4 },
  { at: 5, start: 3, end: 5 },
  { at: 6, start: 6, end: 9 },
] as const;

/** One of the writes, and what some owner may have made of it: whatever it knew, what was posted is the same. */
const alertRecords: fc.Arbitrary<AlertRecord> = fc
  .record({
    post: fc.constantFrom(...POSTS),
    by: instance,
    start: fc.integer({ min: 0, max: 6 }),
    joinedEnd: fc.boolean(),
    known: fc.constantFrom(undefined, ...POSTS),
    annotations: fc.constantFrom("{}", '{"summary":"s"}'),
    generatorUrl: word,
    sent: sentTimes,
    updatedAtMs: atMs,
    timeout: fc.boolean(),
    prevUs: fc.integer({ min: 0, max: 2 }),
    prevBy: instanceOrNone,
    keepUntilMs: atMs,
  })
  .map(({ post, by, start, joinedEnd, known, sent, ...rest }) => {
    const times = { startsAtMs: post.start * 60_000, endsAtMs: post.end * 60_000, sent: undefined };
    const isJoined = start < post.start;
    const joined = {
      startsAtMs: Math.min(start, post.start) * 60_000,
      endsAtMs: (joinedEnd ? post.end + 1 : post.end) * 60_000,
      sent,
    };
    const other = { endUs: 0, endBy: "" as const, endedAtMs: 0, other: times };
    const record: AlertRecord = {
      names: ["alertname"],
      values: ["Up"],
      fpHi: -1,
      fpLo: 7,
      stampUs: post.at * MINUTE_US,
      stampBy: by,
      ...rest,
      ...(isJoined ? { ...joined, past: other } : { ...times, past: undefined }),
    };
    if (known === undefined || known.end > post.start || known.at >= post.at) return record;
    const end = { endUs: known.at * MINUTE_US, endBy: by, endedAtMs: known.end * 60_000 };
    return withEnd(record, end);
  });

const silenceRecords: fc.Arbitrary<SilenceRecord> = fc.record({
  id: fc.constant("id"),
  matcherSets: fc.constantFrom<SilenceRecord["matcherSets"][]>(
    [],
    [[{ type: "=", name: "job", value: "x" }]],
    [[{ type: "=~", name: "job", value: "x" }]],
  ),
  startsAtMs: atMs,
  endsAtMs: atMs,
  updatedAtMs: atMs,
  createdBy: word,
  comment: word,
  annotations: fc.constantFrom({}, { k: "v" }),
  expiredOnRequest: fc.boolean(),
  stampUs,
  stampBy: instance,
  keepUntilMs: atMs,
});

const logRecords: fc.Arbitrary<LogRecord> = fc.record({
  key: fc.constant("key" as LogRecord["key"]),
  groupKey: fc.constant("{}:{}" as LogRecord["groupKey"]),
  receiver: fc.constant("team"),
  integration: fc.constant("webhook"),
  index: fc.constant(0),
  firing: fc.constantFrom([], ["aa"], ["aa", "bb"]),
  resolved: fc.constantFrom([], ["cc"]),
  timestampMs: atMs,
  tickMs: atMs,
  receiverData: fc.constantFrom<LogRecord["receiverData"][]>(
    {},
    { ts: { kind: "text", text: "1" } },
    { ts: { kind: "int", int: 1 } },
    { ts: { kind: "double", double: 1 } },
  ),
  versionUs: stampUs,
  versionBy: instance,
  keepUntilMs: atMs,
});

const groupRecords: fc.Arbitrary<GroupRecord> = fc.record({
  id: fc.constant("{}/0:{}"),
  bornMs: atMs,
  urgent: fc.boolean(),
  tickMs: atMs,
  afterMs: atMs,
});

const configRecords: fc.Arbitrary<ConfigRecord> = fc.record({
  version: fc.integer({ min: 1, max: 2 }),
  text: fc.constantFrom(undefined, "", "route: {}"),
  templates: fc.constantFrom({}, { a: "x" }),
  updatedAtMs: atMs,
});

interface Merge<R> {
  readonly name: string;
  readonly records: fc.Arbitrary<R>;
  readonly merge: (left: R, right: R) => R;
  readonly hash: (record: R) => RecordHash;
}

/** The laws compare by hash, as owners do: what has one hash is one record to them. */
function describeLaws<R>({ name, records, merge, hash }: Merge<R>): void {
  describe(name, () => {
    it("is commutative", () => {
      fc.assert(
        fc.property(records, records, (a, b) => {
          expect(hash(merge(a, b))).toEqual(hash(merge(b, a)));
        }),
        { numRuns: 3_000 },
      );
    });

    it("is associative", () => {
      fc.assert(
        fc.property(records, records, records, (a, b, c) => {
          expect(hash(merge(merge(a, b), c))).toEqual(hash(merge(a, merge(b, c))));
        }),
        { numRuns: 3_000 },
      );
    });

    it("is idempotent and returns the known record itself when nothing is new", () => {
      fc.assert(
        fc.property(records, records, (a, b) => {
          const merged = merge(a, b);
          expect(merge(merged, a)).toBe(merged);
          expect(merge(merged, b)).toBe(merged);
        }),
        { numRuns: 3_000 },
      );
    });

    it("gives equal hashes to equal records only", () => {
      fc.assert(
        fc.property(records, records, (a, b) => {
          const same = hash(a).hi === hash(b).hi && hash(a).lo === hash(b).lo;
          if (same) expect(normalized(a)).toEqual(normalized(b));
          else expect(normalized(a)).not.toEqual(normalized(b));
        }),
        { numRuns: 3_000 },
      );
    });
  });
}

/** Zero parts of a second and zero zones are what a sender of whole milliseconds in UTC leaves out. */
function normalized(record: unknown): unknown {
  return JSON.parse(
    JSON.stringify(record, (key, value: unknown) =>
      key === "sent" && JSON.stringify(value)?.match(/[1-9]/) === null ? undefined : value,
    ),
  );
}

describeLaws({
  name: "newerAlert()",
  records: alertRecords,
  merge: newerAlert,
  hash: hashAlertRecord,
});
describeLaws({
  name: "newerSilence()",
  records: silenceRecords,
  merge: newerSilence,
  hash: hashSilenceRecord,
});
describeLaws({
  name: "newerLogEntry()",
  records: logRecords,
  merge: newerLogEntry,
  hash: hashLogRecord,
});
describeLaws({
  name: "mergeGroupClocks()",
  records: groupRecords,
  merge: mergeGroupClocks,
  hash: hashGroupRecord,
});
describeLaws({
  name: "newerConfig()",
  records: configRecords,
  merge: newerConfig,
  hash: hashConfigRecord,
});

function sample<R>(records: fc.Arbitrary<R>): R {
  return fc.sample(records, { numRuns: 1, seed: 1 })[0]!;
}

describe("newerAlert()", () => {
  const base = sample(alertRecords);

  it("takes the later stamp even when it ends earlier", () => {
    const old = { ...base, past: undefined, stampUs: 1, endsAtMs: 9_000 };
    const end = { ...base, past: undefined, stampUs: 2, endsAtMs: 1_000 };
    expect(newerAlert(old, end).endsAtMs).toBe(1_000);
  });

  it("takes, of one write, the result that replaced the later predecessor (A11)", () => {
    const knewTheEnd = { ...base, past: undefined, prevUs: 2, startsAtMs: 60_000 };
    const missedTheEnd = { ...base, past: undefined, prevUs: 1, startsAtMs: 0 };
    expect(newerAlert(missedTheEnd, knewTheEnd).startsAtMs).toBe(60_000);
  });

  it("keeps the longest keepUntil whoever wins (A9)", () => {
    const old = { ...base, stampUs: 1, keepUntilMs: 90_000 };
    const end = { ...base, stampUs: 2, keepUntilMs: 10_000 };
    expect(newerAlert(old, end)).toMatchObject({ stampUs: 2, keepUntilMs: 90_000 });
  });
});

describe("newerSilence()", () => {
  const base = {
    ...sample(silenceRecords),
    matcherSets: [[{ type: "=" as const, name: "job", value: "x" }]],
    expiredOnRequest: false,
  };

  it("keeps an end on request against a later update (A8)", () => {
    const expired = { ...base, stampUs: 1, expiredOnRequest: true };
    const updated = { ...base, stampUs: 9, comment: "longer" };
    expect(newerSilence(updated, expired).expiredOnRequest).toBe(true);
  });

  it("keeps a tombstone against the record it was made of, not against a later write", () => {
    const tombstone = shrinkSilence(base);
    expect(isTombstone(newerSilence(base, tombstone))).toBe(true);
    expect(isTombstone(newerSilence(tombstone, { ...base, stampUs: base.stampUs + 1 }))).toBe(
      false,
    );
  });
});

describe("mergeGroupClocks()", () => {
  it("takes the urgency of the earlier birth", () => {
    const early = { id: "g", bornMs: 1, urgent: false, tickMs: 0, afterMs: 0 };
    const late = { id: "g", bornMs: 2, urgent: true, tickMs: 50, afterMs: 0 };
    const merged = { id: "g", bornMs: 1, urgent: false, tickMs: 50, afterMs: 0 };
    expect(mergeGroupClocks(late, early)).toEqual(merged);
  });

  it("takes the birth of the later life, and no tick back", () => {
    const former = { id: "g", bornMs: 1, urgent: true, tickMs: 50, afterMs: 0 };
    const present = { id: "g", bornMs: 60, urgent: false, tickMs: 40, afterMs: 40 };
    expect(mergeGroupClocks(former, present)).toEqual({ ...present, tickMs: 50 });
    expect(mergeGroupClocks(present, former)).toEqual({ ...present, tickMs: 50 });
  });
});

describe("digests", () => {
  it("are equal for equal sets of records in any order, and empty after taking all out", () => {
    fc.assert(
      fc.property(fc.array(alertRecords), (records) => {
        const hashes = records.map(hashAlertRecord);
        const forth = hashes.reduce(addDigest, EMPTY_DIGEST);
        const back = hashes.toReversed().reduce(addDigest, EMPTY_DIGEST);
        expect(sameDigest(forth, back)).toBe(true);
        expect(hashes.reduce(subtractDigest, forth)).toEqual(EMPTY_DIGEST);
      }),
    );
  });

  it("stay unsigned 32-bit numbers", () => {
    const top = { hi: 0xffffffff, lo: 0xffffffff };
    expect(addDigest(addDigest(EMPTY_DIGEST, top), top)).toEqual({
      hi: 0xfffffffe,
      lo: 0xfffffffe,
      count: 2,
    });
  });
});

describe("admission", () => {
  it("isForgettable() is true from keepUntil on", () => {
    expect(isForgettable({ keepUntilMs: 100 }, 99)).toBe(false);
    expect(isForgettable({ keepUntilMs: 100 }, 100)).toBe(true);
  });

  it("isStrangeEnd() is true 15 minutes after the end", () => {
    const record = { ...sample(alertRecords), endsAtMs: 0 };
    expect(isStrangeEnd(record, 15 * 60_000 - 1)).toBe(false);
    expect(isStrangeEnd(record, 15 * 60_000)).toBe(true);
  });
});
