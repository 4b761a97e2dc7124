/** What the messages of `proto/tocsin/peer/v1/peer.proto` share: views, digests, states of tenants. */
import { parseTenantId, type InstanceId, type TenantId } from "@tocsin/domain/model";
import type { Member, MemberState, RingDocument } from "@tocsin/domain/ring";
import type {
  Digest,
  Digests,
  OlderView,
  RecordVersion,
  Refused,
  TenantState,
} from "@tocsin/engine/peer";
import { fixed32, choice, list, name, natural, nested, text, texts } from "./fields.ts";
import { partialState } from "./records.ts";
import { message, type Codec, type Field } from "./schema.ts";

/** A tenant's name, checked: it becomes part of file names and object keys. */
export function tenant(number: number): Field<TenantId> {
  return {
    ...text<TenantId>(number),
    check: (value) => (parseTenantId(value) === undefined ? "is no tenant's name" : undefined),
  };
}

const MEMBER_STATES: readonly MemberState[] = ["pending", "joining", "active", "leaving"];

const member = message<Member>({
  id: name<InstanceId>(1),
  address: text(2),
  zone: text(3),
  state: choice(4, MEMBER_STATES),
  incarnation: natural(5),
});

export const ringDocument: Codec<RingDocument> = message<RingDocument>({
  version: natural(1),
  writer: text<InstanceId>(2),
  settled: texts<InstanceId>(3),
  target: texts<InstanceId>(4),
  members: list(5, member),
});

export const olderView: Codec<Omit<OlderView, "kind">> = message<Omit<OlderView, "kind">>({
  view: nested(1, ringDocument),
});

export const refused: Codec<Omit<Refused, "kind">> = message<Omit<Refused, "kind">>({
  reason: text(1),
});

export const digest: Codec<Digest> = message<Digest>({
  hi: fixed32(1),
  lo: fixed32(2),
  count: natural(3),
});

export const digests: Codec<Digests> = message<Digests>({
  alerts: nested(1, digest),
  silences: nested(2, digest),
  log: nested(3, digest),
  groups: nested(4, digest),
  config: nested(5, digest),
});

export const recordVersion: Codec<RecordVersion> = message<RecordVersion>({
  key: name(1),
  hi: fixed32(2),
  lo: fixed32(3),
});

interface TenantDigests {
  readonly tenant: TenantId;
  readonly digests: Digests;
}

export const tenantDigests: Codec<TenantDigests> = message<TenantDigests>({
  tenant: tenant(1),
  digests: nested(2, digests),
});

export const tenantState: Codec<TenantState> = message<TenantState>({
  tenant: tenant(1),
  state: nested(2, partialState),
});
