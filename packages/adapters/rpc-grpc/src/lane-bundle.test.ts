import type { PeerReply, Ping } from "@tocsin/engine/peer";
import { AppError } from "@tocsin/foundation";
import { describe, expect, it, onTestFinished } from "vitest";
import { LaneBundle, type BundledLink } from "./lane-bundle.ts";
import { AM1, NEVER, pingOf, StepClock } from "./testing.ts";

const SMALL = new Uint8Array(10);
const ANSWER = { view: undefined };
const OTHER_ANSWER = { merged: true };

describe("LaneBundle.call()", () => {
  it("takes one connection while answers come in time", async () => {
    const world = new World();
    const answer = world.bundle.call("view", SMALL, NEVER);
    await world.pass(400);
    world.link(0).answer(ANSWER);
    expect(await answer).toBe(ANSWER);
    await world.pass(1_000);
    expect([world.links.length, world.slowCount]).toEqual([1, 0]);
  });

  it("says that an answer is late, and asks again on spare connections, one after the other", async () => {
    const world = new World({ reinforces: true });
    const answer = world.bundle.call("view", SMALL, NEVER);
    await world.pass(600);
    expect(world.links.map(({ tries }) => tries.length)).toEqual([1, 0, 0]);
    world.link(1).isOpen = true;
    await world.pass(300);
    expect(world.links.map(({ tries }) => tries.length)).toEqual([1, 1, 0]);
    world.link(2).isOpen = true;
    await world.pass(300);
    world.link(2).answer(ANSWER);
    expect(await answer).toBe(ANSWER);
    const reason = { code: "aborted" };
    expect(world.link(0).tries[0]?.signal.reason).toMatchObject(reason);
    expect(world.link(1).tries[0]?.signal.reason).toMatchObject(reason);
  });

  it("takes no answer for late while there is too much to do here", async () => {
    const world = new World({ reinforces: true });
    world.isBusy = true;
    void world.bundle.call("view", SMALL, NEVER);
    await world.pass(2_000);
    expect([world.links.length, world.slowCount]).toEqual([1, 0]);
    world.isBusy = false;
    await world.pass(700);
    expect(world.links).toHaveLength(3);
  });

  it("sends bulk once", async () => {
    const world = new World({ reinforces: true });
    void world.bundle.call("merge", new Uint8Array(65 * 1_024), NEVER);
    await world.pass(600);
    world.link(1).isOpen = true;
    await world.pass(1_000);
    expect(world.links.map(({ tries }) => tries.length)).toEqual([1, 0, 0]);
  });

  it("goes on with another connection when one breaks, and fails when none is left", async () => {
    const world = new World();
    world.bundle.reinforce();
    world.link(1).isOpen = true;
    const answer = world.bundle.call("view", SMALL, NEVER);
    world.link(0).fail("unavailable");
    await world.pass(0);
    world.link(1).answer(OTHER_ANSWER);
    expect(await answer).toBe(OTHER_ANSWER);
    const failure = world.bundle.call("view", SMALL, NEVER);
    world.link(0).fail("unavailable");
    await world.pass(0);
    world.link(1).fail("unavailable");
    await expect(failure).rejects.toMatchObject({ code: "unavailable" });
  });

  it("rejects at once with anything else, for a refused connection is news", async () => {
    const world = new World();
    world.bundle.reinforce();
    world.link(1).isOpen = true;
    const answer = world.bundle.call("view", SMALL, NEVER);
    world.link(0).fail("unreachable");
    await expect(answer).rejects.toMatchObject({ code: "unreachable" });
    expect(world.link(1).tries).toEqual([]);
  });

  it("rejects with its signal's reason on all connections", async () => {
    const world = new World();
    const abort = new AbortController();
    const answer = world.bundle.call("view", SMALL, abort.signal);
    const reason = new Error("too late");
    abort.abort(reason);
    await expect(answer).rejects.toBe(reason);
  });

  it("takes the open connection with the fewest calls", async () => {
    const world = new World();
    world.bundle.reinforce();
    world.link(1).isOpen = true;
    void world.bundle.call("view", SMALL, NEVER);
    void world.bundle.call("view", SMALL, NEVER);
    void world.bundle.call("view", SMALL, NEVER);
    expect(world.links.map(({ tries }) => tries.length)).toEqual([2, 1, 0]);
  });
});

