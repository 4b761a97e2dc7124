import {
  compareAlerts,
  completeAlert,
  fingerprint,
  formatFingerprint,
  isResolved,
  LimitBucket,
  mergeAlerts,
  overlaps,
  putAlert,
  validateAlert,
  ZERO_TIME_MS,
  type AlertVersion,
} from "@tocsin/domain/alert";
import type { MatcherMode } from "@tocsin/domain/matcher";
import { labelSetFromRecord, labelValue, type Instant } from "@tocsin/domain/model";
import { formatLabelSet } from "@tocsin/domain/route";
import { judge, type FolderPlayers, type VectorCase, type Verdict } from "../vector.ts";

export const MERGE_PLAYERS: FolderPlayers = {
  "pair.json": playPair,
  "sequence.json": playSteps,
  "limit.json": playSteps,
  "validate.json": playValidate,
  "order.json": playOrder,
};

interface VectorAlert {
  readonly starts: number;
  readonly ends: number | null;
  readonly updated: number;
  readonly timeout?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly generator_url?: string;
}

/** What is merged, with the fields that only travel along. */
interface Version extends AlertVersion {
  readonly carried: Pick<VectorAlert, "annotations" | "generator_url">;
}

type Labels = Readonly<Record<string, string>>;

function playPair({ input, want }: VectorCase): Verdict {
  const pair = input as { now: number; old: VectorAlert; new: VectorAlert };
  const nowMs = pair.now * 1_000;
  const old = toVersion(pair.old);
  const next = toVersion(pair.new);
  return judge(want, {
    merge_fn: showVersion(mergeAlerts(old, next, nowMs), nowMs),
    merge_fn_swapped: showVersion(mergeAlerts(next, old, nowMs), nowMs),
    merged: overlaps(old, next),
    put: showVersion(putAlert(old, next, nowMs), nowMs),
  });
}

interface StepsInput {
  readonly limit?: number;
  readonly steps: readonly { op: "put" | "gc"; at: number; labels?: Labels; alert?: VectorAlert }[];
}

function playSteps({ input, want }: VectorCase): Verdict {
  const { limit, steps } = input as StepsInput;
  const stored = new Map<string, { labels: Labels | undefined; version: Version }>();
  const buckets = new Map<string, LimitBucket>();
  const shown = steps.map(({ op, at, labels, alert }) => {
    const nowMs = at * 1_000;
    if (op === "gc") {
      for (const [id, { version }] of stored) if (isResolved(version, nowMs)) stored.delete(id);
      for (const [name, bucket] of buckets) if (bucket.isStale(nowMs)) buckets.delete(name);
    } else {
      put(labels, toVersion(alert as VectorAlert), nowMs);
    }
    return { at, op, stored: show(nowMs) };
  });
  return judge(want, { steps: shown });

  function put(labels: Labels | undefined, next: Version, nowMs: number): void {
    const set = labelSetFromRecord(labels ?? {});
    const { hi, lo } = fingerprint(set);
    const id = formatFingerprint(hi, lo);
    const old = stored.get(id);
    const version = old === undefined ? next : putAlert(old.version, next, nowMs);
    if (limit !== undefined && limit > 0) {
      const name = labelValue(set, "alertname");
      const bucket = buckets.get(name) ?? new LimitBucket(limit);
      buckets.set(name, bucket);
      if (!bucket.upsert(id, version.endsAtMs, nowMs)) return;
    }
    stored.set(id, { labels, version });
  }

  function show(nowMs: number): unknown[] {
    const rows = [...stored.values()].map(({ labels, version }) => ({
      text: formatLabelSet(labelSetFromRecord(labels ?? {})),
      shown: { ...showVersion(version, nowMs), ...(labels !== undefined && { labels }) },
    }));
    return rows.sort((a, b) => (a.text < b.text ? -1 : 1)).map((row) => row.shown);
  }
}

interface ValidateInput {
  readonly mode: MatcherMode;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly starts: number | null;
  readonly ends: number | null;
}

function playValidate({ input, want }: VectorCase): Verdict {
  const { mode, labels, annotations, starts, ends } = input as ValidateInput;
  const completed = completeAlert(
    {
      labels: labelSetFromRecord(labels),
      annotations: JSON.stringify(annotations),
      generatorUrl: "",
      ...(starts !== null && { startsAt: instant(starts) }),
      ...(ends !== null && { endsAt: instant(ends) }),
    },
    { nowMs: instant(0).ms, resolveTimeoutMs: 300_000 },
  );
  const validation = validateAlert(completed, mode);
  if (!validation.ok) return judge("error" in (want as object), true);
  const { names, values } = completed.labels;
  const got = { annotations, labels: Object.fromEntries(names.map((name, at) => [name, values[at]])) };
  return judge(want, got);
}

function playOrder({ input, want }: VectorCase): Verdict {
  const { alerts } = input as { alerts: readonly Labels[] };
  const order = alerts.map(labelSetFromRecord).sort(compareAlerts).map(formatLabelSet);
  return judge(want, { order });
}

function instant(seconds: number): Instant {
  return { ms: Date.UTC(2000, 0, 1) + seconds * 1_000, subNs: 0, offsetMin: 0 };
}

function toVersion(alert: VectorAlert): Version {
  const { starts, ends, updated, timeout = false, annotations, generator_url } = alert;
  return {
    startsAtMs: starts * 1_000,
    endsAtMs: ends === null ? ZERO_TIME_MS : ends * 1_000,
    sent: undefined,
    updatedAtMs: updated * 1_000,
    timeout,
    carried: {
      ...(annotations !== undefined && { annotations }),
      ...(generator_url !== undefined && { generator_url }),
    },
  };
}

function showVersion(version: Version, nowMs: number): object {
  return {
    ...version.carried,
    ends: version.endsAtMs === ZERO_TIME_MS ? null : version.endsAtMs / 1_000,
    resolved: isResolved(version, nowMs),
    starts: version.startsAtMs / 1_000,
    timeout: version.timeout,
    updated: version.updatedAtMs / 1_000,
  };
}
