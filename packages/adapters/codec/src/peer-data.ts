/** Writes, reads and comparisons: what travels on the data lane. */
import type { HeardSpan } from "@tocsin/domain/alert";
import type { InstanceId } from "@tocsin/domain/model";
import {
  MAP_NAMES,
  type BehindAlert,
  type CompareReply,
  type CompareRequest,
  type ExchangeReply,
  type ExchangeRequest,
  type HeldTenant,
  type MergeReply,
  type MergeRequest,
  type ReadReply,
  type ReadRequest,
  type TenantReadReply,
  type TenantReadRequest,
  type TenantsReply,
  type TenantsRequest,
  type WriteAlertsReply,
  type WriteAlertsRequest,
} from "@tocsin/engine/peer";
import {
  choice,
  choices,
  double,
  flag,
  list,
  name,
  natural,
  nested,
  optionalNatural,
  optionalNested,
  optionalText,
  text,
  texts,
  whole,
} from "./fields.ts";
import {
  digests,
  olderView,
  recordVersion,
  refused,
  tenant,
  tenantDigests,
  tenantState,
} from "./peer-fields.ts";
import { completedAlert } from "./completed-alert.ts";
import { partialState } from "./records.ts";
import { message, NOTHING, union, type Codec } from "./schema.ts";

/** What the variant `K` of a reply carries besides its kind. */
type Body<T extends { readonly kind: string }, K extends T["kind"]> = Omit<
  Extract<T, { readonly kind: K }>,
  "kind"
>;

const alertBatch = message<WriteAlertsRequest["batches"][number]>({
  tenant: tenant(1),
  nowMs: whole(2),
  stampUs: natural(3),
  stampBy: name<InstanceId>(4),
  alerts: list(5, completedAlert),
});

export const writeAlertsRequest: Codec<WriteAlertsRequest> = message<WriteAlertsRequest>({
  viewVersion: natural(1),
  batches: list(2, alertBatch),
});

const behindAlert = message<BehindAlert>({
  index: natural(1),
  stampUs: natural(2),
  isEnd: flag(3),
});

const batchResult = message<{ readonly behind: readonly BehindAlert[] }>({
  behind: list(1, behindAlert),
});

export const writeAlertsReply: Codec<WriteAlertsReply> = union<WriteAlertsReply>({
  "older-view": { number: 1, codec: olderView },
  refused: { number: 2, codec: refused },
  taken: {
    number: 3,
    codec: message<Body<WriteAlertsReply, "taken">>({ results: list(1, batchResult) }),
  },
});

export const mergeRequest: Codec<MergeRequest> = message<MergeRequest>({
  viewVersion: optionalNatural(1),
  parts: list(2, tenantState),
  madeAtMs: optionalNatural(3),
});

export const mergeReply: Codec<MergeReply> = union<MergeReply>({
  "older-view": { number: 1, codec: olderView },
  refused: { number: 2, codec: refused },
  merged: { number: 3, codec: NOTHING },
});

const tenantReadRequest = message<TenantReadRequest>({
  tenant: tenant(1),
  maps: choices(2, MAP_NAMES),
  digests: optionalNested(3, digests),
});

export const readRequest: Codec<ReadRequest> = message<ReadRequest>({
  viewVersion: natural(1),
  tenants: list(2, tenantReadRequest),
});

const heardSpan = message<HeardSpan>({ sinceMs: double(1), untilMs: double(2) });

const tenantReadReply = message<TenantReadReply>({
  tenant: tenant(1),
  caughtUp: flag(2),
  state: nested(3, partialState),
  heard: list(4, heardSpan),
});

export const readReply: Codec<ReadReply> = union<ReadReply>({
  "older-view": { number: 1, codec: olderView },
  state: {
    number: 2,
    codec: message<Body<ReadReply, "state">>({ tenants: list(1, tenantReadReply) }),
  },
});

export const compareRequest: Codec<CompareRequest> = message<CompareRequest>({
  tenants: list(1, tenantDigests),
});

const tenantMaps = message<CompareReply["differing"][number]>({
  tenant: tenant(1),
  maps: choices(2, MAP_NAMES),
});

export const compareReply: Codec<CompareReply> = message<CompareReply>({
  differing: list(1, tenantMaps),
});

export const exchangeRequest: Codec<ExchangeRequest> = message<ExchangeRequest>({
  tenant: tenant(1),
  map: choice(2, MAP_NAMES),
  from: text(3),
  to: optionalText(4),
  versions: list(5, recordVersion),
});

export const exchangeReply: Codec<ExchangeReply> = message<ExchangeReply>({
  state: nested(1, partialState),
  want: texts(2),
});

export const tenantsRequest: Codec<TenantsRequest> = message<TenantsRequest>({
  viewVersion: natural(1),
  after: text(2),
  limit: natural(3),
});

const heldTenant = message<HeldTenant>({
  tenant: tenant(1),
  digests: nested(2, digests),
  heard: list(3, heardSpan),
});

export const tenantsReply: Codec<TenantsReply> = union<TenantsReply>({
  "older-view": { number: 1, codec: olderView },
  tenants: {
    number: 2,
    codec: message<Body<TenantsReply, "tenants">>({
      tenants: list(1, heldTenant),
      more: flag(2),
      counts: flag(3),
    }),
  },
});
