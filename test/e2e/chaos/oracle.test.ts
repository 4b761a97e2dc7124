import { describe, expect, it } from "vitest";
import type { Delivery, Episode, Fault, History, SilenceLife } from "./history.ts";
import { dueAtMs, judge, type Bounds, type Verdict } from "./oracle.ts";

const BOUNDS: Bounds = { groupWaitMs: 1_000, groupIntervalMs: 5_000, turnsMs: 2_000 };
/** group_wait, group_interval, turns and slack. */
const ALLOWED_MS = 13_000;
/** After the end of a fault. */
const RECOVERY_MS = 6_000;

const EPISODE: Episode = {
  tenant: "shop",
  group: "Disk",
  instance: "1",
  kind: "one-shot",
  startAtMs: 1_000,
  endAtMs: 20_000,
  firingAckAtMs: 1_100,
  endAckAtMs: 20_100,
};
const OPEN: Episode = { ...EPISODE, endAtMs: undefined, endAckAtMs: undefined };
const SILENCE: SilenceLife = {
  tenant: "shop",
  group: "Disk",
  atMs: 100,
  expireAtMs: undefined,
  id: "7",
  ackAtMs: 200,
  expireAskedAtMs: undefined,
  expireAckAtMs: undefined,
};

function told(
  status: "firing" | "resolved",
  atMs: number,
  other: Partial<Delivery> = {},
): Delivery {
  const alerts = [{ instance: "1", status, startAtMs: 1_000 }];
  return { atMs, acceptedAtMs: atMs, sender: "am-0", group: "Disk", alerts, ...other };
}

function fault(kind: Fault["kind"], fromMs: number, other: Partial<Fault> = {}): Fault {
  return { kind, what: kind, targets: ["am-0"], fromMs, toMs: fromMs, ...other };
}

/** One alert of one tenant that lives from 1 s to 20 s, and was told as it should be. */
function run(history: Partial<History> = {}): Verdict {
  const whole: History = {
    episodes: [EPISODE],
    silences: [],
    deliveries: [told("firing", 2_100), told("resolved", 22_100)],
    faults: [],
    readings: [],
    probes: [],
    endAtMs: 60_000,
    ...history,
  };
  return judge(whole, BOUNDS);
}

const GOOD = {
  lost: 0,
  late: 0,
  duplicates: 0,
  explainedDuplicates: 0,
  contradictions: 0,
  falseResolves: 0,
  silencedTold: 0,
  lostWrites: 0,
  partlyLostWrites: 0,
};

