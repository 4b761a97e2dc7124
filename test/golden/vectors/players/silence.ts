import { formatMatcher, type MatcherMode } from "@tocsin/domain/matcher";
import {
  labelSetFromRecord,
  type InstanceId,
  type MatcherSpec,
  type MatcherType,
  type SilenceRecord,
} from "@tocsin/domain/model";
import {
  planSilenceExpire,
  planSilenceWrite,
  replacesSilence,
  shownSilenceState,
  SilenceIndex,
  silenceExpiresAtMs,
  silenceSizeBytes,
  silenceState,
  takeSilences,
  type SilenceRequest,
  type SilenceStamp,
} from "@tocsin/domain/silence";
import { judge, type FolderPlayers, type VectorCase, type Verdict } from "../vector.ts";

export const SILENCE_PLAYERS: FolderPlayers = {
  "mutes.json": playMutes,
  "set.json": playSet,
  "life.json": playLife,
  "peer.json": playPeer,
};

const EPOCH_MS = Date.UTC(2000, 0, 1);
const STAMP_BY = "vectors" as InstanceId;
/** As long as a real ID, which counts in the size of a silence. */
const ID_SIZE = 36;

type VectorMatchers = readonly (readonly { name: string; op: MatcherType; value: string }[])[];

interface VectorSilence {
  readonly matcher_sets: VectorMatchers;
  readonly starts: number | null;
  readonly ends: number;
  readonly comment?: string;
  readonly created_by?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

function playMutes({ input, want }: VectorCase): Verdict {
  const { matcher_sets, label_sets } = input as {
    matcher_sets: VectorMatchers;
    label_sets: readonly Readonly<Record<string, string>>[];
  };
  const index = new SilenceIndex();
  index.set(peerRecord({ id: "s", updated: 0, starts: 0, ends: 1, expires: 1 }, toSets(matcher_sets)));
  const mutes = label_sets.map(
    (labels) => index.mutedBy(labelSetFromRecord(labels), EPOCH_MS).length > 0,
  );
  return judge(want, { mutes });
}

function playSet({ input, want }: VectorCase): Verdict {
  const { mode, silence } = input as { mode: MatcherMode; silence: VectorSilence };
  const nowMs = toMs(100);
  const plan = planSilenceWrite(undefined, toRequest(silence, ""), {
    ...stamp(nowMs, 0),
    newId: "s",
    mode,
    limits: { countMax: 0, count: 0, sizeMaxBytes: 0, sizeBytes: () => 0 },
  });
  if (plan.kind !== "store") return judge("error" in (want as object), true);
  const [record] = plan.records;
  if (record === undefined) return { kind: "fail", difference: "nothing stored" };
  return judge(want, {
    api_state: shownSilenceState(record, nowMs),
    ends: toSeconds(record.endsAtMs),
    engine_state: silenceState(record, nowMs),
    starts: toSeconds(record.startsAtMs),
    updated: toSeconds(record.updatedAtMs),
  });
}

type LifeOp =
  | { op: "set"; at: number; as: string; id: string; silence: VectorSilence }
  | { op: "expire"; at: number; id: string }
  | { op: "gc" | "look"; at: number };

interface LifeInput {
  readonly retention_s: number;
  readonly max_silences: number;
  readonly max_size_bytes: number;
  readonly ops: readonly LifeOp[];
}

function playLife({ input, want }: VectorCase): Verdict {
  const life = input as LifeInput;
  const world = new SilenceWorld(life);
  const shown = life.ops.map((op) => {
    const outcome = world.play(op);
    const { at } = op;
    const mutes_a_b = world.index.mutedBy(labelSetFromRecord({ a: "b" }), toMs(at)).length > 0;
    return { at, op: op.op, ...outcome, mutes_a_b, silences: world.show(at) };
  });
  const wanted = want as { ops: { error?: string; silences: { id: string }[] }[] };
  const ops = wanted.ops.map((op) => ({
    ...op,
    ...(op.error !== undefined && { error: true }),
    silences: op.silences.toSorted(byId),
  }));
  return judge({ ops }, { ops: shown });
}

/** A store that takes changes by upstream's rule: only a later one replaces what is there. */
class SilenceWorld {
  readonly index = new SilenceIndex();
  readonly #life: LifeInput;

  constructor(life: LifeInput) {
    this.#life = life;
  }

