import { describe, expect, it } from "vitest";
import type { InstanceId, LogKey, TenantId } from "@tocsin/domain/model";
import type { OwnerSets } from "@tocsin/domain/quorum";
import type { RingDocument } from "@tocsin/domain/ring";
import type { ClaimAnswer, ClaimRequest, Outcome } from "../peer/claim.ts";
import { EMPTY_DIGESTS } from "../peer/state.ts";
import { documentOf, viewOf } from "../testing/documents.ts";
import { settle } from "../testing/manual-clock.ts";
import { ScriptedTransport } from "../testing/scripted-transport.ts";
import { idOf, OTHER, OWN, OWN_INCARNATION, THIRD, Watch } from "../testing/watch.ts";
import { ClusterTime, Timers } from "../time/index.ts";
import { endWithout } from "./claim-ends.ts";
import { Claims } from "./claims.ts";
import type { OpenedClaim } from "./opened-claim.ts";
import { Granter } from "./granter.ts";
import { DEFAULT_TIMINGS } from "./timings.ts";

// Branded texts are made at the edges of the program, and a test is one.
const TENANT = "team-a" as TenantId;
const REF = { tenant: TENANT, key: "key-1" as LogKey, groupId: "group-1", tickMs: 1_000 };
const FOURTH = idOf("am-4");

const GRANTED: ClaimAnswer = { kind: "granted", caughtUp: true, news: {} };
const HELD: ClaimAnswer = { kind: "held", by: THIRD, news: {} };
const QUARANTINE: ClaimAnswer = { kind: "quarantine" };

describe("OpenedClaim.isGranted", () => {
  it("needs one other of three besides the own grant", async () => {
    const world = new World();
    const handle = world.open();
    expect(handle.isGranted).toBe(false);
    world.answer(OTHER, GRANTED);
    await world.ask(handle);
    expect(handle.isGranted).toBe(true);
  });

  it("needs R that count as readers among those that granted", async () => {
    const world = new World();
    const handle = world.open();
    world.answer(OTHER, { ...GRANTED, caughtUp: false });
    await world.ask(handle);
    expect([handle.isGranted, handle.hasMajority, handle.holdsLease]).toEqual([false, true, true]);
    world.answer(THIRD, GRANTED);
    await world.ask(handle);
    expect(handle.isGranted).toBe(true);
  });

  it("does not count the own copy among the readers while that goes on with snapshots", async () => {
    const world = new World();
    world.isCaughtUp = false;
    const handle = world.open();
    world.answer(OTHER, GRANTED);
    await world.ask(handle);
    expect([handle.isGranted, handle.holdsLease]).toEqual([false, true]);
    world.answer(THIRD, GRANTED);
    await world.ask(handle);
    expect(handle.isGranted).toBe(true);
  });

  it("needs W of the old and W of the new owners while they differ (A12)", async () => {
    const world = new World();
    world.sets = [
      [OWN, OTHER, THIRD],
      [OWN, FOURTH, THIRD],
    ];
    const handle = world.open();
    world.answer(OTHER, GRANTED);
    await world.ask(handle);
    expect(handle.isGranted).toBe(false);
    world.answer(FOURTH, GRANTED);
    await world.ask(handle);
    expect(handle.isGranted).toBe(true);
  });

  it("counts answers of this look only", async () => {
    const world = new World();
    const handle = await world.granted(OTHER);
    handle.beginLook();
    expect(handle.isGranted).toBe(false);
    expect(handle.holdsLease).toBe(true);
    expect(handle.missing).toEqual([OTHER, THIRD]);
  });

  it("ends when an owner says no that had said yes", async () => {
    const world = new World();
    const handle = await world.granted(OTHER);
    world.answer(OTHER, HELD);
    await world.ask(handle);
    expect([handle.isGranted, handle.holdsLease]).toEqual([false, false]);
  });
});

