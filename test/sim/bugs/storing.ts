/** Mistakes in what is kept, merged and acknowledged: I1, I4 to I6, I10, I15, I23, I26. */
import type { AlertRecord, TenantId } from "@tocsin/domain/model";
import { AppError } from "@tocsin/foundation";
import { Fleet } from "@tocsin/engine/fleet";
import { PeerCalls } from "@tocsin/engine/replication";
import { Tenant } from "@tocsin/engine/tenant";
import { ClusterTime, OffsetFilter } from "@tocsin/engine/time";
import { SimJournal } from "../world/disk.ts";
import type { Bug } from "./index.ts";
import { both, method } from "./plant.ts";

/** Which yes is followed by a write, in the bug that forgets most. */
const WRITTEN_EVERY = 20;

export const STORING_BUGS: readonly Bug[] = [
  {
    name: "a write is answered before the other owners have said yes",
    invariant: "I1",
    kinds: ["data-cut", "lossy"],
    seeds: [1],
    plant: () =>
      method(PeerCalls, "callInView", (right) => {
        return function (this: PeerCalls, ...asked) {
          const answer = right.call(this, ...asked);
          const { kind, body } = asked[1]();
          if (kind === "write-alerts" && "batches" in body) {
            void answer.catch(() => {});
            const results = body.batches.map(() => ({ behind: [] }));
            return Promise.resolve({ kind: "taken", results });
          }
          return answer;
        };
      }),
  },
  {
    name: "an owner says yes before it has written",
    invariant: "I4",
    kinds: ["kill-all"],
    seeds: [1],
    plant: () => {
      const calls = new WeakMap<SimJournal, number>();
      return method(SimJournal, "written", (right) => {
        return function (this: SimJournal) {
          const count = (calls.get(this) ?? 0) + 1;
          calls.set(this, count);
          const isTime = count % WRITTEN_EVERY === 0;
          return isTime ? right.call(this) : Promise.resolve();
        };
      });
    },
  },
  {
    name: "what a full disk did not take is not written when there is room again",
    invariant: "I4",
    kinds: ["disk-full", "power-all"],
    world: { instanceCount: 2, replicationFactor: 2 },
    seeds: [436],
    plant: () => method(SimJournal, "checkpointDue", () => () => false),
  },
  {
    name: "the coordinator's wall clock is the stamp, and nobody is behind",
    invariant: "I5",
    kinds: [],
    seeds: [4, 5],
    plant: () =>
      both(
        method(ClusterTime, "setOffsets", () => () => {}),
        method(ClusterTime, "observeStampUs", () => () => {}),
        method(Tenant, "applyBatch", (right) => {
          return function (this: Tenant, batch) {
            return { ...right.call(this, batch), behind: [] };
          };
        }),
      ),
  },
  {
    name: "what a ping was under way is taken for its sender's clock",
    invariant: "I10",
    kinds: ["slow", "slow"],
    seeds: [5, 9],
    plant: () =>
      method(OffsetFilter, "add", (right) => {
        return function (this: OffsetFilter, shownMs) {
          right.call(this, shownMs, 0);
        };
      }),
  },
  {
    name: "a renewal that was under way while its alert was ended is lifted above the end",
    invariant: "I13",
    kinds: ["slow", "lossy"],
    seeds: [8_069],
    world: { instanceCount: 5, rare: true },
    plant: () =>
      method(Tenant, "applyBatch", (right) => {
        return function (this: Tenant, batch) {
          const result = right.call(this, batch);
          return { ...result, behind: result.behind.map((one) => ({ ...one, isEnd: false })) };
        };
      }),
  },
  {
    name: "the last writer of a silence wins, even over its end",
    invariant: "I6",
    kinds: [],
    seeds: [4, 16],
    plant: () =>
      method(Tenant, "merge", (right) => {
        return function (this: Tenant, state, nowMs) {
          const silences = state.silences?.map((one) => ({ ...one, expiredOnRequest: false }));
          const changed = silences === undefined ? state : { ...state, silences };
          return right.call(this, changed, nowMs);
        };
      }),
  },
  {
    name: "of two log entries the one that arrived first stands",
    invariant: "I15",
    kinds: [],
    seeds: [3, 4],
    plant: () =>
      method(Tenant, "merge", (right) => {
        return function (this: Tenant, state, nowMs) {
          const log = state.log?.filter(({ key }) => this.logEntry(key) === undefined);
          const kept = log === undefined ? state : { ...state, log };
          return right.call(this, kept, nowMs);
        };
      }),
  },
  {
    name: "owners neither compare what they hold nor repair what a read has found",
    invariant: "I15",
    kinds: ["cut", "wipe"],
    seeds: [1, 2],
    plant: () =>
      method(PeerCalls, "call", (right) => {
        return function (this: PeerCalls, ...asked) {
          const { kind } = asked[1];
          if (kind !== "compare" && kind !== "merge") return right.call(this, ...asked);
          return Promise.reject(new AppError("unavailable", "Not asked"));
        };
      }),
  },
  {
    name: "an owner learns of no end that lies before what it holds",
    invariant: "I26",
    kinds: ["data-cut"],
    world: { episodes: true },
    seeds: [15, 118],
    plant: () =>
      method(Tenant, "merge", (right) => {
        return function (this: Tenant, state, nowMs) {
          const held = new Map(this.fullState().alerts?.map((one) => [keyOf(one), one.stampUs]));
          const alerts = state.alerts
            ?.filter((one) => (held.get(keyOf(one)) ?? 0) <= one.stampUs)
            .map((one) => ({ ...one, past: undefined }));
          return right.call(this, alerts === undefined ? state : { ...state, alerts }, nowMs);
        };
      }),
  },
  {
    name: "one map for all tenants",
    invariant: "I23",
    kinds: [],
    seeds: [1],
    plant: () => {
      const first = "t-0" as TenantId;
      return both(
        method(Fleet, "open", (right) => {
          return function (this: Fleet) {
            return right.call(this, first);
          };
        }),
        method(Fleet, "get", (right) => {
          return function (this: Fleet) {
            return right.call(this, first);
          };
        }),
      );
    },
  },
];

function keyOf({ fpHi, fpLo }: AlertRecord): string {
  return `${fpHi} ${fpLo}`;
}