  play(op: LifeOp): object {
    const nowMs = toMs(op.at);
    switch (op.op) {
      case "look":
        return { broadcasts: 0 };
      case "gc":
        return { broadcasts: 0, removed: this.#collect(nowMs) };
      case "expire":
        return this.#expire(op.id, nowMs);
      case "set":
        return this.#set(op, nowMs);
    }
  }

  show(at: number): unknown[] {
    const nowMs = toMs(at);
    const shown = [...this.index.values()].map((record) => ({
      ...(Object.keys(record.annotations).length > 0 && { annotations: record.annotations }),
      api_state: shownSilenceState(record, nowMs),
      comment: record.comment,
      created_by: record.createdBy,
      ends: toSeconds(record.endsAtMs),
      engine_state: silenceState(record, nowMs),
      expires: toSeconds(this.#expiresAtMs(record)),
      id: record.id,
      matcher_sets: record.matcherSets.map((set) => set.map(formatMatcher).join(",")),
      starts: toSeconds(record.startsAtMs),
      updated: toSeconds(record.updatedAtMs),
    }));
    return shown.sort(byId);
  }

  #set(op: LifeOp & { op: "set" }, nowMs: number): object {
    const plan = planSilenceWrite(this.index.get(op.id), toRequest(op.silence, op.id), {
      ...stamp(nowMs, this.#life.retention_s * 1_000),
      newId: op.as,
      mode: "fallback",
      limits: {
        countMax: this.#life.max_silences,
        count: this.index.size,
        sizeMaxBytes: this.#life.max_size_bytes,
        sizeBytes: (record) => this.#sizeBytes(record),
      },
    });
    if (plan.kind !== "store") return { broadcasts: 0, error: true };
    const result = plan.isInPlace ? "updated in place" : "new id";
    return { broadcasts: this.#store(plan.records, nowMs), id: plan.id, result };
  }

  #expire(id: string, nowMs: number): object {
    const plan = planSilenceExpire(this.index.get(id), stamp(nowMs, this.#life.retention_s * 1_000));
    if (plan.kind === "not-found") return { broadcasts: 0, error: true };
    return { broadcasts: plan.kind === "store" ? this.#store([plan.record], nowMs) : 0 };
  }

  #store(records: readonly SilenceRecord[], nowMs: number): number {
    const taken = records.filter((record) => {
      const wire = { ...record, keepUntilMs: this.#expiresAtMs(record) };
      return replacesSilence(this.index.get(record.id), wire, nowMs);
    });
    for (const record of taken) this.index.set(record);
    return taken.length;
  }

  #collect(nowMs: number): number {
    const expired = [...this.index.values()].filter((record) => this.#expiresAtMs(record) <= nowMs);
    for (const { id } of expired) this.index.delete(id);
    return expired.length;
  }

  #expiresAtMs(record: SilenceRecord): number {
    return silenceExpiresAtMs(record, this.#life.retention_s * 1_000);
  }

  #sizeBytes(record: SilenceRecord): number {
    const real = { ...record, id: record.id.padEnd(ID_SIZE, "-") };
    return silenceSizeBytes(real, this.#life.retention_s * 1_000);
  }
}

interface PeerSilence {
  readonly id: string;
  readonly updated: number;
  readonly starts: number;
  readonly ends: number;
  readonly expires: number;
  readonly comment?: string;
}

function playPeer({ input, want }: VectorCase): Verdict {
  const { now, local, remote } = input as {
    now: number;
    local: readonly PeerSilence[];
    remote: readonly PeerSilence[];
  };
  const nowMs = toMs(now);
  const silences = new Map(local.map((silence) => [silence.id, peerRecord(silence)]));
  const taken = takeSilences(
    silences,
    remote.map((silence) => peerRecord(silence)),
    nowMs,
  );
  for (const record of taken) silences.set(record.id, record);
  const shown = [...silences.values()].sort(byId).map((record) => ({
    comment: record.comment,
    ends: toSeconds(record.endsAtMs),
    engine_state: silenceState(record, nowMs),
    expires: toSeconds(record.keepUntilMs),
    id: record.id,
    starts: toSeconds(record.startsAtMs),
    updated: toSeconds(record.updatedAtMs),
  }));
  return judge(want, { rebroadcasts: taken.length, silences: shown });
}

function peerRecord(
  silence: PeerSilence,
  matcherSets: readonly (readonly MatcherSpec[])[] = [[{ type: "=", name: "a", value: "b" }]],
): SilenceRecord {
  return {
    id: silence.id,
    matcherSets,
    startsAtMs: toMs(silence.starts),
    endsAtMs: toMs(silence.ends),
    updatedAtMs: toMs(silence.updated),
    createdBy: "",
    comment: silence.comment ?? "",
    annotations: {},
    expiredOnRequest: false,
    stampUs: toMs(silence.updated) * 1_000,
    stampBy: STAMP_BY,
    keepUntilMs: toMs(silence.expires),
  };
}

function toRequest(silence: VectorSilence, id: string): SilenceRequest {
  return {
    id,
    matcherSets: toSets(silence.matcher_sets),
    startsAtMs: silence.starts === null ? undefined : toMs(silence.starts),
    endsAtMs: toMs(silence.ends),
    createdBy: silence.created_by ?? "",
    comment: silence.comment ?? "",
    annotations: silence.annotations ?? {},
  };
}

function toSets(sets: VectorMatchers): MatcherSpec[][] {
  return sets.map((set) => set.map(({ name, op, value }) => ({ type: op, name, value })));
}

function stamp(nowMs: number, retentionMs: number): SilenceStamp {
  return { nowMs, updatedAtMs: nowMs, stampUs: nowMs * 1_000, stampBy: STAMP_BY, retentionMs };
}

function byId(left: { id: string }, right: { id: string }): number {
  return left.id < right.id ? -1 : 1;
}

function toMs(seconds: number): number {
  return EPOCH_MS + seconds * 1_000;
}

function toSeconds(ms: number): number {
  return (ms - EPOCH_MS) / 1_000;
}
