import { parseMatchers } from "@tocsin/domain/matcher";
import { labelSetFromRecord } from "@tocsin/domain/model";
import { Pacer } from "@tocsin/foundation";
import { describe, expect, it } from "vitest";
import { Pace, selectPaced, TURN_WORK_MAX } from "./pace.ts";
import { receiverFilter, selectReceivers, type AlertFilter } from "./query.ts";
import { matchWorkOf } from "./regex-budget.ts";

function matchersOf(text: string): AlertFilter["matchers"] {
  const parsed = parseMatchers(text, "classic");
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.matchers;
}

/** A pace, and how many turns it has asked for. */
function counted() {
  let turnCount = 0;
  const rest = (next: () => void): void =>
    void setImmediate(() => {
      turnCount += 1;
      next();
    });
  return { pace: new Pace(new Pacer(TURN_WORK_MAX, rest)), turnCount: () => turnCount };
}

const MANY = Array.from({ length: 9_000 }, (_, at) => `name!=${at}`).join(",");
const RECEIVERS = Array.from({ length: 200 }, (_, at) => {
  const name = `r${at}`;
  return { name, labels: { name, team: `t${at % 2}` } };
});

const FILTER: AlertFilter = {
  matchers: [],
  receiver: undefined,
  receiverMatchers: [],
  active: true,
  silenced: true,
  inhibited: true,
};

describe("matchWorkOf()", () => {
  it("has thousands of matchers asked a few items at a time", async () => {
    const { pace, turnCount } = counted();
    const matchers = matchersOf(MANY);
    const alerts = Array.from({ length: 400 }, () => labelSetFromRecord({ name: "n", team: "t" }));
    const workOf = matchWorkOf(matchers);
    await selectPaced(alerts, { passes: () => true, workOf }, pace);
    expect(turnCount()).toBeGreaterThan(9);
  });
});

describe("selectReceivers()", () => {
  it("are those whose labels match, in turns", async () => {
    const { pace, turnCount } = counted();
    const matchers = matchersOf(`team=t1,${MANY}`);
    const selected = await selectReceivers(RECEIVERS, matchers, pace);
    expect(selected.map(({ name }) => name).slice(0, 2)).toEqual(["r1", "r3"]);
    expect(selected).toHaveLength(100);
    expect(turnCount()).toBeGreaterThan(4);
  });
});

describe("receiverFilter()", () => {
  it("wants name and labels, of a list each of one of them", async () => {
    const { pace } = counted();
    const receiver = (name: string): boolean => name === "r0" || name === "r1";
    const filter = { ...FILTER, receiver, receiverMatchers: matchersOf("team=t1") };
    const wanted = await receiverFilter(filter, RECEIVERS, pace);
    expect(["r0", "r1", "r3", "gone"].filter((name) => wanted.wants(name))).toEqual(["r1"]);
    const lists = [["r0", "r3"], ["r0"], ["r3"], ["gone"]];
    expect(lists.map((list) => wanted.wantsAny(list))).toEqual([true, false, false, false]);
    const all = await receiverFilter(FILTER, RECEIVERS, pace);
    expect([all.wants("gone"), all.wantsAny([])]).toEqual([true, true]);
  });
});
