import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { atOnce } from "@tocsin/foundation";
import { compileMatchers, matchesAll } from "../matcher/index.ts";
import {
  labelSetFromRecord,
  type InstanceId,
  type MatcherSpec,
  type SilenceRecord,
} from "../model/index.ts";
import {
  judgedAtMs,
  planSilenceExpire,
  planSilenceWrite,
  SilenceIndex,
  silenceSizeBytes,
  silenceState,
  validateSilence,
  validateSilenceTimes,
  type KnownMatching,
  type SilenceRequest,
  type SilenceWriteOptions,
} from "./index.ts";

const RETENTION_MS = 5_000;
const A_IS_B: MatcherSpec = { type: "=", name: "a", value: "b" };
const word = fc.constantFrom("", "a", "b");
const spec: fc.Arbitrary<MatcherSpec> = fc.record({
  type: fc.constantFrom("=" as const, "!=" as const, "=~" as const, "!~" as const),
  name: fc.constantFrom("x", "y"),
  value: fc.oneof(word, fc.constantFrom("a|b", "(", ".+")),
});
const change = fc.record({
  id: fc.constantFrom("s1", "s2", "s3", "s4", "s5"),
  matcherSets: fc.array(fc.array(spec, { maxLength: 3 }), { maxLength: 2 }),
  endsAtMs: fc.integer({ min: 0, max: 20 }),
  isDeletion: fc.boolean(),
});

describe("SilenceIndex", () => {
  it("mutes what asking every silence mutes, after any changes", () => {
    const labels = fc.dictionary(fc.constantFrom("x", "y"), word).map(labelSetFromRecord);
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), labels, (changes, set) => {
        const index = new SilenceIndex();
        const plain = new Map<string, SilenceRecord>();
        const answers: KnownMatching[] = [{ version: -1, ids: [] }];
        for (const { isDeletion, ...fields } of changes) {
          const before = index.matching(set);
          const { version } = index;
          answers.push({ version, ids: before });
          if (isDeletion) {
            expect(index.delete(fields.id)).toBe(plain.delete(fields.id));
          } else {
            index.set(record(fields));
            plain.set(fields.id, record(fields));
          }
          if (index.version === version) expect(index.matching(set)).toEqual(before);
        }
        const matching = [...plain.values()].filter((silence) => scan(silence, set));
        expect(index.matching(set)).toEqual(matching.map(({ id }) => id).sort());
        for (const known of answers) {
          expect(index.matchingSince(set, known)).toEqual(index.matching(set));
          expect(atOnce(index.matchingSinceSteps(set, known))).toEqual(index.matching(set));
        }
        const active = matching.filter((silence) => silence.endsAtMs >= 10);
        expect(index.mutedBy(set, 10)).toEqual(active.map(({ id }) => id).sort());
        expect(index.size).toBe(plain.size);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps its version when only the end or the comment changes", () => {
    const index = new SilenceIndex();
    index.set(record({ id: "s", endsAtMs: 10 }));
    const { version } = index;
    index.set(record({ id: "s", endsAtMs: 50, comment: "longer" }));
    expect(index.version).toBe(version);
    expect(index.get("s")?.endsAtMs).toBe(50);
    expect(index.mutedBy(labelSetFromRecord({ a: "b" }), 40)).toEqual(["s"]);
  });

  it("asks only what changed since an answer, unless that is too long ago or more work", () => {
    const index = new SilenceIndex();
    const add = (at: number, matcherSets: SilenceRecord["matcherSets"]): void =>
      index.set(record({ id: `s${at}`, matcherSets }));
    const regex = (at: number): MatcherSpec => ({ type: "=~", name: "a", value: `b|c${at}` });
    const labels = labelSetFromRecord({ a: "b" });
    for (let at = 0; at < 100; at += 1) add(at, [[regex(at)]]);
    const known = { version: index.version, ids: index.matching(labels) };
    expect(known.ids).toHaveLength(100);
    const work = index.workSince(-1, labels);
    add(100, [[regex(100)]]);
    index.delete("s0");
    const before = index.triedCount;
    expect(index.matchingSince(labels, known)).toEqual(index.matching(labels));
    expect(index.triedCount - before).toBe(1 + 100);
    expect(index.workSince(known.version, labels)).toBeLessThan(work / 10);
    expect(index.workSince(index.version, labels)).toBe(0);
    for (let at = 101; at < 2_500; at += 1) add(at, [[regex(at)]]);
    expect(index.workSince(known.version, labels)).toBe(index.workSince(-1, labels));
    expect(index.matchingSince(labels, known)).toEqual(index.matching(labels));
  });

  it("never judges a silence at an instant before its last change", () => {
    const index = new SilenceIndex();
    index.set(record({ id: "s", startsAtMs: 1_000, endsAtMs: 2_000, updatedAtMs: 1_000 }));
    expect(index.mutedBy(labelSetFromRecord({ a: "b" }), 400)).toEqual(["s"]);
  });
});

