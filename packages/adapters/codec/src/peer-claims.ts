/** Pings, claims, outcomes and confirmations: what travels on the control lane. */
import type { InstanceId, LogKey } from "@tocsin/domain/model";
import type {
  Claim,
  ClaimAnswer,
  ClaimId,
  ClaimReply,
  ClaimRequest,
  ConfirmedWrite,
  ConfirmRequest,
  DecisionDigests,
  OpenClaim,
  Outcome,
  OutcomeKind,
  Ping,
} from "@tocsin/engine/peer";
import {
  choice,
  flag,
  list,
  name,
  natural,
  nested,
  optionalNested,
  text,
  whole,
} from "./fields.ts";
import { alertRecord } from "./alert-record.ts";
import { digest, olderView, tenant } from "./peer-fields.ts";
import { logRecord, partialState } from "./records.ts";
import { message, NOTHING, union, type Codec } from "./schema.ts";

const openClaim = message<OpenClaim>({
  tenant: tenant(1),
  key: name<LogKey>(2),
  number: natural(3),
  tickMs: whole(4),
  sending: flag(5),
});

export const ping: Codec<Ping> = message<Ping>({
  from: name<InstanceId>(1),
  incarnation: natural(2),
  number: natural(3),
  echo: natural(4),
  echoIncarnation: natural(5),
  viewVersion: natural(6),
  wallMs: whole(7),
  stampUs: natural(8),
  catchingUp: flag(9),
  draining: flag(10),
  impaired: flag(11),
  below: natural(12),
  openClaims: list(13, openClaim),
  heldMs: natural(14),
});

const claimId = message<ClaimId>({
  by: name<InstanceId>(1),
  incarnation: natural(2),
  number: natural(3),
});

const decisionDigests = message<DecisionDigests>({
  alerts: nested(1, digest),
  inhibitors: nested(2, digest),
  silences: nested(3, digest),
  log: nested(4, digest),
});

const claim = message<Claim>({
  id: nested(1, claimId),
  tenant: tenant(2),
  key: name<LogKey>(3),
  groupId: text(4),
  tickMs: whole(5),
  configVersion: natural(6),
  digests: nested(7, decisionDigests),
});

export const claimRequest: Codec<ClaimRequest> = message<ClaimRequest>({
  from: name<InstanceId>(1),
  incarnation: natural(2),
  pingNumber: natural(3),
  viewVersion: natural(4),
  claims: list(5, claim),
});

type AnswerBody<K extends ClaimAnswer["kind"]> = Omit<
  Extract<ClaimAnswer, { readonly kind: K }>,
  "kind"
>;

const news = nested(2, partialState);

const claimAnswer = union<ClaimAnswer>({
  quarantine: { number: 1, codec: NOTHING },
  "old-incarnation": { number: 2, codec: NOTHING },
  "older-config": {
    number: 3,
    codec: message<AnswerBody<"older-config">>({ version: natural(1) }),
  },
  held: { number: 4, codec: message<AnswerBody<"held">>({ by: name<InstanceId>(1), news }) },
  due: { number: 5, codec: message<AnswerBody<"due">>({ atMs: whole(1), news }) },
  granted: { number: 6, codec: message<AnswerBody<"granted">>({ caughtUp: flag(1), news }) },
});

type Answers = Omit<Extract<ClaimReply, { readonly kind: "answers" }>, "kind">;

export const claimReply: Codec<ClaimReply> = union<ClaimReply>({
  "older-view": { number: 1, codec: olderView },
  answers: {
    number: 2,
    codec: message<Answers>({
      echo: natural(1),
      stampUs: natural(2),
      answers: list(3, claimAnswer),
    }),
  },
});

const OUTCOME_KINDS: readonly OutcomeKind[] = ["sent", "nothing", "failed", "refused", "released"];

const outcome = message<Outcome>({
  id: nested(1, claimId),
  tenant: tenant(2),
  key: name<LogKey>(3),
  groupId: text(4),
  tickMs: whole(5),
  kind: choice(6, OUTCOME_KINDS),
  entry: optionalNested(7, logRecord),
  ends: list(8, alertRecord),
});

interface OutcomeRequest {
  readonly from: InstanceId;
  readonly outcomes: readonly Outcome[];
}

export const outcomeRequest: Codec<OutcomeRequest> = message<OutcomeRequest>({
  from: name<InstanceId>(1),
  outcomes: list(2, outcome),
});

const confirmedWrite = message<ConfirmedWrite>({ tenant: tenant(1), stampUs: natural(2) });

export const confirmRequest: Codec<ConfirmRequest> = message<ConfirmRequest>({
  from: name<InstanceId>(1),
  writes: list(2, confirmedWrite),
});
