import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { patternCost, RegexCache } from "@tocsin/domain/matcher";
import { labelSetFromRecord } from "@tocsin/domain/model";
import { matchRoutes } from "@tocsin/domain/route";
import { AppError } from "@tocsin/foundation";
import { EMPTY_DIGEST } from "@tocsin/domain/records";
import { compareFingerprints, type AlertEntry } from "./alert-entry.ts";
import { AlertStore } from "./alert-store.ts";
import { sortedByFingerprint } from "./fingerprint-order.ts";
import { configOf, recordOf, routeOf, START_MS } from "./fixture.ts";
import { Interner } from "./interner.ts";
import { appended } from "./lists.ts";
import { RecordStore } from "./record-store.ts";
import { SettingsCache } from "./settings.ts";

const TEMPLATE = recordOf({ alertname: "Up" }, START_MS);
/** Fingerprints that collide in the index, next to some that do not. */
const halves = fc.constantFrom(-1, 0, 1, 64, 128, 0x7fffffff, -0x80000000);

describe("AlertStore", () => {
  it("finds by fingerprint what a map finds, before and after removals", () => {
    const alerts = fc.uniqueArray(
      fc.record({ hi: halves, lo: fc.integer({ min: -40, max: 40 }) }),
      {
        maxLength: 150,
        selector: ({ hi, lo }) => `${hi}:${lo}`,
      },
    );
    fc.assert(
      fc.property(alerts, fc.nat(5), (fingerprints, keepEvery) => {
        const store = new AlertStore();
        for (const { hi, lo } of fingerprints) store.add({ ...TEMPLATE, fpHi: hi, fpLo: lo });
        const gone = fingerprints.filter((_, at) => at % (keepEvery + 1) !== 0);
        store.remove(new Set(gone.map((fingerprint) => store.get(fingerprint)!)));
        for (const { hi, lo } of fingerprints) {
          const found = store.get({ hi, lo })?.record;
          if (gone.some((other) => other.hi === hi && other.lo === lo)) {
            expect(found).toBeUndefined();
          } else {
            expect(found).toMatchObject({ fpHi: hi, fpLo: lo });
          }
        }
        expect(store.size).toBe(fingerprints.length - gone.length);
      }),
      { numRuns: 200 },
    );
  });

  it("sorts as the hexadecimal digits do", () => {
    const store = new AlertStore();
    for (const hi of [-1, 1, 0]) store.add({ ...TEMPLATE, fpHi: hi });
    expect(store.sorted.map(({ record }) => record.fpHi)).toEqual([0, 1, -1]);
  });

  it("knows whom a group has let go, until they are in one again or removed", () => {
    const store = new AlertStore();
    const [back, gone, stays] = ["a", "b", "c"].map((name) =>
      store.add(recordOf({ alertname: name }, START_MS)),
    ) as [AlertEntry, AlertEntry, AlertEntry];
    expect([...store.left]).toEqual([]);
    for (const entry of [back, gone, stays]) store.setLeft(entry, true);
    store.setLeft(stays, true);
    store.setLeft(back, false);
    store.remove(new Set([gone]));
    expect([...store.left]).toEqual([stays]);
    expect(store.findLeft(stays.logHash)).toBe(stays);
    expect(store.findLeft(back.logHash)).toBeUndefined();
    expect([back, gone, stays].map(({ hasLeft }) => hasLeft)).toEqual([false, false, true]);
  });

  it("leaves a list that was handed out as it is", () => {
    const store = new AlertStore();
    store.add({ ...TEMPLATE, fpHi: 1 });
    const { sorted } = store;
    store.add({ ...TEMPLATE, fpHi: 0 });
    expect(sorted).toHaveLength(1);
    expect(store.sorted).toHaveLength(2);
  });

  it("has the empty digest when all are gone", () => {
    const store = new AlertStore();
    const entry = store.add(TEMPLATE);
    store.replace(entry, { ...TEMPLATE, stampUs: 9 });
    store.remove(new Set([entry]));
    expect(store.digest).toEqual(EMPTY_DIGEST);
  });
});

