/** Mistakes in who owns what, and when a copy counts: I2, I3, I19 to I21. */
import { QuorumTracker } from "@tocsin/domain/quorum";
import { View } from "@tocsin/engine/cluster";
import { RingAccess } from "@tocsin/engine/membership";
import { CatchUp, PeerCalls } from "@tocsin/engine/replication";
import { Tenant } from "@tocsin/engine/tenant";
import type { Bug } from "./index.ts";
import { both, getter, method } from "./plant.ts";

const AHEAD_MS = 3_000;

export const MOVING_BUGS: readonly Bug[] = [
  {
    name: "only the new owners are asked while ownership moves",
    invariant: "I2",
    kinds: ["join", "leave"],
    seeds: [20],
    world: { instanceCount: 3, replicationFactor: 1 },
    plant: () =>
      both(
        method(View, "owners", (right) => {
          return function (this: View, tenant) {
            return { sets: right.call(this, tenant).sets.slice(-1) };
          };
        }),
        method(CatchUp, "isCaughtUp", () => () => true),
      ),
  },
  {
    name: "an owner with an empty disk counts before it has taken anything",
    invariant: "I3",
    kinds: ["wipe"],
    seeds: [1, 2],
    world: { replicationFactor: 2 },
    plant: () =>
      method(PeerCalls, "callInView", (right) => {
        return function (this: PeerCalls, ...asked) {
          if (asked[1]().kind !== "tenants") return right.call(this, ...asked);
          return Promise.resolve({ kind: "tenants", counts: true, tenants: [], more: false });
        };
      }),
  },
  {
    name: "who has lost its disk and is cut off for long counts with snapshots alone",
    invariant: "I3",
    kinds: ["wipe", "cut"],
    seeds: [3],
    world: { instanceCount: 3, replicationFactor: 2, timings: { catchUpTimeoutMs: 2_000 } },
    plant: () =>
      method(CatchUp, "isCaughtUp", (right) => {
        return function (this: CatchUp, tenant) {
          return this.isDegraded || right.call(this, tenant);
        };
      }),
  },
  {
    name: "who comes back counts its own copy, though others went on when it had left",
    invariant: "I4",
    kinds: ["restart-all"],
    seeds: [6, 15],
    world: { instanceCount: 5 },
    plant: () =>
      method(CatchUp, "restart", (right) => {
        return function (this: CatchUp) {
          right.call(this, true);
        };
      }),
  },
  {
    name: "a write waits for every owner, whoever is stopped",
    invariant: "I19",
    kinds: ["stop"],
    seeds: [1, 2],
    plant: () =>
      getter(QuorumTracker, "outcome", function (this: QuorumTracker) {
        const { have, need } = this.progress;
        return have > need ? "reached" : "open";
      }),
  },
  {
    name: "who has gained a tenant is ahead of its schedule",
    invariant: "I20",
    kinds: ["restart", "join-two", "leave-many"],
    seeds: [5, 17],
    plant: () => {
      const gained = new WeakSet<Tenant>();
      return both(
        method(Tenant, "passTicks", (right) => {
          return function (this: Tenant, nowMs) {
            gained.add(this);
            right.call(this, nowMs);
          };
        }),
        method(Tenant, "takeDue", (right) => {
          return function (this: Tenant, nowMs, options) {
            return right.call(this, gained.has(this) ? nowMs + AHEAD_MS : nowMs, options);
          };
        }),
      );
    },
  },
  {
    name: "nobody puts the view back into an empty ring store",
    invariant: "I21",
    kinds: ["ring-wipe"],
    seeds: [1, 2, 3],
    plant: () =>
      method(RingAccess, "write", (right) => {
        return function (this: RingAccess, ...asked) {
          const [expected, next] = asked;
          const isFounding = next.members.length === 1;
          if (expected === 0 && !isFounding) return Promise.resolve(false);
          return right.call(this, ...asked);
        };
      }),
  },
];
