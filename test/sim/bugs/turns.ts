/** Mistakes in who speaks, and when: I7, I11, I12, I18, I22, I24. */
import { ownersInOrder } from "@tocsin/domain/quorum";
import { Claims, Granter, Liveness, OpenedClaim } from "@tocsin/engine/cluster";
import { Tenant } from "@tocsin/engine/tenant";
import type { Bug } from "./index.ts";
import { both, getter, method } from "./plant.ts";

export const TURN_BUGS: readonly Bug[] = [
  {
    name: "nobody looks at the lease before the first byte",
    invariant: "I7",
    kinds: ["stop", "receiver-slow"],
    seeds: [2],
    plant: () => getter(OpenedClaim, "holdsLease", () => true),
  },
  {
    name: "only the first in order claims",
    invariant: "I11",
    kinds: ["data-cut"],
    seeds: [1],
    plant: () =>
      method(Claims, "ask", (right) => {
        return function (this: Claims, ...asked) {
          const [handle, claim] = asked;
          if (ownersInOrder(handle.owners)[0] !== claim.id.by) return;
          right.call(this, ...asked);
        };
      }),
  },
  {
    name: "pings end every claim, whether or not its outcome is acknowledged",
    invariant: "I12",
    kinds: ["receiver-slow"],
    seeds: [1],
    plant: () => method(Claims, "below", () => () => Infinity),
  },
  {
    name: "a position waits for its timeout, whoever is suspected",
    invariant: "I18",
    kinds: ["stop", "kill"],
    seeds: [2],
    timings: { turnGraceMs: 7_000 },
    plant: () =>
      method(Liveness, "isSuspected", (right) => {
        return function (this: Liveness, id) {
          return this.peer(id) === undefined && right.call(this, id);
        };
      }),
  },
  {
    name: "watchers go on after a while, whether or not the holder lives",
    invariant: "I22",
    kinds: ["receiver-slow", "receiver-hangs"],
    seeds: [1],
    timings: { grantLimitMs: 3_000 },
    plant: () => () => {},
  },
  {
    name: "what may be forgotten is kept",
    invariant: "I24",
    kinds: [],
    seeds: [1],
    world: { restMs: 33 * 60_000 },
    plant: () => method(Tenant, "collectGarbage", () => () => 0),
  },
  {
    name: "the grants of those who are gone never end",
    invariant: "I24",
    kinds: ["kill", "receiver-slow"],
    seeds: [2, 4],
    plant: () =>
      both(
        method(Granter, "expire", () => () => {}),
        method(Granter, "endAllOf", () => () => {}),
      ),
  },
];
