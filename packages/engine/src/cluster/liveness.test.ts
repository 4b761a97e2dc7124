import { describe, expect, it } from "vitest";
import { DEFAULT_TIMINGS } from "./timings.ts";
import { OTHER, THIRD, Watch, idOf } from "../testing/watch.ts";

describe("Liveness: suspicion", () => {
  it("falls on who was not heard for the suspect timeout, and on nobody else", () => {
    const watch = new Watch();
    watch.pass(2_400, () => watch.exchange(OTHER));
    expect(watch.liveness.isSuspected(THIRD)).toBe(false);
    watch.pass(100, () => watch.exchange(OTHER));
    expect(watch.liveness.isSuspected(THIRD)).toBe(true);
    expect(watch.liveness.isSuspected(OTHER)).toBe(false);
    expect(watch.events).toEqual(["am-3 suspected"]);
  });

  it("ends with one ping that echoes in time", () => {
    const watch = new Watch();
    watch.pass(2_500);
    watch.exchange(THIRD);
    expect(watch.events).toEqual(["am-2 suspected", "am-3 suspected", "am-3 trusted"]);
  });

  it("is not counted while the process itself was stopped (A3)", () => {
    const watch = new Watch();
    watch.exchange(OTHER, THIRD);
    watch.clock.jump(3_600_000);
    watch.running.beat();
    watch.liveness.judgeAll();
    expect(watch.events).toEqual([]);
    watch.pass(2_000);
    expect(watch.events).toEqual(["am-2 suspected", "am-3 suspected"]);
  });

  it("falls on a peer that is heard but does not hear me (A18)", () => {
    const watch = new Watch();
    watch.exchange(OTHER);
    const old = watch.send(OTHER);
    watch.pass(2_500, () => {
      watch.send(OTHER);
      watch.hear(OTHER, { echo: old });
    });
    expect(watch.liveness.isSuspected(OTHER)).toBe(true);
    expect(watch.liveness.peer(OTHER)?.isReachable).toBe(false);
  });

  it("ignores an echo that was meant for an earlier process of mine", () => {
    const watch = new Watch();
    watch.pass(2_500, () => watch.hear(OTHER, { echo: watch.send(OTHER), echoIncarnation: 6 }));
    expect(watch.liveness.isSuspected(OTHER)).toBe(true);
  });

  it("falls at once on who says that it is cut off, who counts as reachable all the same", () => {
    const watch = new Watch();
    watch.exchange(OTHER);
    watch.hear(OTHER, { impaired: true, echo: watch.send(OTHER) });
    expect(watch.events).toEqual(["am-2 suspected"]);
    expect(watch.liveness.peer(OTHER)?.isReachable).toBe(true);
    watch.exchange(OTHER);
    expect(watch.events).toEqual(["am-2 suspected", "am-2 trusted"]);
  });

  it("falls at once on a process that is gone, once, until it is heard again", () => {
    const watch = new Watch();
    watch.exchange(OTHER);
    watch.liveness.refused(OTHER);
    watch.liveness.refused(OTHER);
    expect(watch.events).toEqual(["am-2 gone", "am-2 suspected"]);
    watch.exchange(OTHER);
    expect(watch.liveness.isSuspected(OTHER)).toBe(false);
  });

  it("is the answer about somebody unknown, whose pings count for nothing", () => {
    const watch = new Watch();
    expect(watch.liveness.isSuspected(idOf("am-9"))).toBe(true);
    expect(watch.hear(idOf("am-9"))).toBe(false);
    expect(watch.liveness.silenceMs(idOf("am-9"))).toBe(Infinity);
    watch.liveness.refused(idOf("am-9"));
    expect(watch.events).toEqual([]);
  });
});

