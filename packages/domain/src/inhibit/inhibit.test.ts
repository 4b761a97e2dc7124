import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ZERO_TIME_MS } from "../alert/index.ts";
import { matchesAll } from "../matcher/index.ts";
import {
  labelSetFromRecord,
  labelValue,
  type Fingerprint,
  type LabelSet,
  type MatcherSpec,
} from "../model/index.ts";
import { compileInhibitRules, InhibitIndex, type InhibitRules } from "./index.ts";

const spec: fc.Arbitrary<MatcherSpec> = fc.record({
  type: fc.constantFrom("=" as const, "!=" as const, "=~" as const),
  name: fc.constantFrom("s", "t"),
  value: fc.constantFrom("", "1", "1|2"),
});
const rule = fc.record({
  name: fc.constant(""),
  sourceMatchers: fc.array(spec, { maxLength: 2 }),
  targetMatchers: fc.array(spec, { maxLength: 2 }),
  equal: fc.subarray(["e", "f"]),
});
const labels = fc
  .dictionary(fc.constantFrom("s", "t", "e", "f"), fc.constantFrom("", "1", "2"))
  .map(labelSetFromRecord);
const step = fc.record({
  labels,
  endsInMs: fc.integer({ min: -3, max: 6 }),
  validMs: fc.integer({ min: 0, max: 6 }),
  passedMs: fc.integer({ min: 0, max: 3 }),
  isRemoval: fc.boolean(),
});

interface Alert {
  readonly labels: LabelSet;
  readonly endsAtMs: number;
  readonly validMs: number;
}

