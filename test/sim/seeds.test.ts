import { describe, expect, it } from "vitest";
import type { TenantId } from "@tocsin/domain/model";
import type { FaultKind } from "./faults/index.ts";
import { readFound } from "./found.ts";
import { runSeed } from "./run.ts";
import { TENANTS } from "./scenario.ts";
import { traceHash } from "./trace.ts";

/** Runs that are made in every test run. */
const FIXED_COUNT = 50;

/** An alert is kept for half an hour after its end. */
const REST_MS = 33 * 60_000;
const [T_0] = TENANTS as [TenantId];

/** Runs that have once found something, with what it was. */
const FAILED: readonly (readonly [
  seed: number,
  kinds: readonly FaultKind[] | undefined,
  why: string,
])[] = [
  [1, undefined, "an end told under another grouping was told as firing again"],
  [3, ["cut"], "an alert that had run out was re-sent"],
  [6, ["stop"], "posts to a stopped machine let an alert run out"],
  [10, ["stop"], "posts to a stopped machine let an alert run out"],
  [11, ["clock"], "two wrong clocks of three"],
  [22, ["power-all"], "after a power loss everybody waited for everybody"],
  [78, undefined, "an end of a silence was acknowledged by its second try and held by one owner"],
  [159, undefined, "a grant was left at rest"],
  [1_006, undefined, "an end that was refused had been taken"],
  [1_031, undefined, "a receiver took a message after its sender had given up"],
  [1_097, undefined, "a cut-off owner contradicted an end, and nobody told the end again"],
  [1_146, undefined, "an attempt hung beyond the fault of its receiver"],
  [1_263, undefined, "all were killed while a yes was on its way"],
  [1_955, undefined, "a cut-off owner told under a key that no route made any more"],
  [31, ["stop-two", "receiver-hangs", "cut"], "the same, of an alert that had not been told"],
  [5, ["slow", "slow"], "pings were under way for so long that an end seemed still to come"],
  [22, ["stalls"], "a write that stood still was lifted above the end that had overtaken it"],
  [200_737, undefined, "of two writes under way at once the one with the nearer end stood"],
  [7, ["isolate"], "right after it two told alone what they could not know of each other"],
  [1, ["isolate"], "what all had refused was told before its sender's next try had its yes"],
  [100, ["isolate"], "a message overtook the yes that its alert had just been given"],
  [112, ["isolate"], "a quorum could have said yes for three seconds, but not in a row"],
  [3, ["flaps"], "an alert never ran out while a member was stopped again and again"],
  [10_058, undefined, "a write that had waited for its tenant's settings was sent after a stop"],
  [11_446, undefined, "nobody was left to hear of a record, and its sender fell too"],
  [17_221, undefined, "an end was taken by a wrong clock that another wrong one did not outvote"],
  [201_230, undefined, "who told that an alert had run out fell before it could record that"],
  [17_787, undefined, "a contradicted end was covered up by another message of its group"],
  [18_469, undefined, "an end was told again because of a word under a key that was no more"],
  [516, undefined, "a grant from before its asker had said that it was cut off counted after it"],
  [758, undefined, "a read did not wait until the configuration that it had brought was in force"],
  [301_543, undefined, "the fault of who could not start counted as over a second too soon"],
  [302_807, undefined, "a cut-off owner's record of another alert covered up what had been told"],
  [
    303_724,
    undefined,
    "the end of a refused silence waited for a quorum to be written to the disk",
  ],
  [402_992, undefined, "two wrong clocks of three made a message's age seem more than it was"],
  [403_387, undefined, "pings that had waited for a stopped process turned its clock back"],
  [
    404_202,
    undefined,
    "with an empty disk and no ring store a process took an incarnation of before",
  ],
  [
    9_000_185,
    ["kill", "wipe", "ring-down"],
    "with an empty disk a process took an incarnation that was drawn while the ring store was away",
  ],
  [
    409_470,
    undefined,
    "with an incarnation of before a process was not heard, and told what another one told",
  ],
  [
    401_195,
    undefined,
    "an end and its contradiction were told at one moment, and the end's record stood",
  ],
  [409_128, undefined, "the same, of an alert that its client had ended"],
  [411_795, undefined, "a sender gave up while the receiver's yes was on its way"],
  [411_831, undefined, "others had the record of what was told alone, and not the alert"],
  [
    730_081,
    undefined,
    "a post that had waited for its tenant's configuration was stamped above its end",
  ],
  [
    413_178,
    undefined,
    "an alert that had run out by one clock was told as firing by the next one's",
  ],
  [
    417_936,
    undefined,
    "both that had taken a write were stopped before the third, just awake, had it",
  ],
  [
    421_733,
    undefined,
    "both that had taken a write were stopped while the third was cut off from bulk data",
  ],
  [423_686, undefined, "both first looks at what owners hold fell on something under way"],
  [479_453, undefined, "of three that fell in turns two told alone what the other did not know"],
  [518_307, undefined, "a read was judged by a clock that had been moved a millisecond before"],
  [479_476, undefined, "two coordinators made a group at one instant, each by its own clock"],
  [561_570, undefined, "an end told before a reload was unknown to who had been cut off"],
  [561_779, undefined, "who replaced a fallen sender was not answered for half a minute"],
  [
    580_889,
    undefined,
    "a later claim of a process went before the one that waited for its earlier one",
  ],
  [581_493, undefined, "who was alone and the ring store down looked three times more in vain"],
  [604_599, undefined, "two wrong clocks of three took an end, and what it had muted stayed so"],
  [
    616_899,
    undefined,
    "two were killed who alone had a write, of which bulk data told nobody else",
  ],
  [
    624_799,
    undefined,
    "ring store and disk were wiped, and a process began with its former incarnation",
  ],
  [653_200, undefined, "two that were cut off told opposites in one moment, each by its own clock"],
  [
    800_857,
    undefined,
    "five faults each took from an alert's contact what was unheard before they were seen",
  ],
  [680_888, undefined, "what nobody had acknowledged ran out, was told as ended and fired again"],
  [460_704, undefined, "what a cut-off owner had contradicted was repeated under another key"],
  [438_450, undefined, "an end that a cut-off owner's version was ahead of was told again"],
  [445_223, undefined, "a wrong clock went by the faster of two right ones, and a lag let pass"],
  [2_509, undefined, "the grouping of a message whose sender fell came back half a minute later"],
  [804_055, undefined, "two wrong clocks of three showed an alert as over"],
  [806_761, undefined, "a slow yes came after all had been killed, and then the receiver was down"],
  [806_994, undefined, "a client's hanging up made a stopped process go on"],
  [800_857, undefined, "an alert ran out that a killed owner had last been heard with"],
  [
    908_291,
    undefined,
    "a sender lost power before the yes, and those who were left were cut apart",
  ],
  [924_511, undefined, "who told again fell itself while the receiver hung"],
  [954_923, undefined, "who took an alert was stopped while the yes was on its way"],
  [973_659, undefined, "all fell, and were together for 10 s without one that took posts"],
  [990_565, undefined, "the end of what only the other side of a cut had told was never told"],
  [1_004_987, undefined, "all were killed, and again before what had been in flight was told"],
  [
    1_022_003,
    undefined,
    "who had contradicted an end alone lost its power, and the record with it",
  ],
  [1_074_515, undefined, "the same, of one that lost its disk while it was cut off"],
  [
    1_086_344,
    undefined,
    "what one cut-off owner had contradicted two others covered up, each alone",
  ],
  [1_110_589, undefined, "one of two stopped owners was stopped again before it was well"],
];