describe("OpenedClaim.holdsLease", () => {
  it("runs out 1.5 s after the claim was sent when nothing is echoed (7.3)", async () => {
    const world = new World();
    const handle = await world.granted(OTHER);
    world.watch.pass(1_400);
    expect(handle.holdsLease).toBe(true);
    world.watch.pass(100);
    expect(handle.holdsLease).toBe(false);
  });

  it("lives on while pings are echoed, and does not come back once it has lapsed (A30)", async () => {
    const world = new World();
    const handle = await world.granted(OTHER);
    world.watch.pass(5_000, () => world.watch.exchange(OTHER));
    expect(handle.holdsLease).toBe(true);
    world.watch.pass(1_500);
    world.watch.exchange(OTHER);
    expect([handle.holdsLease, handle.isGranted]).toEqual([false, false]);
    await world.ask(handle);
    expect([handle.holdsLease, handle.isGranted]).toEqual([true, true]);
  });

  it("is none when the grant came later than the lease would have lasted (A30)", async () => {
    const world = new World();
    const handle = world.open();
    const seen: string[] = [];
    handle.onAnswer = (_, answer) => seen.push(answer.kind);
    const late = Promise.withResolvers<ClaimAnswer>();
    world.answer(OTHER, late.promise);
    await world.ask(handle);
    world.watch.clock.jump(1_500);
    late.resolve(GRANTED);
    await settle();
    expect([handle.isGranted, handle.grants.size, seen]).toEqual([false, 0, []]);
  });

  it("ends when the own ping says that one is cut off, for grants on their way too (A18)", async () => {
    const world = new World();
    const { liveness } = world.watch;
    const peer = liveness.peer(OTHER)!;
    const had = await world.granted(OTHER);
    const asked = world.open("key-2");
    const late = Promise.withResolvers<ClaimAnswer>();
    world.answer(OTHER, late.promise);
    await world.ask(asked);
    liveness.disclaimed(peer, liveness.drawNumber(peer));
    late.resolve(GRANTED);
    await settle();
    expect([had.holdsLease, asked.holdsLease, asked.grants.size]).toEqual([false, false, 0]);
    world.answer(OTHER, GRANTED);
    await world.ask(asked);
    expect(asked.holdsLease).toBe(true);
  });

  it("is lost with a stop of the process, whatever was decided", async () => {
    const world = new World();
    const handle = await world.granted(OTHER);
    world.watch.clock.jump(20_000);
    expect(handle.holdsLease).toBe(false);
    world.watch.running.beat();
    world.watch.liveness.forgetAll();
    world.watch.exchange(OTHER);
    expect(handle.holdsLease).toBe(false);
  });

  it("is lost when the own grant is: an earlier one in order has taken the key here", async () => {
    const world = new World();
    const handle = await world.granted(OTHER);
    world.granter.end(REF, { by: OWN, incarnation: OWN_INCARNATION, number: handle.number });
    world.granter.grant(REF, { by: THIRD, incarnation: 1, number: 1 });
    expect([handle.hasOwnGrant, handle.holdsLease, handle.isGranted]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it("is asked of the owners as they are now, not as they were when the claim was opened (A12)", async () => {
    const world = new World();
    const handle = await world.granted(OTHER);
    world.sets = [[FOURTH, OWN, THIRD]];
    expect([handle.isGranted, handle.holdsLease]).toEqual([false, false]);
    expect(handle.missing).toEqual([FOURTH, THIRD]);
  });

  it("needs all that granted when it speaks alone (7.5)", async () => {
    const world = new World();
    world.sets = [[OWN, OTHER, THIRD, FOURTH, idOf("am-5")]];
    const handle = await world.granted(OTHER);
    expect(handle.holdsLease).toBe(false);
    handle.alone = true;
    expect(handle.holdsLease).toBe(true);
    world.watch.pass(1_500);
    expect(handle.holdsLease).toBe(false);
    handle.beginLook();
    expect(handle.alone).toBe(false);
  });

  it("has a version ahead of the time when it speaks alone (7.5)", async () => {
    const world = new World();
    const handle = await world.granted(OTHER);
    const time = new ClusterTime(world.watch.clock);
    handle.alone = true;
    handle.drawVersion(time);
    expect(handle.versionUs).toBe((time.nowMs() + 500) * 1_000);
  });
});

describe("OpenedClaim: what stands in the way", () => {
  it("is blocked when noes leave no majority, not when somebody is only silent", async () => {
    const world = new World();
    const handle = world.open();
    world.answer(OTHER, HELD);
    await world.ask(handle);
    expect(handle.isBlocked).toBe(false);
    world.answer(THIRD, { kind: "due", atMs: 5, news: {} });
    await world.ask(handle);
    expect(handle.isBlocked).toBe(true);
  });

  it("is blocked by one no when the other owner is suspected", async () => {
    const world = new World();
    const handle = world.open();
    world.answer(OTHER, HELD);
    await world.ask(handle);
    world.watch.liveness.refused(THIRD);
    expect(handle.isBlocked).toBe(true);
  });

  it("is not blocked by quarantine, which passes", async () => {
    const world = new World();
    const handle = world.open();
    world.answer(OTHER, QUARANTINE);
    world.answer(THIRD, QUARANTINE);
    await world.ask(handle);
    expect([handle.isBlocked, handle.isGranted]).toEqual([false, false]);
  });

  it("has all trusted ones behind it when those without a yes are suspected", async () => {
    const world = new World();
    const handle = world.open();
    expect(handle.isGrantedByAllTrusted).toBe(false);
    world.watch.liveness.refused(OTHER);
    expect(handle.isGrantedByAllTrusted).toBe(false);
    world.watch.liveness.refused(THIRD);
    expect(handle.isGrantedByAllTrusted).toBe(true);
  });
});

describe("Claims.open()", () => {
  it("draws no claim for a key that is held here by another", () => {
    const world = new World();
    world.granter.grant(REF, { by: THIRD, incarnation: 1, number: 1 });
    expect(world.claims.open(REF, world.owners)).toBeUndefined();
    expect([world.claims.openCount, world.claims.below(OTHER)]).toEqual([0, 1]);
  });
});

describe("Claims.ask()", () => {
  it("puts claims of one turn of the loop into one message, numbered like a ping (A31)", async () => {
    const world = new World();
    const first = world.open();
    const second = world.open("key-2");
    world.answer(OTHER, GRANTED);
    world.claims.ask(first, world.claim(first), [OTHER]);
    world.claims.ask(second, world.claim(second), [OTHER]);
    await settle();
    expect(world.transport.calls).toHaveLength(1);
    const body = world.transport.calls[0]?.request.body as ClaimRequest;
    expect(body).toMatchObject({
      from: OWN,
      incarnation: OWN_INCARNATION,
      pingNumber: world.watch.liveness.numberDrawn,
    });
    expect(body.claims).toHaveLength(2);
    expect([first.grants.has(OTHER), second.grants.has(OTHER)]).toEqual([true, true]);
  });

  it("adopts the view that an owner attaches to its refusal, and counts nothing (A13)", async () => {
    const world = new World();
    const handle = world.open();
    const view = documentOf([OWN, OTHER, THIRD], { version: 9 });
    world.transport.answers.set(OTHER, () => ({ kind: "older-view", view }));
    await world.ask(handle);
    expect(world.adopted).toEqual([view]);
    expect(handle.answers.size).toBe(0);
  });

  it("takes silence and failure for no answer", async () => {
    const world = new World();
    const handle = world.open();
    world.transport.answers.set(OTHER, () => undefined);
    await world.ask(handle);
    await world.watch.clock.advance(DEFAULT_TIMINGS.claimCallMs);
    expect(handle.answers.size).toBe(0);
    expect(handle.missing).toEqual([OTHER, THIRD]);
  });

  it("takes no answer for a claim that is closed", async () => {
    const world = new World();
    const handle = world.open();
    const late = Promise.withResolvers<ClaimAnswer>();
    world.answer(OTHER, late.promise);
    await world.ask(handle);
    world.claims.close(handle, endWithout(REF, "released"));
    late.resolve(GRANTED);
    await settle();
    expect(handle.grants.size).toBe(0);
  });
});

describe("Claims.close() and below()", () => {
  it("lets go of the key here at once and tells every owner", async () => {
    const world = new World();
    world.acknowledge(OTHER, THIRD);
    const handle = await world.granted(OTHER);
    world.claims.close(handle, endWithout(REF, "nothing"));
    expect(world.granter.holder(REF)).toBeUndefined();
    await settle();
    expect(world.transport.kindsTo("outcome")).toEqual([OTHER, THIRD]);
    expect(world.claims.openCount).toBe(0);
  });

  it("does nothing the second time", async () => {
    const world = new World();
    world.acknowledge(OTHER, THIRD);
    const handle = world.open();
    world.claims.close(handle, endWithout(REF, "nothing"));
    world.claims.close(handle, endWithout(REF, "failed"));
    await settle();
    expect(world.told(OTHER)).toEqual(["nothing"]);
  });

  it("tells who granted under an earlier view too (A27)", async () => {
    const world = new World();
    const handle = await world.granted(OTHER);
    world.acknowledge(OTHER, THIRD, FOURTH);
    world.sets = [[OWN, THIRD, FOURTH]];
    world.claims.close(handle, endWithout(REF, "released"));
    await settle();
    expect(new Set(world.transport.kindsTo("outcome"))).toEqual(new Set([OTHER, THIRD, FOURTH]));
  });

  it("stays below a claim for who has not acknowledged its end (A29)", async () => {
    const world = new World();
    world.acknowledge(OTHER);
    world.transport.answers.set(THIRD, () => undefined);
    const handle = world.open();
    expect([world.claims.below(OTHER), world.claims.below(THIRD)]).toEqual([1, 1]);
    world.claims.close(handle, endWithout(REF, "nothing"));
    await settle();
    expect([world.claims.below(OTHER), world.claims.below(THIRD)]).toEqual([2, 1]);
  });

  it("repeats an outcome until it is acknowledged", async () => {
    const world = new World();
    world.acknowledge(THIRD);
    const handle = world.open();
    world.claims.close(handle, endWithout(REF, "nothing"));
    await settle();
    expect(world.claims.openCount).toBe(1);
    world.acknowledge(OTHER);
    await world.watch.clock.advance(DEFAULT_TIMINGS.claimRetryMs);
    expect(world.transport.kindsTo("outcome")).toEqual([OTHER, THIRD, OTHER]);
    expect(world.claims.openCount).toBe(0);
  });

  it("stops telling who is suspected: digests will", async () => {
    const world = new World();
    world.acknowledge(THIRD);
    const handle = world.open();
    world.claims.close(handle, endWithout(REF, "nothing"));
    await settle();
    world.watch.liveness.refused(OTHER);
    world.claims.forgetPeer(OTHER);
    expect([world.claims.openCount, world.claims.below(OTHER)]).toEqual([0, 2]);
    await world.watch.clock.advance(5_000);
    expect(world.transport.kindsTo("outcome")).toEqual([OTHER, THIRD]);
  });

  it("does not wait for an owner that is no member any more", async () => {
    const world = new World();
    world.acknowledge(OTHER, THIRD);
    world.sets = [[OWN, OTHER, idOf("am-9")]];
    const handle = world.open();
    world.claims.close(handle, endWithout(REF, "nothing"));
    await settle();
    expect(world.claims.openCount).toBe(0);
  });
});

describe("Claims.notGrantedBy() (A20, A32)", () => {
  it("lists open claims for who has not granted them, anew when its process is gone", async () => {
    const world = new World();
    const handle = await world.granted(OTHER);
    handle.sending = true;
    expect(world.claims.notGrantedBy(OTHER)).toEqual([]);
    expect(world.claims.notGrantedBy(THIRD)).toMatchObject([{ number: 1, sending: true }]);
    world.claims.peerGone(OTHER);
    expect(world.claims.notGrantedBy(OTHER)).toHaveLength(1);
    expect(handle.holdsLease).toBe(false);
    world.claims.close(handle, endWithout(REF, "released"));
    expect(world.claims.notGrantedBy(OTHER)).toEqual([]);
  });
});

describe("Claims.heldKeys()", () => {
  it("names keys that a majority lets this instance send about now", async () => {
    const world = new World();
    const handle = await world.granted(OTHER);
    expect(world.claims.heldKeys()).toEqual([]);
    handle.versionUs = 1;
    expect(world.claims.heldKeys()).toEqual(["team-a\nkey-1"]);
    world.watch.pass(1_500);
    expect(world.claims.heldKeys()).toEqual([]);
  });
});

/** One claimant and peers that answer what is written for them. */
class World {
  readonly watch: Watch = new Watch();
  readonly transport: ScriptedTransport = new ScriptedTransport();
  readonly adopted: RingDocument[] = [];
  readonly granter: Granter;
  readonly claims: Claims;
  sets: OwnerSets["sets"] = [[OWN, OTHER, THIRD]];
  isCaughtUp = true;
  readonly owners = (): OwnerSets => ({ sets: this.sets });

  constructor() {
    const { clock, liveness } = this.watch;
    liveness.setPeers([OTHER, THIRD, FOURTH, idOf("am-5")]);
    this.watch.exchange(OTHER, THIRD, FOURTH);
    const own = { id: OWN, incarnation: OWN_INCARNATION };
    const timers = new Timers(clock);
    const view = viewOf([OWN, OTHER, THIRD, FOURTH, idOf("am-5")]);
    const { signal } = new AbortController();
    this.granter = new Granter({ clock, liveness, own }, DEFAULT_TIMINGS);
    this.claims = new Claims(
      {
        clock,
        timers,
        transport: this.transport,
        liveness,
        granter: this.granter,
        own,
        view: () => view,
        adoptView: (document) => this.adopted.push(document),
        onStamp: () => {},
        isCaughtUp: () => this.isCaughtUp,
        signal,
      },
      DEFAULT_TIMINGS,
    );
    void timers.run(signal);
  }

  open(key = "key-1"): OpenedClaim {
    const handle = this.claims.open({ ...REF, key: key as LogKey }, this.owners);
    if (handle === undefined) throw new Error("The key is held by another");
    handle.beginLook();
    return handle;
  }

  claim(handle: OpenedClaim): Parameters<Claims["ask"]>[1] {
    const id = { by: OWN, incarnation: OWN_INCARNATION, number: handle.number };
    const { alerts, log, silences } = EMPTY_DIGESTS;
    const digests = { alerts, inhibitors: alerts, silences, log };
    return { ...REF, id, configVersion: 0, digests };
  }

  /** Asks everybody for whom something is written. */
  async ask(handle: OpenedClaim): Promise<void> {
    this.claims.ask(handle, this.claim(handle), [...this.transport.answers.keys()]);
    await settle();
  }

  answer(from: InstanceId, answer: ClaimAnswer | Promise<ClaimAnswer>): void {
    this.transport.answers.set(from, async ({ kind, body }) => {
      if (kind !== "claim") return {};
      const { claims, pingNumber } = body as ClaimRequest;
      const one = await answer;
      return { kind: "answers", echo: pingNumber, stampUs: 0, answers: claims.map(() => one) };
    });
  }

  acknowledge(...ids: readonly InstanceId[]): void {
    for (const id of ids) this.transport.answers.set(id, () => ({}));
  }

  /** A claim that this owner has granted. */
  async granted(by: InstanceId): Promise<OpenedClaim> {
    const handle = this.open();
    this.answer(by, GRANTED);
    await this.ask(handle);
    return handle;
  }

  /** Kinds of outcomes that this owner was told. */
  told(id: InstanceId): readonly string[] {
    return this.transport.calls
      .filter(({ to, request }) => to === id && request.kind === "outcome")
      .flatMap(({ request }) => (request.body as { outcomes: readonly Outcome[] }).outcomes)
      .map(({ kind }) => kind);
  }
}
