/** Random records and messages, for tests. */
import {
  labelSetFrom,
  type AlertPast,
  type AlertRecord,
  type ConfigRecord,
  type GroupKey,
  type GroupRecord,
  type InstanceId,
  type LogKey,
  type LogRecord,
  type ReceiverDataValue,
  type SilenceRecord,
  type TenantId,
} from "@tocsin/domain/model";
import type { RingDocument } from "@tocsin/domain/ring";
import {
  MAP_NAMES,
  type Digests,
  type PartialState,
  type PeerReply,
  type PeerRequest,
  type Ping,
  type RequestKind,
} from "@tocsin/engine/peer";
import fc from "fast-check";

/** An object like a literal; `fc.record` alone makes some without a prototype. */
function object<T>(model: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(model, { noNullPrototype: true });
}

/** A time, a stamp or a version: zero often, since it is not written. */
const natural = fc.oneof(fc.constant(0), fc.maxSafeNat());
const time = fc.oneof(
  natural,
  fc.maxSafeInteger().map((ms) => ms + 0),
);
const half = fc.integer({ min: 0, max: 0xffff_ffff });
const signedHalf = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
const text = fc.oneof(
  fc.constant(""),
  fc.string({ unit: "binary" }).map((any) => any.toWellFormed()),
  fc.string({ minLength: 60, maxLength: 70 }),
);
const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
const instance = fc.constantFrom("am-0", "am-1", "tocsin-réplique-2").map((id) => id as InstanceId);
const tenant = fc.constantFrom("anonymous", "team-a", "o'brien!").map((id) => id as TenantId);
const hash = fc
  .bigInt({ min: 0n, max: 2n ** 64n - 1n })
  .map((h) => h.toString(16).padStart(16, "0"));
const textMap = fc.dictionary(fc.oneof(name, fc.constant("__proto__")), text, {
  noNullPrototype: true,
});
const labels = fc.array(fc.tuple(name, text)).map(labelSetFrom);

const sentTimes = fc.option(
  object({ startSubNs: natural, startOffsetMin: time, endSubNs: natural, endOffsetMin: time }),
  { nil: undefined },
);

export const alertPast: fc.Arbitrary<AlertPast | undefined> = fc.option(
  object({
    endUs: natural,
    endBy: fc.oneof(instance, fc.constant("" as const)),
    endedAtMs: time,
    other: fc.option(object({ startsAtMs: time, endsAtMs: time, sent: sentTimes }), {
      nil: undefined,
    }),
  }),
  { nil: undefined },
);

export const alert: fc.Arbitrary<AlertRecord> = fc
  .tuple(
    labels,
    object({
      fpHi: signedHalf,
      fpLo: signedHalf,
      annotations: text,
      generatorUrl: text,
      startsAtMs: time,
      endsAtMs: time,
      sent: sentTimes,
      past: alertPast,
      updatedAtMs: time,
      timeout: fc.boolean(),
      stampUs: natural,
      stampBy: instance,
      prevUs: natural,
      prevBy: fc.oneof(instance, fc.constant("" as const)),
      keepUntilMs: time,
    }),
  )
  .map(([labelSet, rest]) => ({ ...labelSet, ...rest }));

const matcher = object({
  type: fc.constantFrom("=", "!=", "=~", "!~"),
  name: text,
  value: text,
});

export const silence: fc.Arbitrary<SilenceRecord> = object({
  id: name,
  matcherSets: fc.array(fc.array(matcher, { maxLength: 3 }), { maxLength: 3 }),
  startsAtMs: time,
  endsAtMs: time,
  updatedAtMs: time,
  createdBy: text,
  comment: text,
  annotations: textMap,
  expiredOnRequest: fc.boolean(),
  stampUs: natural,
  stampBy: instance,
  keepUntilMs: time,
});

const receiverData: fc.Arbitrary<ReceiverDataValue> = fc.oneof(
  object({ kind: fc.constant("text"), text }),
  object({ kind: fc.constant("int"), int: time }),
  object({ kind: fc.constant("double"), double: fc.double() }),
);

/** An own "constructor" that is an object makes vitest compare types by it. */
const dataName = name.filter((key) => key !== "constructor");

const logKey = name.map((key) => key as LogKey);

export const logEntry: fc.Arbitrary<LogRecord> = object({
  key: logKey,
  groupKey: text.map((key) => key as GroupKey),
  receiver: text,
  integration: text,
  index: natural,
  firing: fc.array(hash),
  resolved: fc.array(hash),
  timestampMs: time,
  tickMs: time,
  receiverData: fc.dictionary(dataName, receiverData, { noNullPrototype: true }),
  versionUs: natural,
  versionBy: instance,
  keepUntilMs: time,
});

const group: fc.Arbitrary<GroupRecord> = object({
  id: name,
  bornMs: time,
  urgent: fc.boolean(),
  tickMs: time,
  afterMs: time,
});

export const config: fc.Arbitrary<ConfigRecord> = object({
  version: natural,
  text: fc.option(text, { nil: undefined }),
  templates: textMap,
  updatedAtMs: time,
});

const few = { maxLength: 3 };
const heard = fc.array(object({ sinceMs: fc.double(), untilMs: fc.double() }), few);