describe("RecordStore", () => {
  interface Counter {
    readonly key: string;
    readonly count: number;
    readonly keepUntilMs: number;
  }
  const kind = {
    keyOf: (record: Counter): string => record.key,
    hashOf: (record: Counter) => ({ hi: record.count, lo: record.keepUntilMs }),
    merge: (left: Counter, right: Counter): Counter => (left.count >= right.count ? left : right),
  };
  const counters = fc.array(
    fc.record({
      key: fc.nat(30).map(String),
      count: fc.nat(5),
      keepUntilMs: fc.nat(9),
    }),
    { maxLength: 80 },
  );

  it("holds what a map of merged records holds, few or many, and forgets in time", () => {
    fc.assert(
      fc.property(counters, counters, fc.nat(10), (first, second, nowMs) => {
        const store = new RecordStore<Counter>(kind);
        const model = new Map<string, Counter>();
        const merge = (record: Counter): void => {
          const known = model.get(record.key);
          const changed = known === undefined || record.count > known.count;
          if (changed) model.set(record.key, record);
          expect(store.merge(record)).toBe(changed ? record : undefined);
        };
        first.forEach(merge);
        const expired = [...model.values()].filter(({ keepUntilMs }) => keepUntilMs <= nowMs);
        expect(store.forget(nowMs)).toHaveLength(expired.length);
        for (const { key } of expired) model.delete(key);
        second.forEach(merge);
        expect(new Set(store.records())).toEqual(new Set(model.values()));
        expect(store.digest.count).toBe(model.size);
        for (const key of model.keys()) expect(store.get(key)).toBe(model.get(key));
      }),
      { numRuns: 300 },
    );
  });
});

describe("Interner", () => {
  it("gives back one copy of equal texts and shapes", () => {
    const interner = new Interner();
    const text = interner.text(["a", "b"].join(""));
    expect(interner.text("ab")).toBe(text);
    const shape = interner.shape(["job", "pod"]);
    expect(interner.shape(["pod"])).not.toBe(shape);
    expect(interner.shape(["job", "pod"])).toBe(shape);
  });

  it("takes no list for another one whose names have what stands between names", () => {
    const interner = new Interner();
    for (const names of [["a", "b"], ["q"], ["a\0b"], ["a", "b"], ["a", "b", "c"], ["a\0b", "c"]]) {
      expect(interner.shape(names)).toEqual(names);
    }
  });

  it("answers with an equal text, whatever has been pushed out", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3 })), (texts) => {
        const interner = new Interner(4);
        for (const text of texts) expect(interner.text(text)).toBe(text);
      }),
    );
  });
});

describe("appended()", () => {
  it("adds to the end, and keeps one list once it is long", () => {
    let list: number[] = [];
    for (let at = 0; at < 40; at += 1) list = appended(list, at);
    expect(list).toEqual(Array.from({ length: 40 }, (_, at) => at));
    expect(appended(list, 40)).toBe(list);
  });
});

describe("sortedByFingerprint()", () => {
  it("orders many as comparing does, also those that begin alike", () => {
    const records = fc.array(fc.record({ fpHi: halves, fpLo: fc.integer() }), {
      minLength: 2_000,
      maxLength: 2_200,
    });
    fc.assert(
      fc.property(records, (list) => {
        const entries = list.map((record) => ({ record: { ...TEMPLATE, ...record } }));
        const compared = entries.toSorted((a, b) => compareFingerprints(a.record, b.record));
        expect(sortedByFingerprint(entries)).toEqual(compared);
      }),
      { numRuns: 5 },
    );
  });
});