describe("Liveness: incarnations (A26)", () => {
  it("takes nothing of a lower one", () => {
    const watch = new Watch();
    watch.hear(OTHER, { incarnation: 3, wallMs: watch.clock.wallMs() + 10 });
    expect(watch.hear(OTHER, { incarnation: 2, wallMs: watch.clock.wallMs() + 99 })).toBe(false);
    expect(watch.liveness.peer(OTHER)).toMatchObject({ incarnation: 3, offsetMs: 10 });
  });

  it("measures round trips without the time that the sender held the answer", () => {
    const watch = new Watch();
    const echo = watch.send(OTHER);
    watch.pass(700);
    watch.hear(OTHER, { echo, heldMs: 500, wallMs: watch.clock.wallMs() - 2_000 });
    // 700 - 0.8 * 500: clocks' rates may differ.
    expect(watch.liveness.peer(OTHER)).toMatchObject({ offsetMs: -1_700 });
  });

  it("says that the old process is gone when a higher one speaks, not when the first one does", () => {
    const watch = new Watch();
    watch.hear(OTHER, { incarnation: 3, number: 900 });
    expect(watch.events).toEqual([]);
    expect(watch.hear(OTHER, { incarnation: 4, number: 1 })).toBe(true);
    expect(watch.events).toEqual(["am-2 gone"]);
    expect(watch.liveness.peer(OTHER)?.numberHeard).toBe(1);
  });

  it("does not let a ping that was overtaken count as a sign of life", () => {
    const watch = new Watch();
    watch.hear(OTHER, { number: 5 });
    watch.pass(1_000);
    watch.hear(OTHER, { number: 4 });
    expect(watch.liveness.silenceMs(OTHER)).toBe(1_000);
  });

  it("ignores what a ping says that was overtaken by another one, whatever claims came between", () => {
    const watch = new Watch();
    watch.hear(OTHER, { number: 5 });
    expect(watch.hear(OTHER, { number: 4, impaired: true })).toBe(false);
    expect(watch.hear(OTHER, { number: 5, impaired: true })).toBe(false);
    expect(watch.liveness.isSuspected(OTHER)).toBe(false);
    watch.liveness.heard(watch.liveness.peer(OTHER)!, { incarnation: 1, number: 8 });
    expect(watch.hear(OTHER, { number: 7, draining: true })).toBe(true);
    expect(watch.liveness.peer(OTHER)?.flags.draining).toBe(true);
  });

  it("counts a claim as a ping (A31)", () => {
    const watch = new Watch();
    watch.hear(OTHER);
    watch.pass(1_000);
    const peer = watch.liveness.peer(OTHER)!;
    expect(watch.liveness.heard(peer, { incarnation: 1, number: 2 })).toBe(true);
    expect(watch.liveness.silenceMs(OTHER)).toBe(0);
    expect(watch.liveness.heard(peer, { incarnation: 0, number: 3 })).toBe(false);
  });
});

describe("Liveness.holdsLease()", () => {
  it("lasts 1.5 s from the sending of what was echoed, not from the echo", () => {
    const watch = new Watch();
    const number = watch.send(OTHER);
    watch.pass(1_000);
    watch.hear(OTHER, { echo: number });
    const epoch = epochOf(watch);
    watch.pass(400);
    expect(watch.liveness.holdsLease(OTHER, epoch)).toBe(true);
    watch.pass(100);
    expect(watch.liveness.holdsLease(OTHER, epoch)).toBe(false);
  });

  it("is kept alive by pings for as long as they are echoed", () => {
    const watch = new Watch();
    watch.exchange(OTHER);
    const epoch = epochOf(watch);
    watch.pass(60_000, () => watch.exchange(OTHER));
    expect(watch.liveness.holdsLease(OTHER, epoch)).toBe(true);
  });

  it("is never revived once it has lapsed (A30)", () => {
    const watch = new Watch();
    watch.exchange(OTHER);
    const epoch = epochOf(watch);
    watch.pass(1_500);
    watch.exchange(OTHER);
    expect(watch.liveness.isSuspected(OTHER)).toBe(false);
    expect(watch.liveness.holdsLease(OTHER, epoch)).toBe(false);
    expect(watch.liveness.holdsLease(OTHER, epochOf(watch))).toBe(true);
  });

  it("has lapsed for who was stopped, whatever its own time says", () => {
    const watch = new Watch();
    watch.exchange(OTHER);
    const epoch = epochOf(watch);
    watch.clock.jump(1_500);
    expect(watch.liveness.holdsLease(OTHER, epoch)).toBe(false);
  });

  it("ends with the process that gave it", () => {
    const watch = new Watch();
    watch.exchange(OTHER);
    const epoch = epochOf(watch);
    watch.hear(OTHER, { incarnation: 2, number: 1 });
    expect(watch.liveness.holdsLease(OTHER, epoch)).toBe(false);
  });

  it("is not renewed by an echo of a number that was never sent, or of an older one", () => {
    const watch = new Watch();
    const first = watch.send(OTHER);
    watch.pass(1_000);
    watch.exchange(OTHER);
    const epoch = epochOf(watch);
    watch.hear(OTHER, { echo: 999 });
    watch.hear(OTHER, { echo: first });
    watch.pass(1_400);
    expect(watch.liveness.holdsLease(OTHER, epoch)).toBe(true);
    watch.pass(100);
    expect(watch.liveness.holdsLease(OTHER, epoch)).toBe(false);
  });
});

