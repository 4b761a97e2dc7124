/** Every kind of request with its number in the `oneof` of `Request` and `Reply`, and both contents. */
import type { PeerReply, PeerRequest, RequestKind } from "@tocsin/engine/peer";
import { natural, optionalNested } from "./fields.ts";
import { claimReply, claimRequest, confirmRequest, outcomeRequest } from "./peer-claims.ts";
import {
  compareReply,
  compareRequest,
  exchangeReply,
  exchangeRequest,
  mergeReply,
  mergeRequest,
  readReply,
  readRequest,
  tenantsReply,
  tenantsRequest,
  writeAlertsReply,
  writeAlertsRequest,
} from "./peer-data.ts";
import { ringDocument } from "./peer-fields.ts";
import { message, NOTHING, type Codec } from "./schema.ts";

interface ExchangeCodec<K extends RequestKind> {
  readonly number: number;
  readonly request: Codec<PeerRequest<K>["body"]>;
  readonly reply: Codec<PeerReply<K>>;
}

export const EXCHANGES: { readonly [K in RequestKind]: ExchangeCodec<K> } = {
  claim: { number: 2, request: claimRequest, reply: claimReply },
  outcome: { number: 3, request: outcomeRequest, reply: NOTHING },
  confirm: { number: 11, request: confirmRequest, reply: NOTHING },
  "write-alerts": { number: 4, request: writeAlertsRequest, reply: writeAlertsReply },
  merge: { number: 5, request: mergeRequest, reply: mergeReply },
  read: { number: 6, request: readRequest, reply: readReply },
  compare: { number: 7, request: compareRequest, reply: compareReply },
  exchange: { number: 8, request: exchangeRequest, reply: exchangeReply },
  tenants: { number: 9, request: tenantsRequest, reply: tenantsReply },
  view: {
    number: 10,
    request: message<PeerRequest<"view">["body"]>({ viewVersion: natural(1) }),
    reply: message<PeerReply<"view">>({ view: optionalNested(1, ringDocument) }),
  },
};