describe("SettingsCache", () => {
  const source = (text: string, templates = {}) => ({ text, templates });

  it("shares settings between equal sources and drops the least recently used", () => {
    let parseCount = 0;
    const parse = () => {
      parseCount += 1;
      return configOf();
    };
    const cache = new SettingsCache({ parse, sizeMax: 2 });
    const first = cache.get(source("a"));
    expect(cache.get(source("a"))).toEqual(first);
    expect(parseCount).toBe(1);
    cache.get(source("b"));
    cache.get(source("a"));
    cache.get(source("c"));
    expect(cache.size).toBe(2);
    cache.get(source("a"));
    expect(parseCount).toBe(3);
    cache.get(source("b"));
    expect(parseCount).toBe(4);
  });

  it("keeps the source as it was", () => {
    const cache = new SettingsCache({ parse: () => configOf() });
    const text = "a long text \u{1f600}\n".repeat(100);
    const result = cache.get(source(text, { x: "1" }));
    if (!result.ok) throw result.error;
    expect(result.settings.source.text).toBe(text);
    expect(result.settings.source.templates).toEqual({ x: "1" });
  });

  it("does not mix sources that differ in their templates", () => {
    const cache = new SettingsCache({ parse: () => configOf() });
    cache.get(source("a", { x: "1" }));
    cache.get(source("a", { x: "2" }));
    expect(cache.size).toBe(2);
  });

  it("prepares what a client sends elsewhere, and knows it then", async () => {
    const parsed: string[] = [];
    const cache = new SettingsCache({
      parse: () => configOf(),
      parseSent: ({ text }) => {
        parsed.push(text);
        return text === "bad" ? Promise.reject(new Error("no route")) : Promise.resolve(configOf());
      },
    });
    const result = await cache.prepare(source("a"));
    expect(await cache.prepare(source("a"))).toEqual(result);
    expect(cache.get(source("a"))).toEqual(result);
    cache.get(source("b"));
    await cache.prepare(source("b"));
    expect(await cache.prepare(source("bad"))).toMatchObject({
      ok: false,
      error: { code: "invalid-argument", message: "no route" },
    });
    expect(parsed).toEqual(["a", "bad"]);
  });

  const preparing = async (patterns: readonly string[]) => {
    const routes = patterns.map((value) =>
      routeOf({ matchers: [{ type: "=~", name: "a", value }] }),
    );
    const config = configOf({}, { routes });
    const regexes = new RegexCache();
    let turnCount = 0;
    const cache = new SettingsCache({
      parse: () => config,
      parseSent: () => Promise.resolve(config),
      regexes,
      rest: () => Promise.resolve((turnCount += 1)),
    });
    const result = await cache.prepare(source("a"));
    if (!result.ok) throw result.error;
    return { root: result.settings.root, turnCount, sharedCount: regexes.size };
  };

  it("lets others have turns while it compiles the regular expressions of what it prepares", async () => {
    const patterns = Array.from({ length: 40 }, (_, at) => `a{${100 + at}}b`);
    const { root, turnCount, sharedCount } = await preparing(patterns);
    const steps = patterns.reduce((sum, pattern) => sum + patternCost(pattern), 0);
    // A slice has a thousand steps and what its last pattern has beyond.
    expect(turnCount).toBe(Math.floor(steps / 1_100));
    expect(sharedCount).toBe(patterns.length);
    const labels = labelSetFromRecord({ a: `${"a".repeat(103)}b` });
    expect(matchRoutes(root, labels)).toMatchObject([{ receiver: "hook" }]);
  });

  it("does not let one with thousands of patterns sweep away what tenants have in common", async () => {
    const patterns = Array.from({ length: 3_000 }, (_, at) => `[ab]${at}`);
    const { root, turnCount, sharedCount } = await preparing(patterns);
    expect(turnCount).toBeGreaterThan(5);
    expect(sharedCount).toBe(0);
    const labels = labelSetFromRecord({ a: "b2999" });
    expect(matchRoutes(root, labels)).toMatchObject([
      { id: expect.stringContaining("[ab]2999") as string },
    ]);
  });

  it("gives the error of a source that does not load, every time", () => {
    const parse = () => {
      throw new AppError("invalid-argument", "Cannot load configuration: no route");
    };
    const cache = new SettingsCache({ parse });
    for (const _ of [1, 2]) {
      const result = cache.get(source("a"));
      expect(result.ok ? "" : result.error.message).toBe("Cannot load configuration: no route");
    }
    expect(cache.size).toBe(0);
  });
});
