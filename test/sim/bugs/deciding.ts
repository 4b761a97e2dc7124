/** Mistakes in what is decided on: I8 to I10, I12 to I14, I17, I25. */
import { ALWAYS_HEARD, heardFor, NEVER_HEARD, unbrokenMs } from "@tocsin/domain/alert";
import type { InstanceId, LogKey } from "@tocsin/domain/model";
import { Confirmations } from "@tocsin/engine/distributor";
import { Contact } from "@tocsin/engine/replication";
import { Tenant, type Prospect } from "@tocsin/engine/tenant";
import { RunningTime } from "@tocsin/engine/time";
import type { Bug } from "./index.ts";
import { both, method } from "./plant.ts";

export const DECIDING_BUGS: readonly Bug[] = [
  {
    name: "a claim is only a lock and brings nothing that others know",
    invariant: "I8",
    kinds: ["data-cut"],
    seeds: [1],
    plant: () => method(Tenant, "newsFor", () => () => ({})),
  },
  {
    name: "the digests of a claim leave the silences out",
    invariant: "I9",
    kinds: ["data-cut"],
    seeds: [1],
    plant: () =>
      method(Tenant, "newsFor", (right) => {
        return function (this: Tenant, ...of) {
          const { silences: _, ...news } = right.call(this, ...of);
          return news;
        };
      }),
  },
  {
    name: "the version of a log entry is drawn at the receiver's yes",
    invariant: "I12",
    kinds: ["stop", "receiver-slow"],
    seeds: [2],
    plant: () =>
      method(Tenant, "recordFor", (right) => {
        return function (this: Tenant, told, parts) {
          const us = Math.max(parts.version.us, parts.timestampMs * 1_000);
          const version = { ...parts.version, us };
          return right.call(this, told, { ...parts, version });
        };
      }),
  },
  {
    name: "told ends are not kept, and an owner without contact forgets what ran out",
    invariant: "I13",
    kinds: [],
    seeds: [1],
    plant: () => {
      let looks = 0;
      return both(
        method(Tenant, "recordFor", (right) => {
          return function (this: Tenant, ...of) {
            return { ...right.call(this, ...of), resolved: [] };
          };
        }),
        method(Tenant, "deciding", (right) => {
          return function (this: Tenant, input) {
            looks += 1;
            const heard = looks % LOST_CONTACT_EVERY === 0 ? NEVER_HEARD : input.heard;
            return right.call(this, { ...input, heard });
          };
        }),
      );
    },
  },
  {
    name: "who grants a claim notes it as told",
    invariant: "I10",
    kinds: ["kill", "stop", "receiver-slow"],
    seeds: [1],
    plant: () =>
      method(Tenant, "newsFor", (right) => {
        return function (this: Tenant, ...of) {
          const [groupId, key] = of;
          noteAsTold(this, groupId, key);
          return right.call(this, ...of);
        };
      }),
  },
  {
    name: "a group that was muted once is not looked at again",
    invariant: "I10",
    kinds: [],
    seeds: [1, 2],
    plant: () => {
      const muted = new WeakMap<Tenant, Map<string, Prospect>>();
      return method(Tenant, "foreseeing", (right) => {
        return function* (this: Tenant, input) {
          const known = muted.get(this) ?? new Map<string, Prospect>();
          muted.set(this, known);
          const prospect = known.get(input.groupId) ?? (yield* right.call(this, input));
          const isMuted = prospect.kind === "nothing" && prospect.why === "muted";
          if (isMuted) known.set(input.groupId, prospect);
          return prospect;
        };
      });
    },
  },
  {
    name: "one owner alone lets alerts run out",
    invariant: "I14",
    kinds: ["cut"],
    seeds: [82, 110],
    plant: () => method(Contact, "heard", () => () => ALWAYS_HEARD),
  },
  {
    name: "a break of contact begins it anew",
    invariant: "I10",
    kinds: ["flaps"],
    seeds: [3],
    plant: () =>
      method(Contact, "heard", (right) => {
        return function (this: Contact, tenant) {
          return heardFor(unbrokenMs(right.call(this, tenant)));
        };
      }),
  },
  {
    name: "what was stored is told, whatever its sender was answered",
    invariant: "I25",
    kinds: ["isolate"],
    seeds: [1],
    plant: () => method(Confirmations, "mayTell", () => () => true),
  },
  {
    name: "a stop of the process goes unnoticed",
    invariant: "I17",
    kinds: ["stop"],
    seeds: [1],
    plant: () =>
      method(RunningTime, "beat", (right) => {
        return function (this: RunningTime) {
          const { onPause } = this;
          this.onPause = () => {};
          right.call(this);
          this.onPause = onPause;
        };
      }),
  },
];

function noteAsTold(tenant: Tenant, groupId: string, key: LogKey): void {
  const nowMs = tenant.groupDueMs(groupId) ?? 0;
  const decision = tenant.decide({ groupId, key, tickMs: nowMs, nowMs, heard: ALWAYS_HEARD });
  if (decision.kind !== "send") return;
  const { groupKey, receiver, integration } = decision.job;
  const entry = tenant.recordFor(decision.told, {
    key,
    groupId,
    groupKey,
    receiver,
    integration: integration.kind,
    index: integration.index,
    version: { us: nowMs * 1_000, by: "am-0" as InstanceId },
    timestampMs: nowMs,
    tickMs: nowMs,
    receiverData: {},
    retentionMs: HOUR_MS,
  });
  tenant.merge({ log: [entry] }, nowMs);
}

const HOUR_MS = 3_600_000;
const LOST_CONTACT_EVERY = 5;