describe("planSilenceWrite()", () => {
  it("makes a new silence and ends the old one when what it muted would change", () => {
    const previous = record({ id: "old", endsAtMs: 9_000 });
    const plan = planSilenceWrite(
      previous,
      request({ id: "old", startsAtMs: 0, matcherSets: [[]] }),
      options(),
    );
    expect(plan).toMatchObject({ kind: "invalid" });
    const other = { type: "=", name: "a", value: "c" } as const;
    const changed = planSilenceWrite(
      previous,
      request({ id: "old", startsAtMs: 0, matcherSets: [[other]] }),
      options(),
    );
    expect(changed).toMatchObject({ kind: "store", id: "new", isInPlace: false });
    expect(changed.kind === "store" && changed.records).toMatchObject([
      { id: "old", endsAtMs: 1_000, expiredOnRequest: true },
      { id: "new", startsAtMs: 1_000, endsAtMs: 8_000, expiredOnRequest: false },
    ]);
  });

  it("never shortens how long a silence is remembered", () => {
    const previous = record({ id: "old", endsAtMs: 9_000, keepUntilMs: 14_000 });
    const plan = planSilenceWrite(
      previous,
      request({ id: "old", startsAtMs: 0, endsAtMs: 2_000 }),
      options(),
    );
    expect(plan).toMatchObject({
      isInPlace: true,
      records: [{ endsAtMs: 2_000, keepUntilMs: 14_000 }],
    });
  });

  it("says that a silence is not known before it looks at limits", () => {
    const limits = { countMax: 1, count: 1, sizeMaxBytes: 0, sizeBytes: () => 0 };
    expect(planSilenceWrite(undefined, request({ id: "gone" }), options({ limits }))).toEqual({
      kind: "not-found",
    });
    expect(planSilenceWrite(undefined, request({}), options({ limits }))).toEqual({
      kind: "limited",
      error: "Cannot store silence: the tenant has 1 of at most 1 silences",
    });
  });

  it("refuses a silence that is too large, in place too", () => {
    const limits = { countMax: 0, count: 1, sizeMaxBytes: 10, sizeBytes: () => 11 };
    const error = "Cannot store silence: it has 11 bytes of at most 10";
    const previous = record({ id: "s", endsAtMs: 9_000 });
    const inPlace = request({ id: "s", startsAtMs: 0 });
    expect(planSilenceWrite(previous, inPlace, options({ limits }))).toEqual({
      kind: "limited",
      error,
    });
    expect(planSilenceWrite(undefined, request({}), options({ limits }))).toMatchObject({ error });
  });
});

describe("planSilenceExpire()", () => {
  it("leaves an expired silence alone and does not know an unknown one", () => {
    expect(planSilenceExpire(record({ id: "s", endsAtMs: 10 }), options())).toEqual({
      kind: "unchanged",
    });
    expect(planSilenceExpire(undefined, options())).toEqual({ kind: "not-found" });
  });

  it("ends a pending silence before it begins", () => {
    const pending = record({ id: "s", startsAtMs: 5_000, endsAtMs: 6_000 });
    expect(planSilenceExpire(pending, options())).toMatchObject({
      record: { startsAtMs: 1_000, endsAtMs: 1_000, expiredOnRequest: true },
    });
  });

  it("ends a silence that a clock ahead of this one made", () => {
    const ahead = record({ id: "s", startsAtMs: 3_000, endsAtMs: 9_000, updatedAtMs: 3_000 });
    const plan = planSilenceExpire(ahead, options({ updatedAtMs: 3_001 }));
    const ended = plan.kind === "store" ? plan.record : ahead;
    expect(ended).toMatchObject({ startsAtMs: 3_000, endsAtMs: 3_000 });
    expect(silenceState(ended, judgedAtMs(ended, 1_000))).toBe("expired");
  });
});