/** Runs with any number of machines and any factor (`--wide`) that have once found something. */
const WIDE: readonly (readonly [
  seed: number,
  kinds: readonly FaultKind[] | undefined,
  why: string,
])[] = [
  [50, undefined, "a sole owner sent on waking without a look whether it still was one"],
  [119, undefined, "a member that left and came back was deaf for a minute"],
  [1_380, undefined, "with ring store and disk wiped a process began below its last incarnation"],
  [
    3_081,
    undefined,
    "an end that one owner held was refused as too late whenever it was tried again",
  ],
  [3_276, undefined, "who had left was asked for what it had owned until the next heartbeat"],
  [3_137, undefined, "with one copy a read was refused while its owner to come caught up"],
  [200_361, undefined, "a gained group kept to the ticks of the one that a write had made before"],
  [201_997, undefined, "an only owner told an end that it had held back between two ticks"],
  [5, ["restart", "join-two", "leave-many"], "a gained group spent a tick that was told already"],
  [11, ["restart", "join-two", "leave-many"], "a late clock told a tick for the second time"],
  [
    5_122,
    undefined,
    "nobody was there for a tick, and later an only member of five told a held end",
  ],
  [
    6_106,
    undefined,
    "who left before others had taken over told nobody that they own all from now on",
  ],
  [
    301_191,
    undefined,
    "the faster clock of two members was half a second ahead at the end of a run",
  ],
  [
    300_529,
    undefined,
    "both owners were stopped, and after ten seconds others went on without what they held",
  ],
  [3_020, undefined, "who had lost its ownership as dead made the next death seem one of many"],
];

/** The same with a replication factor that was asked for. */
const FACTORS: readonly (readonly [seed: number, factor: number, why: string])[] = [
  [7_020, 3, "a grant of before its granter's restart counted again, and another one sent beside"],
  [5_091, 1, "a write failed because its owner left, though it had another one by then"],
  [6_050, 2, "a cut-off gainer took old answers for new ones and went on with snapshots"],
];

