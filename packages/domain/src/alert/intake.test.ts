import { describe, expect, it } from "vitest";
import { labelSetFromRecord, type Instant } from "../model/index.ts";
import { completeAlert, validateAlert, ZERO_TIME_MS, type PostedAlert } from "./index.ts";

const NOW_MS = 1_800_000_000_000;
const OPTIONS = { nowMs: NOW_MS, resolveTimeoutMs: 300_000 };

describe("completeAlert()", () => {
  it.each([
    { name: "neither", starts: undefined, ends: undefined, want: [0, 300_000, true] },
    { name: "only a start", starts: -5_000, ends: undefined, want: [-5_000, 300_000, true] },
    { name: "only an end", starts: undefined, ends: 9_000, want: [9_000, 9_000, false] },
    { name: "both", starts: -5_000, ends: 9_000, want: [-5_000, 9_000, false] },
  ])("fills in the times when $name is given", ({ starts, ends, want }) => {
    const alert = completeAlert(
      post({
        ...(starts !== undefined && { startsAt: at(starts) }),
        ...(ends !== undefined && { endsAt: at(ends) }),
      }),
      OPTIONS,
    );
    const { startsAtMs, endsAtMs, timeout } = alert;
    expect([startsAtMs - NOW_MS, endsAtMs - NOW_MS, timeout]).toEqual(want);
  });

  it("takes Go's zero time for a time that is not set", () => {
    const zero: Instant = { ms: ZERO_TIME_MS, subNs: 0, offsetMin: 0 };
    const alert = completeAlert(post({ startsAt: zero, endsAt: zero }), OPTIONS);
    expect(alert).toMatchObject({ startsAtMs: NOW_MS, endsAtMs: NOW_MS + 300_000, timeout: true });
  });

  it("keeps nanoseconds and zones only where there are any", () => {
    const plain = completeAlert(post({ startsAt: at(0), endsAt: at(1) }), OPTIONS);
    expect(plain.sent).toBeUndefined();
    const fine = completeAlert(post({ startsAt: { ...at(0), subNs: 7, offsetMin: 120 } }), OPTIONS);
    expect(fine.sent).toEqual({ startSubNs: 7, startOffsetMin: 120, endSubNs: 0, endOffsetMin: 0 });
  });

  it("drops labels with an empty value", () => {
    const labels = labelSetFromRecord({ a: "", b: "1", c: "" });
    expect(completeAlert({ ...post({}), labels }, OPTIONS).labels).toEqual({
      names: ["b"],
      values: ["1"],
    });
  });
});

describe("validateAlert()", () => {
  it.each([
    { name: "no label", labels: {}, error: "it has no label with a value" },
    {
      name: "half a character in a label",
      labels: { a: "\ud800" },
      error: 'value of "a" is not valid',
    },
    {
      name: "an empty annotation name",
      annotations: { "": "x" },
      error: 'annotation name "" is not',
    },
    {
      name: "half a character in an annotation",
      annotations: { a: "\udcff" },
      error: "not valid UTF-8",
    },
    { name: "an end before its start", ends: -1, error: "its end is before its start" },
  ])("refuses $name", ({ labels = { a: "b" }, annotations = {}, ends = 0, error }) => {
    const posted = {
      ...post({ startsAt: at(0), endsAt: at(ends) }),
      labels: labelSetFromRecord(labels),
      annotations: JSON.stringify(annotations),
    };
    expect(validateAlert(completeAlert(posted, OPTIONS), "fallback")).toMatchObject({
      ok: false,
      error: expect.stringContaining(error) as string,
    });
  });

  it("refuses names that are not ASCII in classic mode only", () => {
    const posted = { ...post({}), annotations: '{"a b":"x"}' };
    expect(validateAlert(completeAlert(posted, OPTIONS), "utf8")).toEqual({ ok: true });
    expect(validateAlert(completeAlert(posted, OPTIONS), "classic")).toMatchObject({
      error: expect.stringContaining(
        'annotation name "a b" is not allowed; wanted ASCII',
      ) as string,
    });
  });

  it("takes an end one nanosecond after the start and refuses one before", () => {
    const start = { ...at(0), subNs: 5 };
    const validate = (subNs: number): boolean =>
      validateAlert(
        completeAlert(post({ startsAt: start, endsAt: { ...at(0), subNs } }), OPTIONS),
        "fallback",
      ).ok;
    expect([validate(6), validate(5), validate(4)]).toEqual([true, true, false]);
  });
});

function at(offsetMs: number): Instant {
  return { ms: NOW_MS + offsetMs, subNs: 0, offsetMin: 0 };
}

function post(times: Pick<PostedAlert, "startsAt" | "endsAt">): PostedAlert {
  return {
    labels: labelSetFromRecord({ alertname: "Up" }),
    annotations: "{}",
    generatorUrl: "",
    ...times,
  };
}