export const state: fc.Arbitrary<PartialState> = fc.record(
  {
    alerts: fc.array(alert, few),
    silences: fc.array(silence, few),
    log: fc.array(logEntry, few),
    groups: fc.array(group, few),
    config: fc.option(config, { nil: undefined }),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const view: fc.Arbitrary<RingDocument> = object({
  version: natural,
  writer: instance,
  settled: fc.array(instance),
  target: fc.array(instance),
  members: fc.array(
    object({
      id: instance,
      address: text,
      zone: text,
      state: fc.constantFrom("pending", "joining", "active", "leaving"),
      incarnation: natural,
    }),
    few,
  ),
});

const digest = object({ hi: half, lo: half, count: natural });
const digests: fc.Arbitrary<Digests> = object({
  alerts: digest,
  silences: digest,
  log: digest,
  groups: digest,
  config: digest,
});
const tenantDigests = object({ tenant, digests });
const maps = fc.array(fc.constantFrom(...MAP_NAMES), few);

export const ping: fc.Arbitrary<Ping> = object({
  from: instance,
  incarnation: natural,
  number: natural,
  echo: natural,
  echoIncarnation: natural,
  heldMs: natural,
  viewVersion: natural,
  wallMs: time,
  stampUs: natural,
  catchingUp: fc.boolean(),
  draining: fc.boolean(),
  impaired: fc.boolean(),
  below: natural,
  openClaims: fc.array(
    object({ tenant, key: logKey, number: natural, tickMs: time, sending: fc.boolean() }),
    few,
  ),
});

const claimId = object({ by: instance, incarnation: natural, number: natural });
const decision = object({ alerts: digest, inhibitors: digest, silences: digest, log: digest });
const completedAlert = object({
  labels,
  annotations: text,
  generatorUrl: text,
  startsAtMs: time,
  endsAtMs: time,
  sent: sentTimes,
  updatedAtMs: time,
  timeout: fc.boolean(),
});

type Contents<Side> = {
  readonly [K in RequestKind]: fc.Arbitrary<
    Side extends "request" ? PeerRequest<K>["body"] : PeerReply<K>
  >;
};

export const requests: Contents<"request"> = {
  claim: object({
    from: instance,
    incarnation: natural,
    pingNumber: natural,
    viewVersion: natural,
    claims: fc.array(
      object({
        id: claimId,
        tenant,
        key: logKey,
        groupId: text,
        tickMs: time,
        configVersion: natural,
        digests: decision,
      }),
      few,
    ),
  }),
  outcome: object({
    from: instance,
    outcomes: fc.array(
      object({
        id: claimId,
        tenant,
        key: logKey,
        groupId: text,
        tickMs: time,
        kind: fc.constantFrom("sent", "nothing", "failed", "refused", "released"),
        entry: fc.option(logEntry, { nil: undefined }),
        ends: fc.array(alert, few),
      }),
      few,
    ),
  }),
  confirm: object({
    from: instance,
    writes: fc.array(object({ tenant, stampUs: natural }), few),
  }),
  "write-alerts": object({
    viewVersion: natural,
    batches: fc.array(
      object({
        tenant,
        nowMs: time,
        stampUs: natural,
        stampBy: instance,
        alerts: fc.array(completedAlert, few),
      }),
      few,
    ),
  }),
  merge: object({
    viewVersion: fc.option(natural, { nil: undefined }),
    madeAtMs: fc.option(natural, { nil: undefined }),
    parts: fc.array(object({ tenant, state }), few),
  }),
  read: object({
    viewVersion: natural,
    tenants: fc.array(
      object({ tenant, maps, digests: fc.option(digests, { nil: undefined }) }),
      few,
    ),
  }),
  compare: object({ tenants: fc.array(tenantDigests, few) }),
  exchange: object({
    tenant,
    map: fc.constantFrom(...MAP_NAMES),
    from: text,
    to: fc.option(text, { nil: undefined }),
    versions: fc.array(object({ key: name, hi: half, lo: half }), few),
  }),
  tenants: object({ viewVersion: natural, after: text, limit: natural }),
  view: object({ viewVersion: natural }),
};

const olderView = object({ kind: fc.constant("older-view"), view });
const refused = object({ kind: fc.constant("refused"), reason: text });

const claimAnswer = fc.oneof(
  object({ kind: fc.constant("quarantine") }),
  object({ kind: fc.constant("old-incarnation") }),
  object({ kind: fc.constant("older-config"), version: natural }),
  object({ kind: fc.constant("held"), by: instance, news: state }),
  object({ kind: fc.constant("due"), atMs: time, news: state }),
  object({ kind: fc.constant("granted"), caughtUp: fc.boolean(), news: state }),
);

export const replies: Contents<"reply"> = {
  claim: fc.oneof(
    olderView,
    object({
      kind: fc.constant("answers"),
      echo: natural,
      stampUs: natural,
      answers: fc.array(claimAnswer, few),
    }),
  ),
  outcome: fc.constant({}),
  confirm: fc.constant({}),
  "write-alerts": fc.oneof(
    olderView,
    refused,
    object({
      kind: fc.constant("taken"),
      results: fc.array(
        object({
          behind: fc.array(object({ index: natural, stampUs: natural, isEnd: fc.boolean() }), few),
        }),
        few,
      ),
    }),
  ),
  merge: fc.oneof(olderView, refused, object({ kind: fc.constant("merged") })),
  read: fc.oneof(
    olderView,
    object({
      kind: fc.constant("state"),
      tenants: fc.array(object({ tenant, caughtUp: fc.boolean(), state, heard }), few),
    }),
  ),
  compare: object({ differing: fc.array(object({ tenant, maps }), few) }),
  exchange: object({ state, want: fc.array(text, few) }),
  tenants: fc.oneof(
    olderView,
    object({
      kind: fc.constant("tenants"),
      tenants: fc.array(object({ tenant, digests, heard }), few),
      more: fc.boolean(),
      counts: fc.boolean(),
    }),
  ),
  view: object({ view: fc.option(view, { nil: undefined }) }),
};
