import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyAlert, completeAlert } from "../alert/index.ts";
import { labelSetFromRecord, type AlertRecord, type InstanceId } from "../model/index.ts";
import { newerAlert } from "./index.ts";

const BY = "am-1" as InstanceId;
const SECOND_MS = 1_000;
const VALID_S = 20;

interface Post {
  readonly atS: number;
  readonly startS: number;
  readonly endS: number;
}

/** Two to four episodes, each told once or more often as firing and as ended; all gaps are shorter than posts are valid. */
const posts: fc.Arbitrary<readonly Post[]> = fc
  .array(
    fc.record({
      firing: fc.integer({ min: 1, max: 3 }),
      ended: fc.integer({ min: 1, max: 3 }),
      gapS: fc.integer({ min: 0, max: 9 }),
    }),
    { minLength: 2, maxLength: 4 },
  )
  .map((episodes) => {
    const made: Post[] = [];
    let atS = 100;
    for (const { firing, ended, gapS } of episodes) {
      const startS = (atS += 1 + gapS);
      for (let at = 0; at < firing; at += 1) {
        made.push({ atS, startS, endS: atS + VALID_S });
        atS += 2;
      }
      const endS = atS;
      for (let at = 0; at < ended; at += 1) made.push({ atS: (atS += 1), startS, endS });
    }
    return made;
  });

describe("newerAlert() of owners that have missed writes", () => {
  it("gives the times of one that has applied all", () => {
    const scene = posts.chain((all) => {
      const taken = fc.array(fc.boolean(), { minLength: all.length, maxLength: all.length });
      return fc.tuple(fc.constant(all), fc.array(taken, { minLength: 1, maxLength: 3 }));
    });
    fc.assert(
      fc.property(scene, fc.boolean(), ([all, takenBy], turned) => {
        // What was acknowledged is held by somebody: whatever nobody else took is here.
        const rest = all.map((_, at) => takenBy.every((taken) => taken[at] === false));
        const states = [...takenBy, rest].flatMap((taken) =>
          statesOf(all.filter((_, at) => taken[at])),
        );
        const merged = (turned ? states.toReversed() : states).reduce(newerAlert);
        const right = statesOf(all).at(-1);
        expect(timesOf(merged)).toEqual(timesOf(right));
      }),
      { numRuns: 2_000 },
    );
  });

  it("keeps the joined start of an alert that goes on for another sender after its end", () => {
    const one = { atS: 100, startS: 100, endS: 120 };
    const ended = { atS: 105, startS: 100, endS: 104 };
    const other = { atS: 106, startS: 101, endS: 126 };
    const again = { atS: 110, startS: 110, endS: 130 };
    const states = statesOf([one, ended, other, again]);
    expect(timesOf(states.at(-1))).toEqual({ startS: 100, endS: 130 });
    const late = statesOf([one, ended]).at(-1) as AlertRecord; // Two writes make two records.
    const merged = newerAlert(states.at(-1) as AlertRecord, late);
    expect(timesOf(merged)).toEqual({ startS: 100, endS: 130 });
  });

  it("takes back times that were taken apart when it learns that the alert went on", () => {
    const one = { atS: 100, startS: 100, endS: 120 };
    const ended = { atS: 105, startS: 100, endS: 104 };
    const other = { atS: 106, startS: 101, endS: 126 };
    const again = { atS: 110, startS: 110, endS: 130 };
    const missedBoth = statesOf([one, again]).at(-1) as AlertRecord; // As above.
    expect(timesOf(missedBoth)).toEqual({ startS: 100, endS: 130 });
    const apart = newerAlert(missedBoth, statesOf([one, ended]).at(-1) as AlertRecord);
    expect(timesOf(apart)).toEqual({ startS: 110, endS: 130 });
    const back = newerAlert(apart, statesOf([one, ended, other]).at(-1) as AlertRecord);
    expect(timesOf(back)).toEqual({ startS: 100, endS: 130 });
  });
});

/** The record after each post, on an owner that has taken these and no others. */
function statesOf(taken: readonly Post[]): readonly AlertRecord[] {
  const states: AlertRecord[] = [];
  for (const { atS, startS, endS } of taken) {
    const nowMs = atS * SECOND_MS;
    const instant = (s: number) => ({ ms: s * SECOND_MS, subNs: 0, offsetMin: 0 });
    const posted = {
      labels: labelSetFromRecord({ alertname: "Up" }),
      annotations: "{}",
      generatorUrl: "",
      startsAt: instant(startS),
      endsAt: instant(endS),
    };
    const completed = completeAlert(posted, { nowMs, resolveTimeoutMs: 300_000 });
    const options = { nowMs, stampUs: nowMs * 1_000, stampBy: BY };
    states.push(applyAlert(states.at(-1), completed, options));
  }
  return states;
}

function timesOf(record: AlertRecord | undefined): object {
  return {
    startS: (record?.startsAtMs ?? 0) / SECOND_MS,
    endS: (record?.endsAtMs ?? 0) / SECOND_MS,
  };
}