describe("validateSilence()", () => {
  it("names set and matcher of what is wrong", () => {
    const bad = {
      ...request({}),
      startsAtMs: 0,
      matcherSets: [[A_IS_B], [A_IS_B, { ...A_IS_B, name: "a-b" }]],
    };
    expect(validateSilence(bad, "classic")).toEqual({
      ok: false,
      error: 'Cannot take silence: matcher set 1, matcher 1: label name "a-b" is not valid',
    });
  });

  it("refuses a regex that closes the anchoring group itself", () => {
    const closing = { type: "=~", name: "a", value: "a)|(b" } as const;
    const silence = { ...request({}), startsAtMs: 0, matcherSets: [[closing]] };
    expect(validateSilence(silence, "fallback")).toMatchObject({
      error: expect.stringContaining('Cannot compile regex "a)|(b"') as string,
    });
  });
});

describe("validateSilenceTimes()", () => {
  it.each([
    { startsAtMs: 5, endsAtMs: 5, error: "its start is not before its end" },
    { startsAtMs: 1, endsAtMs: 9, error: "its end is in the past" },
    { startsAtMs: 1, endsAtMs: 10, error: "its end is in the past" },
  ])("refuses from $startsAtMs to $endsAtMs at 10", ({ error, ...times }) => {
    expect(validateSilenceTimes(times, 10)).toEqual({
      ok: false,
      error: `Cannot take silence: ${error}`,
    });
  });

  it("takes an end after now", () => {
    expect(validateSilenceTimes({ startsAtMs: 1, endsAtMs: 11 }, 10)).toEqual({ ok: true });
  });
});

describe("silenceSizeBytes()", () => {
  it("counts what upstream's message has", () => {
    // id 2+1, three times of 2+8 with nanoseconds, one set of one matcher 4+6; around it expires_at.
    const silence = record({ id: "s", startsAtMs: 1_500, endsAtMs: 2_500, updatedAtMs: 1_500 });
    const time = 2 + 2 + 1 + 5;
    const body = 3 + 3 * time + 2 + 2 + 6;
    expect(silenceSizeBytes(silence, 0)).toBe(2 + body + time);
  });
});

function scan(silence: SilenceRecord, labels: ReturnType<typeof labelSetFromRecord>): boolean {
  return silence.matcherSets.some((set) => {
    const isValid =
      set.length > 0 && set.every((one) => one.value !== "(" || !one.type.includes("~"));
    return isValid && matchesAll(compileMatchers(set), labels);
  });
}

function record(fields: Partial<SilenceRecord> & { id: string }): SilenceRecord {
  return {
    matcherSets: [[A_IS_B]],
    startsAtMs: 0,
    endsAtMs: 100,
    updatedAtMs: 0,
    createdBy: "",
    comment: "",
    annotations: {},
    expiredOnRequest: false,
    stampUs: 1,
    stampBy: "am-1" as InstanceId,
    keepUntilMs: 0,
    ...fields,
  };
}

function request(fields: Partial<SilenceRequest>): SilenceRequest {
  return {
    id: "",
    matcherSets: [[A_IS_B]],
    startsAtMs: undefined,
    endsAtMs: 8_000,
    createdBy: "me",
    comment: "",
    annotations: {},
    ...fields,
  };
}

function options(fields: Partial<SilenceWriteOptions> = {}): SilenceWriteOptions {
  return {
    nowMs: 1_000,
    updatedAtMs: 1_000,
    stampUs: 1_000_000,
    stampBy: "am-1" as InstanceId,
    retentionMs: RETENTION_MS,
    newId: "new",
    mode: "fallback",
    limits: { countMax: 0, count: 0, sizeMaxBytes: 0, sizeBytes: () => 0 },
    ...fields,
  };
}