/** Runs with alerts that end and fire again (`--episodes`) that have once found something. */
const EPISODES: readonly (readonly [
  seed: number,
  kinds: readonly FaultKind[] | undefined,
  why: string,
])[] = [
  [
    15,
    ["data-cut"],
    "an owner that had missed an end told the next episode with the start of the last",
  ],
  [127, ["cut", "data-cut"], "and told it as firing after its end had been told"],
  [494, ["lossy", "kill"], "an end that came late to the next episode's coordinator undid it"],
  [
    216,
    ["data-cut"],
    "a granter whose configuration was older had no news of the claimant's group",
  ],
  [300_398, undefined, "a former owner's clock of a group that had ended hurried the next one"],
  [700_068, ["restart"], "a restarted owner kept to the ticks of a group that had ended"],
];

/** The same in wide runs. */
const WIDE_RARE: readonly (readonly [seed: number, why: string])[] = [
  [701_911, "who had taken over was killed before that was in its journal"],
  [702_336, "all were killed after two had joined and had what they took in memory only"],
  [709_419, "one of two owners woke, and its own copy is a read quorum"],
  [707_423, "a member joined while all others were isolated, and each took it for a quorum"],
];

const WIDE_EPISODES: readonly (readonly [seed: number, why: string])[] = [
  [520_026, "what full disks had not taken was not written when there was room again"],
  [510_048, "an end that was overtaken by the next episode left that one the start of the last"],
  [530_071, "of five owners the last in order alone had heard of an end before its tick"],
  [550_142, "an alert had run out before its end was taken, and the next began before that"],
];

describe("the simulator", () => {
  it(`finds nothing in ${FIXED_COUNT} fixed seeds`, { timeout: 180_000 }, async () => {
    const found: string[] = [];
    for (let seed = 1_001; seed <= 1_000 + FIXED_COUNT; seed += 1) {
      const { history } = await runSeed({ seed });
      found.push(...history.violations.map((one) => `${seed} ${one.invariant}: ${one.message}`));
    }
    expect(found).toEqual([]);
  });

  it.each(FAILED)(
    "finds nothing any more in seed %i with %j: %s",
    { timeout: 60_000 },
    async (seed, kinds) => {
      const { history } = await runSeed({ seed, ...(kinds === undefined ? undefined : { kinds }) });
      expect(history.violations).toEqual([]);
    },
  );

  it.each(WIDE)(
    "finds nothing any more in wide seed %i with %j: %s",
    { timeout: 60_000 },
    async (seed, kinds) => {
      const drawn = kinds === undefined ? { wide: true } : { kinds };
      const { history } = await runSeed({ seed, ...drawn });
      expect(history.violations).toEqual([]);
    },
  );

  it.each(FACTORS)(
    "finds nothing any more in wide seed %i with factor %i: %s",
    { timeout: 60_000 },
    async (seed, replicationFactor) => {
      const { history } = await runSeed({ seed, replicationFactor, wide: true });
      expect(history.violations).toEqual([]);
    },
  );

  it.each(EPISODES)(
    "finds nothing any more in seed %i with episodes and %j: %s",
    { timeout: 60_000 },
    async (seed, kinds) => {
      const given = { ...(kinds && { kinds }), episodes: true };
      const { history } = await runSeed({ seed, ...given });
      expect(history.violations).toEqual([]);
    },
  );

  it.each(WIDE_RARE)(
    "finds nothing any more in wide seed %i with rare faults: %s",
    { timeout: 60_000 },
    async (seed) => {
      const { history } = await runSeed({ seed, wide: true, rare: true });
      expect(history.violations).toEqual([]);
    },
  );

  it.each(WIDE_EPISODES)(
    "finds nothing any more in wide seed %i with episodes: %s",
    { timeout: 60_000 },
    async (seed) => {
      const { history } = await runSeed({ seed, wide: true, episodes: true });
      expect(history.violations).toEqual([]);
    },
  );

  it("finds nothing any more in what nightly runs have found", { timeout: 600_000 }, async () => {
    const found: string[] = [];
    for (const { seed, mode } of await readFound()) {
      const { history } = await runSeed({ seed, [mode]: true });
      found.push(...history.violations.map((one) => `${mode} ${seed}: ${one.message}`));
    }
    expect(found).toEqual([]);
  });

  it("lets go of what nobody needs any more", { timeout: 120_000 }, async () => {
    const { history, world } = await runSeed({ seed: 12, kinds: ["kill"], restMs: REST_MS });
    expect(history.violations).toEqual([]);
    const { alerts = [] } = world.machines[0]?.instance?.fleet.get(T_0)?.fullState() ?? {};
    // Those that were sent again and again are gone, those with an hour to go are not.
    expect(alerts.filter(({ values }) => values[0]?.startsWith("P"))).toEqual([]);
    expect(alerts.length).toBeGreaterThan(0);
  });

  it("runs a seed twice the same", { timeout: 60_000 }, async () => {
    const hashes = [];
    for (let time = 0; time < 2; time += 1) {
      hashes.push(traceHash(await runSeed({ seed: 12, kinds: ["kill", "lossy", "stop"] })));
    }
    expect(hashes[0]).toBe(hashes[1]);
  });
});