describe("judge()", () => {
  it("finds nothing wrong with a run in which all was told once", () => {
    expect(run()).toEqual({
      ...GOOD,
      owed: 2,
      told: 2,
      delayP50Ms: 1_000,
      delayMaxMs: 1_000,
      examples: [],
    });
  });

  const cases: readonly {
    readonly name: string;
    readonly history: Partial<History>;
    readonly wrong: Partial<Verdict>;
    readonly example: string;
  }[] = [
    {
      name: "a beginning that was never told",
      history: { deliveries: [] },
      wrong: { lost: 1 },
      example: "lost: Disk/1 firing, acknowledged at 1.10 s",
    },
    {
      name: "an end that was never told",
      history: { deliveries: [told("firing", 2_100)] },
      wrong: { lost: 1 },
      example: "lost: Disk/1 resolved, acknowledged at 20.10 s",
    },
    {
      name: "what the receiver did not accept as not told",
      history: { deliveries: [told("firing", 2_100, { acceptedAtMs: undefined })] },
      wrong: { lost: 1, told: 0 },
      example: "lost: Disk/1 firing, acknowledged at 1.10 s",
    },
    {
      name: "another life of the same alert as not told",
      history: {
        deliveries: [
          told("firing", 2_100, { alerts: [{ instance: "1", status: "firing", startAtMs: 999 }] }),
        ],
      },
      wrong: { lost: 1 },
      example: "lost: Disk/1 firing, acknowledged at 1.10 s",
    },
    {
      name: "a message after the bound",
      history: { deliveries: [told("firing", 15_100), told("resolved", 22_100)] },
      wrong: { late: 1 },
      example: "late: Disk/1 firing after 14.00 s",
    },
    {
      name: "a message that came twice",
      history: {
        deliveries: [told("firing", 2_100), told("firing", 3_100), told("resolved", 22_100)],
      },
      wrong: { duplicates: 1 },
      example: "duplicates: Disk by am-0 2.10 s, am-0 3.10 s: unexplained",
    },
    {
      name: "firing after resolved",
      history: {
        deliveries: [
          told("firing", 2_100),
          told("resolved", 22_100),
          told("firing", 23_100, {
            alerts: [
              { instance: "1", status: "firing", startAtMs: 1_000 },
              { instance: "2", status: "firing", startAtMs: 1_000 },
            ],
          }),
        ],
      },
      wrong: { contradictions: 1 },
      example: "contradictions: Disk/1 at 22.10 s, 23.10 s",
    },
    {
      name: "resolved while it was sent as firing",
      history: { deliveries: [told("firing", 2_100), told("resolved", 19_900)] },
      wrong: { falseResolves: 1 },
      example: "falseResolves: Disk/1 at 19.90 s",
    },
    {
      name: "what was told although it was silenced",
      history: { episodes: [OPEN], silences: [SILENCE], deliveries: [told("firing", 2_100)] },
      wrong: { silencedTold: 1 },
      example: "silencedTold: Disk at 2.10 s by am-0",
    },
    {
      name: "an acknowledged alert that nobody shows",
      history: {
        episodes: [OPEN],
        deliveries: [told("firing", 2_100)],
        readings: [{ instance: "am-0", tenant: "shop", alerts: new Set(), silences: new Map() }],
      },
      wrong: { lostWrites: 1 },
      example: "lostWrites: Disk/1",
    },
    {
      name: "a silence that one of two does not show",
      history: {
        silences: [SILENCE],
        deliveries: [],
        readings: [
          { instance: "am-0", tenant: "shop", alerts: new Set(), silences: new Map() },
          {
            instance: "am-1",
            tenant: "shop",
            alerts: new Set(),
            silences: new Map([["7", "active"]]),
          },
        ],
      },
      wrong: { partlyLostWrites: 1 },
      example: "partlyLostWrites: silence of Disk, active: not at am-0",
    },
    {
      name: "an expired silence that is active again",
      history: {
        silences: [{ ...SILENCE, expireAskedAtMs: 300, expireAckAtMs: 400 }],
        readings: [
          {
            instance: "am-0",
            tenant: "shop",
            alerts: new Set(),
            silences: new Map([["7", "active"]]),
          },
        ],
      },
      wrong: { lostWrites: 1 },
      example: "lostWrites: silence of Disk, expired",
    },
  ];
  it.for(cases)("counts $name", ({ history, wrong, example }) => {
    const verdict = run(history);
    expect(verdict).toMatchObject({ ...GOOD, ...wrong });
    expect(verdict.examples).toContain(example);
  });

  it("asks for nothing that nobody acknowledged, that was too short, or that is silenced", () => {
    const short = { ...EPISODE, endAtMs: 1_100 + ALLOWED_MS - 1 };
    const deliveries: readonly Delivery[] = [];
    expect(run({ episodes: [{ ...OPEN, firingAckAtMs: undefined }], deliveries }).owed).toBe(0);
    expect(run({ episodes: [short], deliveries }).owed).toBe(0);
    expect(run({ episodes: [OPEN], silences: [SILENCE], deliveries }).owed).toBe(0);
  });

  it("asks for nothing new when an alert is back before its end was told", () => {
    const again = { ...OPEN, startAtMs: 21_000, firingAckAtMs: 21_100 };
    const ended = [told("firing", 2_100), told("resolved", 21_050)];
    const deliveries = [told("firing", 2_100)];
    expect(run({ episodes: [EPISODE, again], deliveries }).lost).toBe(0);
    expect(run({ episodes: [EPISODE, again], deliveries: ended }).lost).toBe(1);
  });

  it("asks for what is told once its silence has been expired", () => {
    const silences = [{ ...SILENCE, expireAskedAtMs: 9_900, expireAckAtMs: 10_000 }];
    const late = [told("firing", 10_000 + ALLOWED_MS + 1)];
    expect(run({ episodes: [OPEN], silences, deliveries: [] })).toMatchObject({ lost: 1 });
    expect(run({ episodes: [OPEN], silences, deliveries: late })).toMatchObject({ late: 1 });
  });

  const twice = [
    told("firing", 2_100),
    told("firing", 5_100, { sender: "am-1" }),
    told("resolved", 22_100),
  ];
  it.for([
    { name: "its sender was killed at the yes", by: fault("kill", 2_200), explained: 1 },
    { name: "its sender was stopped at the yes", by: fault("stop", 3_000), explained: 1 },
    { name: "its sender was killed long after", by: fault("kill", 3_500), explained: 0 },
    {
      name: "another one was killed",
      by: fault("kill", 2_200, { targets: ["am-2"] }),
      explained: 0,
    },
    {
      name: "the network is cut meanwhile",
      by: fault("cut", 1_000, { toMs: 4_000 }),
      explained: 1,
    },
    { name: "the network was cut long before", by: fault("cut", -9_000), explained: 0 },
    { name: "the weather is bad", by: fault("weather", 2_200), explained: 0 },
    { name: "all were restarted on purpose", by: fault("planned", 2_200), explained: 0 },
  ])("explains $explained duplicates when $name", ({ by, explained }) => {
    const verdict = run({ deliveries: twice, faults: [by] });
    expect(verdict).toMatchObject({ duplicates: 1, explainedDuplicates: explained });
  });
});

describe("dueAtMs()", () => {
  it("starts anew at the end of each fault that lies in between", () => {
    const faults = [
      fault("kill", 5_000, { toMs: 8_000 }),
      fault("stop", 20_000, { toMs: 22_000 }),
      fault("kill", 90_000),
    ];
    expect(dueAtMs([], BOUNDS, 1_000)).toBe(1_000 + ALLOWED_MS);
    expect(dueAtMs(faults, BOUNDS, 1_000)).toBe(22_000 + RECOVERY_MS + ALLOWED_MS);
  });

  it("gives no time for what operators do", () => {
    const planned = fault("planned", 2_000, { toMs: 30_000 });
    expect(dueAtMs([planned], BOUNDS, 1_000)).toBe(1_000 + ALLOWED_MS);
  });
});