describe("Liveness.forgetAll()", () => {
  it("voids all leases and makes everybody trusted and unheard", () => {
    const watch = new Watch();
    watch.exchange(OTHER);
    const epoch = epochOf(watch);
    const before = watch.send(OTHER);
    watch.pass(2_500);
    expect(watch.liveness.isSuspected(THIRD)).toBe(true);
    watch.liveness.forgetAll();
    expect(watch.liveness.isSuspected(THIRD)).toBe(false);
    expect(watch.liveness.holdsLease(OTHER, epoch)).toBe(false);
    // The echo of a ping from before the pause says nothing about now.
    watch.hear(OTHER, { echo: before });
    expect(watch.liveness.holdsLease(OTHER, epochOf(watch))).toBe(false);
  });
});

describe("Liveness.trustedOffsetsMs()", () => {
  it("has the clocks of those that were heard and are trusted", () => {
    const watch = new Watch();
    expect(watch.liveness.trustedOffsetsMs()).toEqual([]);
    watch.hear(OTHER, { wallMs: watch.clock.wallMs() + 5_000, echo: watch.send(OTHER) });
    expect(watch.liveness.trustedOffsetsMs()).toEqual([5_000]);
    watch.liveness.refused(OTHER);
    expect(watch.liveness.trustedOffsetsMs()).toEqual([]);
  });
});

describe("Liveness.clockJumped()", () => {
  it("moves all others the other way, before they are heard again", () => {
    const watch = new Watch();
    watch.exchange(OTHER, THIRD);
    watch.liveness.clockJumped(900);
    expect(watch.liveness.trustedOffsetsMs()).toEqual([-900, -900]);
  });
});

describe("Liveness.membersHeard()", () => {
  it("has whom is heard and not suspected, and tells of each change", () => {
    const watch = new Watch();
    expect(watch.liveness.membersHeard()).toEqual({
      trusted: new Set(),
      isAnyCaughtUp: false,
      silent: [OTHER, THIRD],
      quietUntilMs: Infinity,
    });
    watch.pass(1_000);
    watch.exchange(OTHER, THIRD);
    expect([...watch.liveness.membersHeard().trusted]).toEqual([OTHER, THIRD]);
    expect(watch.liveness.membersHeard().quietUntilMs).toBe(-Infinity);
    watch.pass(3_000, () => watch.exchange(OTHER));
    expect([...watch.liveness.membersHeard().trusted]).toEqual([OTHER]);
    expect(watch.liveness.membersHeard().silent).toEqual([THIRD]);
    watch.exchange(THIRD);
    expect([...watch.liveness.membersHeard().trusted]).toEqual([OTHER, THIRD]);
    expect(watch.memberChanges).toBe(6);
  });

  it("has caught up as soon as one says so in a ping, and not when its next process has sent none", () => {
    const watch = new Watch();
    watch.hear(OTHER, { catchingUp: true });
    watch.hear(THIRD, { catchingUp: true });
    expect(watch.liveness.membersHeard().isAnyCaughtUp).toBe(false);
    const before = watch.memberChanges;
    watch.hear(OTHER, { catchingUp: false });
    expect(watch.liveness.membersHeard().isAnyCaughtUp).toBe(true);
    expect(watch.memberChanges).toBe(before + 1);
    const peer = watch.liveness.peer(OTHER);
    if (peer !== undefined) watch.liveness.heard(peer, { incarnation: 2, number: 1 });
    expect(watch.liveness.membersHeard().isAnyCaughtUp).toBe(false);
    expect(watch.memberChanges).toBe(before + 2);
    watch.hear(THIRD);
    expect(watch.liveness.membersHeard().isAnyCaughtUp).toBe(true);
    watch.liveness.forgetAll();
    expect(watch.liveness.membersHeard().isAnyCaughtUp).toBe(false);
  });

  it("reckons with who is silent for the heartbeat timeout: then it is out of service", () => {
    const watch = new Watch();
    watch.exchange(OTHER, THIRD);
    watch.pass(3_000, () => watch.exchange(OTHER));
    const { heartbeatTimeoutMs, suspectTimeoutMs } = DEFAULT_TIMINGS;
    const { quietUntilMs } = watch.liveness.membersHeard();
    expect(quietUntilMs).toBe(suspectTimeoutMs + heartbeatTimeoutMs);
  });
});