describe("LaneBundle.reinforce()", () => {
  it("sends pings over all that is open, and drops what is not needed any more", async () => {
    const world = new World();
    world.bundle.reinforce();
    world.bundle.reinforce();
    expect(world.links).toHaveLength(3);
    world.link(1).isOpen = true;
    world.bundle.ping(pingOf(AM1, 1));
    expect(world.links.map(({ pings }) => pings.length)).toEqual([1, 1, 0]);
    await world.pass(29_000);
    expect(world.link(1).isClosed).toBe(false);
    world.bundle.reinforce();
    await world.pass(29_000);
    expect(world.link(1).isClosed).toBe(false);
    await world.pass(2_000);
    expect(world.links.map(({ isClosed }) => isClosed)).toEqual([false, true, true]);
    world.bundle.ping(pingOf(AM1, 2));
    expect(world.link(1).pings).toHaveLength(1);
  });

  it("does nothing while there is too much to do here", () => {
    const world = new World();
    world.isBusy = true;
    world.bundle.reinforce();
    expect(world.links).toHaveLength(1);
  });

  it("does nothing once the bundle is closed", () => {
    const world = new World();
    world.bundle.close();
    world.bundle.reinforce();
    expect(world.links.map(({ isClosed }) => isClosed)).toEqual([true]);
  });
});

describe("LaneBundle.renew()", () => {
  it("replaces the connection that is open for longest, one at a time", () => {
    const world = new World();
    world.bundle.reinforce();
    world.link(0).openedAtMs = 500;
    world.link(1).isOpen = true;
    world.link(1).openedAtMs = 100;
    world.bundle.renew();
    expect(world.links.map(({ renewals }) => renewals)).toEqual([0, 1, 0]);
    expect(world.slowCount).toBe(1);
  });
});

/** A bundle of connections that answer when they are told to. */
class World {
  readonly links: TestLink[] = [];
  readonly bundle: LaneBundle;
  readonly #clock = new StepClock();
  slowCount = 0;
  isBusy = false;

  constructor({ reinforces = false }: { readonly reinforces?: boolean } = {}) {
    this.bundle = new LaneBundle({
      clock: this.#clock,
      makeLink: () => {
        const link = new TestLink();
        this.links.push(link);
        return link;
      },
      isBusy: () => this.isBusy,
      onSlow: () => {
        this.slowCount += 1;
        if (reinforces) this.bundle.reinforce();
      },
    });
    this.link(0).isOpen = true;
    onTestFinished(() => this.bundle.close());
  }

  link(at: number): TestLink {
    const link = this.links[at];
    if (link === undefined) throw new Error(`There is no link ${at}`);
    return link;
  }

  pass(ms: number): Promise<void> {
    return this.#clock.pass(ms);
  }
}

interface Try {
  readonly signal: AbortSignal;
  readonly resolve: (reply: PeerReply) => void;
  readonly reject: (error: unknown) => void;
}

class TestLink implements BundledLink {
  isOpen = false;
  openedAtMs = 0;
  isClosed = false;
  renewals = 0;
  readonly pings: Ping[] = [];
  readonly tries: Try[] = [];

  get callCount(): number {
    return this.tries.length;
  }

  keep(): void {}

  retryNow(): void {}

  renew(): void {
    this.renewals += 1;
  }

  ping(ping: Ping): void {
    this.pings.push(ping);
  }

  call(_kind: string, _content: Uint8Array, signal: AbortSignal): Promise<PeerReply> {
    const { promise, resolve, reject } = Promise.withResolvers<PeerReply>();
    signal.addEventListener("abort", () => reject(signal.reason));
    this.tries.push({ signal, resolve, reject });
    return promise;
  }

  close(): void {
    this.isClosed = true;
  }

  answer(reply: PeerReply): void {
    this.tries.at(-1)?.resolve(reply);
  }

  fail(code: "unavailable" | "unreachable"): void {
    this.tries.at(-1)?.reject(new AppError(code, "It broke"));
  }
}