describe("InhibitIndex", () => {
  it("inhibits if and only if a plain scan finds a source, after any changes", () => {
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 3 }),
        fc.array(step, { maxLength: 15 }),
        fc.constantFrom(0, 2, 5, Infinity),
        (configs, steps, heardMs) => {
          const rules = compileInhibitRules(configs);
          const index = new InhibitIndex(rules);
          const alerts = new Map<Fingerprint, Alert>();
          let nowMs = 0;
          for (const one of steps) {
            nowMs += one.passedMs;
            const fp = JSON.stringify(one.labels) as Fingerprint;
            if (one.isRemoval) {
              alerts.delete(fp);
              index.remove(fp, one.labels);
            } else {
              const endsAtMs = one.endsInMs === 6 ? ZERO_TIME_MS : nowMs + one.endsInMs;
              const alert = { labels: one.labels, endsAtMs, validMs: one.validMs };
              alerts.set(fp, alert);
              index.upsert({ fp, ...alert }, nowMs);
            }
            for (const target of steps) {
              const sources = scan(rules, alerts, { labels: target.labels, nowMs, heardMs });
              const found = index.findInhibitor(target.labels, nowMs, {
                isOver: ({ validMs }) => validMs <= heardMs,
                unbrokenMs: heardMs,
                enoughSinceMs: -Infinity,
              });
              expect(found !== undefined).toBe(sources.size > 0);
              if (found !== undefined) expect(sources).toContain(found.fp);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([3, 30])("finds the first of %s rules that has a source", (count) => {
    const configs = Array.from({ length: count }, (_, at) => ({
      name: `${at}`,
      sourceMatchers: [{ type: "=" as const, name: "s", value: `${at}` }],
      targetMatchers: [{ type: "=" as const, name: "t", value: at % 2 === 0 ? "1" : "2" }],
      equal: [],
    }));
    const index = new InhibitIndex(compileInhibitRules(configs));
    for (const at of Array.from({ length: count }, (_, place) => count - 1 - place)) {
      const found = (t: string) => index.findWithRule(labelSetFromRecord({ t }), 0)?.rule.name;
      const before = found(at % 2 === 0 ? "2" : "1");
      const source = { fp: `${at}` as Fingerprint, labels: labelSetFromRecord({ s: `${at}` }) };
      index.upsert({ ...source, endsAtMs: 1 }, 0);
      expect(found(at % 2 === 0 ? "1" : "2")).toBe(`${at}`);
      expect(found(at % 2 === 0 ? "2" : "1")).toBe(before);
    }
  });

  it("gives an answer that stays right until its end while the version stands", () => {
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 2 }),
        fc.array(step, { maxLength: 12 }),
        labels,
        (configs, steps, target) => {
          const rules = compileInhibitRules(configs);
          const index = new InhibitIndex(rules);
          let nowMs = 0;
          let kept = {
            version: index.version,
            untilMs: Number.POSITIVE_INFINITY,
            isInhibited: false,
          };
          for (const one of steps) {
            nowMs += one.passedMs;
            const fp = JSON.stringify(one.labels) as Fingerprint;
            if (one.isRemoval) index.remove(fp, one.labels);
            else index.upsert({ fp, labels: one.labels, endsAtMs: nowMs + one.endsInMs }, nowMs);
            const found = index.findInhibitor(target, nowMs);
            if (kept.version === index.version && nowMs < kept.untilMs) {
              expect(found !== undefined).toBe(kept.isInhibited);
            }
            const untilMs = found?.endsAtMs ?? Number.POSITIVE_INFINITY;
            kept = { version: index.version, untilMs, isInhibited: found !== undefined };
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("goes on inhibiting by another source when the one that ended last is resolved or removed", () => {
    const index = new InhibitIndex(
      compileInhibitRules([
        {
          name: "r",
          sourceMatchers: [{ type: "=", name: "s", value: "1" }],
          targetMatchers: [{ type: "=", name: "t", value: "1" }],
          equal: ["e"],
        },
      ]),
    );
    const source = (n: string): LabelSet => labelSetFromRecord({ s: "1", e: "x", n });
    const target = labelSetFromRecord({ t: "1", e: "x" });
    index.upsert({ fp: "a" as Fingerprint, labels: source("a"), endsAtMs: 100 }, 0);
    index.upsert({ fp: "b" as Fingerprint, labels: source("b"), endsAtMs: 200 }, 0);
    expect(index.inhibitedBy(target, 10)).toEqual(["b"]);
    index.upsert({ fp: "b" as Fingerprint, labels: source("b"), endsAtMs: 10 }, 10);
    expect(index.inhibitedBy(target, 10)).toEqual(["a"]);
    index.remove("b" as Fingerprint, source("b"));
    expect(index.inhibitedBy(target, 99)).toEqual(["a"]);
    expect(index.inhibitedBy(target, 100)).toEqual([]);
  });

  it("leaves the version as it is when a firing source is sent again", () => {
    const index = new InhibitIndex(
      compileInhibitRules([{ name: "", sourceMatchers: [], targetMatchers: [], equal: [] }]),
    );
    const again = { fp: "a" as Fingerprint, labels: labelSetFromRecord({ s: "1" }) };
    index.upsert({ ...again, endsAtMs: 10 }, 0);
    const { version } = index;
    index.upsert({ ...again, endsAtMs: 20 }, 5);
    expect(index.version).toBe(version);
    index.upsert({ ...again, endsAtMs: 40 }, 30);
    expect(index.version).not.toBe(version);
  });
});

function scan(
  rules: InhibitRules,
  alerts: ReadonlyMap<Fingerprint, Alert>,
  { labels: target, nowMs, heardMs }: { labels: LabelSet; nowMs: number; heardMs: number },
): Set<Fingerprint> {
  const sources = new Set<Fingerprint>();
  for (const { sourceMatchers, targetMatchers, equal } of rules.list) {
    if (!matchesAll(targetMatchers, target)) continue;
    for (const [fp, { labels: source, endsAtMs, validMs }] of alerts) {
      const isFiring = endsAtMs === ZERO_TIME_MS || endsAtMs > nowMs || validMs > heardMs;
      const isEqual = equal.every((name) => labelValue(source, name) === labelValue(target, name));
      if (!isFiring || !isEqual || !matchesAll(sourceMatchers, source)) continue;
      const isTwoSided = matchesAll(sourceMatchers, target) && matchesAll(targetMatchers, source);
      if (!isTwoSided) sources.add(fp);
    }
  }
  return sources;
}