describe("Liveness: news of a peer", () => {
  it("is its first ping, that of its next process, and the end of suspicion", () => {
    const watch = new Watch();
    watch.exchange(OTHER);
    watch.exchange(OTHER);
    expect(watch.news).toEqual([OTHER]);
    watch.hear(OTHER, { incarnation: 2, number: 1 });
    expect(watch.news).toEqual([OTHER, OTHER]);
    watch.pass(2_500);
    watch.hear(OTHER, { incarnation: 2, number: 2 });
    expect(watch.news).toEqual([OTHER, OTHER]);
    watch.hear(OTHER, { incarnation: 2, number: 3, echo: watch.send(OTHER) });
    expect(watch.news).toEqual([OTHER, OTHER, OTHER]);
  });
});

describe("Liveness.notHeardBy()", () => {
  it("names who has not received a ping yet that told it that it is heard", () => {
    const watch = new Watch();
    expect(watch.liveness.notHeardBy()).toEqual([OTHER, THIRD]);
    watch.exchange(OTHER);
    expect(watch.liveness.notHeardBy()).toEqual([OTHER, THIRD]);
    watch.exchange(OTHER);
    expect(watch.liveness.notHeardBy()).toEqual([THIRD]);
  });

  it("leaves out who cannot be reached, and names its next process", () => {
    const watch = new Watch();
    watch.exchange(OTHER);
    watch.exchange(OTHER);
    watch.liveness.refused(THIRD);
    expect(watch.liveness.notHeardBy()).toEqual([]);
    watch.hear(OTHER, { incarnation: 2, number: 1, echo: watch.send(OTHER) });
    expect(watch.liveness.notHeardBy()).toEqual([OTHER]);
    watch.hear(OTHER, { incarnation: 2, number: 2, echo: watch.send(OTHER) });
    expect(watch.liveness.notHeardBy()).toEqual([]);
  });

  it("does not take a reply to a claim for it: that comes without any ping", () => {
    const watch = new Watch();
    const peer = watch.liveness.peer(OTHER);
    if (peer !== undefined) watch.liveness.echoed(peer, watch.send(OTHER));
    expect(watch.liveness.notHeardBy()).toContain(OTHER);
  });
});

describe("Liveness.setPeers()", () => {
  it("keeps what it knows of those who stay and forgets those who go", () => {
    const watch = new Watch();
    watch.exchange(OTHER, THIRD);
    watch.liveness.setPeers([OTHER, idOf("am-4")]);
    expect([...watch.liveness.peers].map((peer) => [peer.id, peer.numberHeard])).toEqual([
      [OTHER, 1],
      ["am-4", 0],
    ]);
    expect(watch.liveness.isSuspected(idOf("am-4"))).toBe(false);
  });

  it("takes no lease of before for one of a member that has left and come back (A20)", () => {
    const watch = new Watch();
    watch.exchange(OTHER);
    const epoch = epochOf(watch);
    expect(watch.liveness.holdsLease(OTHER, epoch)).toBe(true);
    watch.liveness.setPeers([THIRD]);
    watch.liveness.setPeers([OTHER, THIRD]);
    watch.hear(OTHER, { incarnation: 2, number: 1 });
    watch.hear(OTHER, { incarnation: 2, number: 2, echo: watch.send(OTHER) });
    expect(watch.liveness.holdsLease(OTHER, epoch)).toBe(false);
    expect(watch.liveness.holdsLease(OTHER, epochOf(watch))).toBe(true);
    expect(watch.events).toEqual([`${OTHER} gone`]);
  });

  it("knows the process of a member that is gone from the view for a while", () => {
    const watch = new Watch();
    watch.exchange(OTHER);
    for (const ids of [[THIRD], [OTHER, THIRD], [THIRD], [OTHER, THIRD]]) {
      watch.liveness.setPeers(ids);
    }
    watch.exchange(OTHER);
    expect(watch.events).toEqual([]);
  });
});

function epochOf(watch: Watch): number {
  return watch.liveness.peer(OTHER)?.leaseEpoch ?? -1;
}
