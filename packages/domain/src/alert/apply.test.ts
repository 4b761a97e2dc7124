import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelSetFromRecord, type AlertRecord, type InstanceId } from "../model/index.ts";
import { applyAlert, completeAlert, LimitBucket, type ApplyOptions } from "./index.ts";

const BY = "am-1" as InstanceId;
const HOUR_MS = 3_600_000;
const NOW_MS = 1_800_000_000_000;

describe("applyAlert()", () => {
  it("makes a first record without a predecessor, to be kept half an hour after its end", () => {
    const record = apply(undefined, { nowMs: NOW_MS, endsAtMs: NOW_MS + 60_000 });
    expect(record).toMatchObject({ prevUs: 0, prevBy: "", stampUs: NOW_MS * 1_000, stampBy: BY });
    expect(record.keepUntilMs).toBe(NOW_MS + 60_000 + HOUR_MS / 2);
  });

  it("names its predecessor and reuses its labels", () => {
    const first = apply(undefined, { nowMs: NOW_MS, endsAtMs: NOW_MS + 60_000 });
    const second = apply(first, { nowMs: NOW_MS + 30_000, endsAtMs: NOW_MS + 90_000 });
    expect(second).toMatchObject({ prevUs: first.stampUs, prevBy: BY });
    expect(second.names).toBe(first.names);
    expect(second.values).toBe(first.values);
  });

  it("ends an alert though the clock that stamped the firing one was ahead", () => {
    const firing = apply(undefined, { nowMs: NOW_MS + 5_000, endsAtMs: NOW_MS + 300_000 });
    const resolved = apply(firing, { nowMs: NOW_MS, endsAtMs: NOW_MS - 1_000 });
    expect(resolved.endsAtMs).toBe(NOW_MS - 1_000);
    expect(resolved.updatedAtMs).toBe(firing.updatedAtMs);
  });

  it("keeps a resolved record as long as a copy of the firing one could fire", () => {
    const firing = apply(undefined, { nowMs: NOW_MS, endsAtMs: NOW_MS + 10 * HOUR_MS });
    const resolved = apply(firing, { nowMs: NOW_MS + 1_000, endsAtMs: NOW_MS + 1_000 });
    expect(resolved.keepUntilMs).toBe(firing.keepUntilMs);
    const again = apply(resolved, { nowMs: NOW_MS + 2_000, endsAtMs: NOW_MS + 2_000 });
    expect(again.keepUntilMs).toBe(firing.keepUntilMs);
  });

  it("has the fields in one order, so that all records share one layout", () => {
    const first = apply(undefined, { nowMs: NOW_MS, endsAtMs: NOW_MS + 1 });
    const second = apply(first, { nowMs: NOW_MS + 5, endsAtMs: NOW_MS + 1_000 });
    expect(Object.keys(second)).toEqual(Object.keys(first));
  });
});

describe("LimitBucket", () => {
  it("refuses everything with a limit of 0", () => {
    expect(new LimitBucket(0).upsert("a", 5, 0)).toBe(false);
  });

  it("decides as a bucket that looks at all ends each time", () => {
    const step = fc.tuple(
      fc.constantFrom("a", "b", "c", "d", "e"),
      fc.integer({ min: -5, max: 10 }),
      fc.integer({ min: 0, max: 2 }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.array(step, { maxLength: 40 }),
        (size, steps) => {
          const bucket = new LimitBucket(size);
          const naive = new Map<string, number>();
          let nowMs = 0;
          for (const [id, validMs, passedMs] of steps) {
            nowMs += passedMs;
            const taken = naiveUpsert(naive, { id, endsAtMs: nowMs + validMs, nowMs, size });
            expect(bucket.upsert(id, nowMs + validMs, nowMs)).toBe(taken);
            expect(bucket.size).toBe(naive.size);
            expect(bucket.isStale(nowMs)).toBe([...naive.values()].every((end) => end < nowMs));
          }
        },
      ),
    );
  });
});

interface NaiveStep {
  readonly id: string;
  readonly endsAtMs: number;
  readonly nowMs: number;
  readonly size: number;
}

function naiveUpsert(
  bucket: Map<string, number>,
  { id, endsAtMs, nowMs, size }: NaiveStep,
): boolean {
  if (!bucket.has(id) && bucket.size >= size) {
    const [first] = [...bucket].toSorted((left, right) => left[1] - right[1]);
    if (first === undefined || first[1] >= nowMs) return false;
    bucket.delete(first[0]);
  }
  bucket.set(id, endsAtMs);
  return true;
}

function apply(
  old: AlertRecord | undefined,
  { nowMs, endsAtMs }: { nowMs: number; endsAtMs: number },
): AlertRecord {
  const posted = {
    labels: labelSetFromRecord({ alertname: "Up", job: "x" }),
    annotations: "{}",
    generatorUrl: "http://p",
    startsAt: { ms: NOW_MS - HOUR_MS, subNs: 0, offsetMin: 0 },
    endsAt: { ms: endsAtMs, subNs: 0, offsetMin: 0 },
  };
  const stampUs = Math.max(nowMs * 1_000, (old?.stampUs ?? 0) + 1);
  const options: ApplyOptions = { nowMs, stampUs, stampBy: BY };
  return applyAlert(old, completeAlert(posted, { nowMs, resolveTimeoutMs: 300_000 }), options);
}
